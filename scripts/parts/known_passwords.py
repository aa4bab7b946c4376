"""Writes data/known_passwords.txt from a list of leaked passwords on standard input, the most used
first: `known_passwords.py --shortest 10 --most 10000 <10-million-password-list-top-1000000.txt`."""

import argparse
import hashlib
import sys

HEAD = """\
# Passwords that were leaked and are tried first: the {most} most used of at least {shortest} characters in
# SecLists' 10-million-password-list-top-1000000 (Copyright (c) Daniel Miessler, MIT), in lower case.
# Each line is the beginning of a SHA-256, sorted; scripts/parts/known_passwords.py writes this file.
#
# Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
# documentation files (the "Software"), to deal in the Software without restriction, including without limitation
# the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
# to permit persons to whom the Software is furnished to do so, subject to the following conditions:
#
# The above copyright notice and this permission notice shall be included in all copies or substantial portions of
# the Software.
#
# THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
# THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
# AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
# CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
# IN THE SOFTWARE."""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shortest", type=int, default=10)
    parser.add_argument("--most", type=int, default=10000)
    asked = parser.parse_args()
    known = {}
    for line in sys.stdin:
        word = line.rstrip("\n").lower()
        if len(word) >= asked.shortest and len(known) < asked.most:
            known.setdefault(word)
    marks = sorted(hashlib.sha256(word.encode()).hexdigest()[:12] for word in known)
    print(HEAD.format(most=len(marks), shortest=asked.shortest), *marks, sep="\n")


if __name__ == "__main__":
    main()

"""Writes data/known_passwords.txt from a list of leaked passwords on standard input, the most used
first: `known_passwords.py --shortest 10 --most 10000 <10-million-password-list-top-1000000.txt`."""

import argparse
import hashlib
import sys

HEAD = """\
# Passwords that were leaked and are tried first: the {most} most used of at least {shortest} characters in
# SecLists' 10-million-password-list-top-1000000 (Copyright (c) Daniel Miessler, MIT), in lower case.
# Each line is the beginning of a SHA-256, sorted; scripts/parts/known_passwords.py writes this file."""


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

"""A time-stamp authority (RFC 3161) for tests: `openssl ts` behind HTTP, with keys that are made in the folder
given. What it answers is said by the path: `/good` as it should, the others in some way not. Beside it stand
root.pem, the certificate to be trusted, and stranger.pem, another one."""

import http.server
import os
import subprocess
import sys
import time

FOLDER = sys.argv[1]
os.chdir(FOLDER)

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = set by -subj
[ca]
default_ca = issue
[issue]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[website]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
[stamps]
serial = number
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[good]
signer_cert = good.pem
signer_key = good.key
signer_digest = sha256
certs = middle.pem
[rsa]
signer_cert = rsa.pem
signer_key = rsa.key
signer_digest = sha512
[stranger]
signer_cert = foreign.pem
signer_key = foreign.key
signer_digest = sha256
[expired]
signer_cert = expired.pem
signer_key = expired.key
signer_digest = sha256
"""
# `openssl ts` knows one section at a time and inherits nothing.
COMMON = CONFIG[CONFIG.index("serial = number") : CONFIG.index("[good]")]
for section in ("good", "rsa", "stranger", "expired"):
    ess = COMMON.replace("sha256\n", "sha1\n").replace("digests = sha1", "digests = sha256") if section == "rsa" else COMMON
    CONFIG = CONFIG.replace(f"[{section}]\n", f"[{section}]\n{ess}")


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, **more).stdout


def key(name, kind=("EC", "-pkeyopt", "ec_paramgen_curve:P-256")):
    openssl("genpkey", "-algorithm", *kind, "-out", f"{name}.key")


def root(name, subject):
    key(name)
    openssl("req", "-x509", "-config", "conf", "-extensions", "authority", "-key", f"{name}.key", "-subj", f"/CN={subject}", "-utf8", "-days", "3650", "-out", f"{name}.pem")


def issue(name, subject, by, extensions, since="20200101000000Z", until="20491231000000Z", **kind):
    key(name, **kind)
    openssl("req", "-new", "-config", "conf", "-key", f"{name}.key", "-subj", f"/CN={subject}", "-utf8", "-out", f"{name}.csr")
    openssl(
        "ca", "-batch", "-utf8", "-notext", "-config", "conf", "-extensions", extensions, "-cert", f"{by}.pem", "-keyfile", f"{by}.key",
        "-startdate", since, "-enddate", until, "-in", f"{name}.csr", "-out", f"{name}.pem",
    )


def make_keys():
    for name, content in (("conf", CONFIG), ("index", ""), ("number", "01\n")):
        with open(name, "w") as file:
            file.write(content)
    root("root", "测试根证书")
    root("stranger", "Stranger")
    issue("middle", "Between", "root", "authority")
    issue("good", "测试时间戳机构", "middle", "stamping")
    issue("rsa", "RSA", "root", "stamping", kind=("RSA", "-pkeyopt", "rsa_keygen_bits:2048"))
    issue("foreign", "Foreign", "stranger", "stamping")
    issue("expired", "Expired", "root", "stamping", until="20210101000000Z")
    issue("site", "Site", "root", "website")


def stamped(query, section="good"):
    with open("asked.tsq", "wb") as file:
        file.write(query)
    openssl("ts", "-reply", "-config", "conf", "-section", section, "-queryfile", "asked.tsq", "-out", "answer.tsr")
    with open("answer.tsr", "rb") as file:
        return file.read()


def sequence(content):
    length = len(content).to_bytes(2, "big")
    return b"\x30\x82" + length + content


def imprint_of(query):
    at = query.index(b"\x05\x00\x04\x20") + 4
    return query[at : at + 32].hex()


def signed_by_a_website(query):
    """The right time stamp, signed by a certificate that is for something else; `openssl ts` would not."""
    stamped(query)
    openssl("ts", "-reply", "-config", "conf", "-section", "good", "-queryfile", "asked.tsq", "-token_out", "-out", "token")
    openssl("cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", "token", "-out", "info")
    token = openssl(
        "cms", "-sign", "-binary", "-nodetach", "-cades", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-md", "sha256",
        "-signer", "site.pem", "-inkey", "site.key", "-in", "info", "-outform", "DER",
    )
    return sequence(b"\x30\x03\x02\x01\x00" + token)


def other_note(query):
    return stamped(openssl("ts", "-query", "-digest", "00" * 32, "-sha256", "-cert"))


def other_nonce(query):
    return stamped(openssl("ts", "-query", "-digest", imprint_of(query), "-sha256", "-cert"))


def no_nonce(query):
    return stamped(openssl("ts", "-query", "-digest", imprint_of(query), "-sha256", "-cert", "-no_nonce"))


def slow(query):
    time.sleep(8)
    return stamped(query)


ANSWERS = {
    "/good": stamped,
    "/rsa": lambda query: stamped(query, "rsa"),
    "/stranger": lambda query: stamped(query, "stranger"),
    "/expired": lambda query: stamped(query, "expired"),
    "/website": signed_by_a_website,
    "/refuses": lambda query: stamped(b"no question"),
    "/other-note": other_note,
    "/other-nonce": other_nonce,
    "/no-nonce": no_nonce,
    "/bare": lambda query: stamped(query[:-3].replace(query[:2], bytes([0x30, query[1] - 3]), 1)),
    "/cut": lambda query: stamped(query)[:-9],
    "/garbage": lambda query: b"<html>out of order</html>",
    "/huge": lambda query: b"\x30" * 10_000_000,
    "/slow": slow,
}


class Authority(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["content-length"]))
        answer = ANSWERS.get(self.path)
        if answer is None or self.headers["content-type"] != "application/timestamp-query":
            self.send_error(503)
            return
        body = answer(query)
        self.send_response(200)
        self.send_header("content-type", "application/timestamp-reply")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *arguments):
        pass


make_keys()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Authority)
print(f"authority at http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()

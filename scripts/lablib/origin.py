# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the lab's web server: GET /blob/BYTES sends a body that anyone can compute, POST /digest
# answers with the SHA-256 of what it got. Used by: lablib.lab, inside the server's namespace.
import hashlib
import http.server
import random
import re
import sys

_SEED = 77
_CHUNK = 1 << 20
_CHUNK_BYTES = random.Random(_SEED).randbytes(_CHUNK)


def blob(n_bytes):
    """The body of /blob/N in pieces. Each piece starts with its number: a lost or doubled one shows."""
    for offset in range(0, n_bytes, _CHUNK):
        piece = offset.to_bytes(8, "big") + _CHUNK_BYTES[8:]
        yield piece[:n_bytes - offset]


def blob_digest(n_bytes):
    digest = hashlib.sha256()
    for piece in blob(n_bytes):
        digest.update(piece)
    return digest.hexdigest()


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        wanted = re.fullmatch(r"/blob/(\d{1,10})", self.path)
        if not wanted:
            self.send_error(404)
            return
        n_bytes = int(wanted[1])
        self.send_response(200)
        self.send_header("Content-Length", str(n_bytes))
        self.end_headers()
        for piece in blob(n_bytes):
            self.wfile.write(piece)

    def do_POST(self):
        digest = hashlib.sha256()
        left = int(self.headers["Content-Length"])
        while left > 0:
            piece = self.rfile.read(min(left, _CHUNK))
            if not piece:
                return
            digest.update(piece)
            left -= len(piece)
        body = digest.hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Origin).serve_forever()

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a client of UDP: each question from a socket of its own; prints as JSON who answered, how many answers
# are the question behind the server's name, and the path MTU that the kernel was told.
# Used by: lablib.servers, which runs it in a host's namespace.
import argparse
import collections
import json
import os
import socket

# linux/in.h; Python's socket module does not have them.
_IP_MTU_DISCOVER, _IP_MTU = 10, 14
_PMTUDISC_DONT, _PMTUDISC_DO = 0, 2
_PATIENCE = 1.0  # seconds
_TRIES = 2  # a question with DF may first be answered with the MTU


def _ask(options, results):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _PMTUDISC_DO if options.whole else _PMTUDISC_DONT)
        sock.settimeout(_PATIENCE)
        sock.connect((options.address, options.port))
        question = os.urandom(options.size)
        for _ in range(_TRIES if options.whole else 1):
            try:
                sock.send(question)
                name, _, rest = sock.recv(65535).partition(b" ")
            except TimeoutError:
                results["silent"] += 1
                continue
            except OSError as error:
                results[f"refused: {error.strerror}"] += 1
                continue
            results["answered" if rest == question else "damaged"] += 1
            return name.decode(), sock.getsockopt(socket.IPPROTO_IP, _IP_MTU)
        return None, sock.getsockopt(socket.IPPROTO_IP, _IP_MTU)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args()
    results, names, mtu = collections.Counter(answered=0), collections.Counter(), None
    for _ in range(options.count):
        name, mtu = _ask(options, results)
        if name is not None:
            names[name] += 1
    print(json.dumps({"results": results, "servers": names, "mtu": mtu}))


if __name__ == "__main__":
    main()

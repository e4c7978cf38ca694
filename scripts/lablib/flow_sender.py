# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: datagrams of many flows, each at its own constant rate; the rates fall as Zipf has it. Prints the share of
# each flow as JSON, and then sends. Used by: tests/lab/dispatcher_test.py, inside a host's namespace.
import argparse
import heapq
import json
import random
import socket
import time

_BATCH_SECONDS = 0.005
_PAYLOAD = bytes(32)


def shares(n_flows, exponent):
    weights = [1 / rank ** exponent for rank in range(1, n_flows + 1)]
    return [weight / sum(weights) for weight in weights]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--flows", type=int, required=True)
    parser.add_argument("--exponent", type=float, required=True)
    parser.add_argument("--rate", type=float, required=True, help="datagrams a second, of all flows")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--first-port", type=int, default=20_000)
    options = parser.parse_args()
    of_flows = shares(options.flows, options.exponent)
    print(json.dumps(of_flows), flush=True)
    chance = random.Random(options.first_port)
    flows, due = [], []
    for nth, share in enumerate(of_flows):
        flow = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        flow.bind(("", options.first_port + nth))
        flow.connect((options.address, options.port))
        period = 1 / (options.rate * share)
        flows.append((flow, period))
        due.append((chance.random() * period, nth))
    heapq.heapify(due)
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < options.seconds:
        while due[0][0] <= now:
            at, nth = due[0]
            flow, period = flows[nth]
            try:
                flow.send(_PAYLOAD)
            except OSError:
                pass  # an ICMP error about an earlier one, or no room: this one is lost
            heapq.heapreplace(due, (at + period, nth))
        time.sleep(_BATCH_SECONDS)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: many connections of one client: commands on standard input, a line of JSON for each on standard output.
# open N; ask (a line through each: who answers now); close; come-and-go SECONDS PER_SECOND (connections that
# each ask once: when those began that a server answered, by CLOCK_MONOTONIC). Used by: lablib.servers.
import argparse
import asyncio
import collections
import json
import sys
import time

_PATIENCE = 6.0  # seconds: three retransmissions of a SYN or a segment


class Connections:
    def __init__(self, address, port):
        self._address, self._port = address, port
        self._all = []  # reader, writer, the server's name
        self._number = 0

    async def _open_one(self):
        reader, writer = await asyncio.wait_for(asyncio.open_connection(self._address, self._port), _PATIENCE)
        entry = [reader, writer, None]
        entry[2] = await self._ask_one(entry)
        return entry

    async def _ask_one(self, entry):
        self._number += 1
        word = b"%d" % self._number
        entry[1].write(word + b"\n")
        answer = (await asyncio.wait_for(entry[0].readline(), _PATIENCE)).split()
        if len(answer) != 2 or answer[1] != word:
            raise ConnectionError("cut off")
        return answer[0].decode()

    async def open(self, count):
        done = await asyncio.gather(*(self._open_one() for _ in range(count)), return_exceptions=True)
        opened = [entry for entry in done if isinstance(entry, list)]
        self._all += opened
        why = collections.Counter(repr(entry) for entry in done if not isinstance(entry, list))
        return {"opened": len(opened), "failed": count - len(opened), "why": why, "servers": self._servers(opened)}

    async def ask(self):
        done = await asyncio.gather(*(self._ask_one(entry) for entry in self._all), return_exceptions=True)
        alive = [entry for entry, name in zip(self._all, done) if name == entry[2]]
        moved = sum(isinstance(name, str) and name != entry[2] for entry, name in zip(self._all, done))
        lost = [(entry[1].get_extra_info("sockname")[1], entry[2], repr(name))
                for entry, name in zip(self._all, done) if isinstance(name, Exception)]
        result = {"asked": len(self._all), "alive": len(alive), "moved": moved, "servers": self._servers(alive),
                  "lost": lost[:10]}
        for entry in self._all:
            if entry not in alive:
                entry[1].close()
        self._all = alive
        return result

    async def come_and_go(self, seconds, per_second):
        came, failed, why = collections.defaultdict(list), [], collections.Counter()

        async def one():
            begun = time.monotonic()
            try:
                entry = await self._open_one()
            except OSError as error:
                failed.append(begun)
                why[repr(error)] += 1
                return
            entry[1].close()
            came[entry[2]].append(begun)

        begin, running = time.monotonic(), []
        for number in range(seconds * per_second):
            await asyncio.sleep(begin + number / per_second - time.monotonic())
            running.append(asyncio.create_task(one()))
        await asyncio.gather(*running)
        return {"servers": {name: sorted(times) for name, times in came.items()}, "failed": sorted(failed), "why": why}

    async def close(self):
        for _, writer, _ in self._all:
            writer.close()
        result = {"closed": len(self._all)}
        self._all = []
        return result

    @staticmethod
    def _servers(entries):
        counts = {}
        for _, _, name in entries:
            counts[name] = counts.get(name, 0) + 1
        return counts


async def _run(options):
    connections = Connections(options.address, options.port)
    loop = asyncio.get_running_loop()
    while words := (await loop.run_in_executor(None, sys.stdin.readline)).split():
        act = {"open": connections.open, "ask": connections.ask, "close": connections.close,
               "come-and-go": connections.come_and_go}[words[0]]
        print(json.dumps(await act(*map(int, words[1:]))), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()

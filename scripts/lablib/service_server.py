# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a server behind a service: TCP that answers HTTP requests and lines with its name (the page /port also
# with the port), UDP that does the same; with --tunnel it also takes IPIP off, or GRE, as kernels without
# these modules cannot.
# Used by: lablib.servers, which starts it in a server's namespace.
import argparse
import asyncio
import fcntl
import os
import socket
import struct
import threading

# Protocol, and bytes of a header behind the outer one.
_TUNNELS = {"ipip": (4, 0), "gre": (47, 4)}
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


async def _serve(name, reader, writer):
    try:
        while line := await reader.readline():
            if line.startswith(b"GET "):
                while (await reader.readline()).strip():
                    pass
                port = b" %d" % writer.get_extra_info("sockname")[1] if line.startswith(b"GET /port ") else b""
                body = name + port + b"\n"
                writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
                break
            writer.write(name + b" " + line)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, name):
        self._name = name

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, addr):
        self._transport.sendto(self._name + b" " + data, addr)


def _take_tunnels_off(protocol, n_bytes):
    """The datagram within each goes to this namespace's own stack. n_bytes: what lies behind the outer IP header."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH", b"tun0", _IFF_TUN | _IFF_NO_PI))
    os.system("ip link set tun0 up; sysctl -qw net.ipv4.conf.tun0.rp_filter=0")
    outer = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
    while True:
        datagram = outer.recv(65535)
        os.write(tun, datagram[(datagram[0] & 0x0F) * 4 + n_bytes:])


async def _run(options):
    name = options.name.encode()
    for port in options.tcp:
        await asyncio.start_server(lambda r, w: _serve(name, r, w), "0.0.0.0", port, backlog=4096)
    loop = asyncio.get_running_loop()
    # A socket for each address, so that answers leave from the one that was asked.
    for address in options.address:
        await loop.create_datagram_endpoint(lambda: _Datagrams(name), (address, options.udp))
    if options.tunnel:
        threading.Thread(target=_take_tunnels_off, args=_TUNNELS[options.tunnel], daemon=True).start()
    await asyncio.Event().wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--tcp", type=int, nargs="+", default=[80])
    parser.add_argument("--udp", type=int, default=53)
    parser.add_argument("--address", action="append", default=[])
    parser.add_argument("--tunnel", nargs="?", const="ipip", choices=_TUNNELS)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()

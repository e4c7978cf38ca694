# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: whom the frames of the bench come from and go to, and their capture file; all from one seed.
# Used by: benchlib.
import ipaddress
import random
import struct

N_FRAMES = 16_384
N_VMACS = 64
N_HOSTS = 1000
N_ROUTES = 1000
N_NEXT_HOPS = 16
FRAME_SIZE = 60  # 64 on the wire; no port hands the check sequence over

GROUP_ID = 1
_VMAC_PREFIX = 0x024547 << 24
_HOST_MACS = 0x525400000000
_NEXT_HOP_MACS = 0x525400FF0000
_ROUTES = ipaddress.ip_network("10.128.0.0/9")


class Segment:
    """One port with half of the hosts and next hops; the same frames are valid on every port, as
    both groups have the same virtual MACs."""

    def __init__(self, index):
        self.index = index
        self.name = f"lan{index}"
        self.network = ipaddress.ip_network(f"10.{10 * (index + 1)}.0.0/16")
        self.vip = self.network[1]
        self.own_address = self.network[2]
        # Hosts in /24s of their own; 250 each.
        self.hosts = {self.network[256 * (1 + i // 250) + 1 + i % 250]: _HOST_MACS + 1000 * index + i
                      for i in range(N_HOSTS // 2)}
        self.next_hops = {self.network[100 + i]: _NEXT_HOP_MACS + 100 * index + i
                          for i in range(N_NEXT_HOPS // 2)}


class Traffic:
    def __init__(self, seed):
        self.seed = seed
        self.segments = [Segment(0), Segment(1)]
        self._random = random.Random(seed)
        next_hops = [hop for segment in self.segments for hop in segment.next_hops]
        first = int(_ROUTES.network_address) >> 8
        numbers = self._random.sample(range(first, first + _ROUTES.num_addresses // 256), N_ROUTES)
        self.routes = [(ipaddress.ip_network((number << 8, 24)), next_hops[i % N_NEXT_HOPS])
                       for i, number in enumerate(numbers)]

    def write_capture(self, path):
        """A classic pcap file of Ethernet frames."""
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
            record = struct.pack("<IIII", 0, 0, FRAME_SIZE, FRAME_SIZE)
            for frame in self._frames():
                file.write(record + frame)

    def _frames(self):
        hosts = [(address, mac) for segment in self.segments for address, mac in segment.hosts.items()]
        columns = zip(self._shuffled(range(1, N_VMACS + 1)), self._shuffled(hosts),
                      self._shuffled([prefix for prefix, _ in self.routes]))
        for vmac_number, (address, mac), prefix in columns:
            destination = prefix[self._random.randint(1, 254)]
            yield make_frame(vmac(vmac_number), mac, address, destination)

    def _shuffled(self, values):
        """N_FRAMES of the values, each as often as any other, in an order of their own."""
        values = list(values)
        column = [values[i % len(values)] for i in range(N_FRAMES)]
        self._random.shuffle(column)
        return column


def vmac(number):
    return _VMAC_PREFIX | GROUP_ID << 8 | number


def mac_text(mac):
    return mac.to_bytes(6, "big").hex(":")


def make_frame(destination_mac, source_mac, source, destination):
    """A UDP datagram; its own checksum is 0, which means none."""
    size = FRAME_SIZE - 14
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, size, 0, 0, 64, 17, 0, source.packed,
                         destination.packed)
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    header = header[:10] + struct.pack("!H", 0xFFFF - total) + header[12:]
    udp = struct.pack("!HHHH", 1024, 9, size - 20, 0)
    return destination_mac.to_bytes(6, "big") + source_mac.to_bytes(6, "big") + b"\x08\x00" + \
        header + udp + bytes(size - 28)

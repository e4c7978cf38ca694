# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: kinds of fields of messages: a value as bytes, and bytes as a value that is in its range or not.
# Used by: glbp_codec.py.
import ipaddress


def name_of(choices, number):
    return next((name for name, value in choices.items() if value == number), None)


class Number:
    def __init__(self, size, low=0, high=None, also=()):
        self.size, self.low, self.high, self.also = size, low, 256 ** size - 1 if high is None else high, also

    def pack(self, value):
        return value.to_bytes(self.size, "big")

    def unpack(self, data):
        value = int.from_bytes(data, "big")
        return value, self.low <= value <= self.high or value in self.also


class Hex(Number):
    def pack(self, value):
        return super().pack(int(value, 16))

    def unpack(self, data):
        return data.hex(), super().unpack(data)[1]


class Choice:
    size = 1

    def __init__(self, choices):
        self.choices = choices

    def pack(self, value):
        return bytes([self.choices[value]])

    def unpack(self, data):
        name = name_of(self.choices, data[0])
        return name, name is not None


class Mac:
    size = 6

    def __init__(self, zero_is_good):
        self.zero_is_good = zero_is_good

    def pack(self, value):
        return bytes.fromhex(value.replace(":", ""))

    def unpack(self, data):
        return data.hex(":"), data[0] & 1 == 0 and (self.zero_is_good or any(data))


class Ipv4:
    size = 4

    def pack(self, value):
        return ipaddress.IPv4Address(value).packed

    def unpack(self, data):
        return str(ipaddress.IPv4Address(data)), True


class Struct:
    """Fields in order: (name, kind), or a number of zero bytes."""

    def __init__(self, *fields):
        self.fields = fields
        self.size = sum(field if isinstance(field, int) else field[1].size for field in fields)

    def pack(self, value):
        return b"".join(bytes(field) if isinstance(field, int) else field[1].pack(value[field[0]])
                        for field in self.fields)

    def unpack(self, data):
        value, good, at = {}, True, 0
        for field in self.fields:
            if isinstance(field, int):
                at += field
                continue
            name, kind = field
            value[name], fine = kind.unpack(data[at:at + kind.size])
            good, at = good and fine, at + kind.size
        return value, good

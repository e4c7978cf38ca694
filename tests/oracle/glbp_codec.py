# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the messages of the group protocol, written from docs/protocol.md, "Wire format", and sharing nothing with
# lib/glbp: tables of fields, from which bytes are made and read. Used by: glbp_signing.py, glbp_oracle.py,
# decode_test.py.
import ipaddress
import struct

from glbp_fields import Choice, Hex, Ipv4, Mac, Number, Struct, name_of

MAX_SIZE = 1232
VG_STATES = {"disabled": 1, "initial": 2, "listen": 4, "speak": 8, "standby": 16, "active": 32}
VF_STATES = {"none": 0, "disabled": 1, "initial": 2, "listen": 4, "active": 32}
OPCODES = {"hello": 0, "request": 1, "reply": 2}
STEPS = {"prepare": 1, "ready": 2, "released": 3}
REASONS = {"operator": 1, "load": 2}
HEALTHS = {"unknown": 0, "up": 1, "down": 2}
TARGET_STATES = {"down": 0, "up": 1, "draining": 2, "drained": 3}
CONNECTION_STATES = {"half_open": 1, "established": 2, "closing": 3}
CONNECTION_KINDS = {"shadow": 1, "returned": 2}
CISCO_TYPES = {"none": 0, "plain": 1, "md5_string": 2, "md5_chain": 3}


U8, U16, U32, U64 = (Number(size) for size in (1, 2, 4, 8))
ID, ANY_MAC, STATION, VMAC = Hex(8), Mac(True), Mac(False), Number(1, 1)
LIFE = Struct(("member", ID), ("boot_nonce", ID))
NAME = Struct(("term", U32), ("avg", ID), ("sequence", U32))
PLACE = Number(1, 0, 29, (255,))

HELLO = Struct(1, ("state", Choice(VG_STATES)), 1, ("priority", U8), 2, ("hello_ms", Number(4, 1, 600000)),
               ("hold_ms", Number(4, 1, 600000)), ("redirect_s", U16), ("timeout_s", U16), 2)
FORWARDER = Struct(("number", U8), ("state", Choice(VF_STATES)), 1, ("priority", U8), ("weight", U8), 1,
                   ("timeout_left_s", U16), ("redirect_left_s", U16), 2, ("mac", ANY_MAC))
SENDER = Struct(("version", U8), ("flags", U8), ("capabilities", U16),
                ("self", Struct(("member", Hex(8, 1)), ("boot_nonce", ID))), ("sequence", U64), ("challenge", ID))
STANDING = Struct(("adopted", NAME), ("adopted_digest", ID), ("n_following", Number(1, 0, 30)), ("weight", U8), 2,
                  ("capacity_pps", U64), ("load_pps", U64), ("group_load_pps", U64), ("granted_pps", U64),
                  ("parameters_digest", ID), ("parameters_revision", U32))
HEARD = Struct(("who", LIFE), ("challenge", ID), ("is_live", Number(1, 0, 1)))
PLAN = Struct(("owner", PLACE), ("previous", PLACE), ("successor_1", PLACE), ("successor_2", PLACE))
PART = Struct(("name", NAME), ("part", U8), ("n_parts", Number(1, 1, 5)), ("first_vmac", VMAC))
HAND_OVER = Struct(("step", Choice(STEPS)), ("vmac", VMAC), ("name", NAME), ("from", ID), ("to", ID))
NEIGHBOURS = Struct(("name", NAME), ("part", U8), ("n_parts", Number(1, 1)))
CLIENT = Struct(("host", STATION), ("vmac", VMAC))
PARAMETERS = Struct(("revision", U32), ("n_vmacs", VMAC), ("vmac_prefix", Hex(3)))
LOAD_REPORT = Struct(("counted_at_ns", U64), ("packets", U64), ("bytes", U64), ("received", U64), ("missed", U64),
                     ("n_counts", U8))
VMAC_COUNT = Struct(("vmac", VMAC), ("packets", U64), ("bytes", U64))
WANTED_MOVE = Struct(("reason", Choice(REASONS)), ("vmac", VMAC), ("to", Hex(8, 1)))
VERDICTS = Struct(("services_digest", ID), ("n_targets", Number(2, 1, 256)), ("first_target", Number(2, 0, 255)))
VERDICT = Struct(("health", Choice(HEALTHS)), ("n_connections", U32), ("packets", U64))
TARGET_SET = Struct(("name", NAME), ("services_digest", ID))
TARGET = Struct(("state", Choice(TARGET_STATES)), ("weight", U16))
CONNECTIONS = Struct(("services_digest", ID))
CONNECTION = Struct(("client", Ipv4()), ("published", Ipv4()), ("client_port", U16), ("published_port", U16),
                    ("target", Number(2, 0, 255)), ("protocol", Number(1, 6, 6, (17,))),
                    ("state", Choice(CONNECTION_STATES)), ("kind", Choice(CONNECTION_KINDS)))
ORDERED_WEIGHT = Struct(("target", Number(2, 0, 255)), ("weight", U16))
HMAC = Struct(("key_id", U32), ("digest", Hex(32)))

# TLV: name in the message, entry, entries at most.
LISTS = {0xE2: ("heard", HEARD, 30), 0xE5: ("assignment_members", LIFE, 30), 0xE7: ("hand_overs", HAND_OVER, 32),
         0xE9: ("clients", CLIENT, 160), 0xEE: ("vmac_counts", VMAC_COUNT, 64), 0xEF: ("wanted_moves", WANTED_MOVE, 32),
         0xF3: ("ordered_weights", ORDERED_WEIGHT, 48)}
SINGLES = {0xE0: ("sender", SENDER), 0xE1: ("standing", STANDING), 0xE6: ("assignment_request", NAME),
           0xEB: ("hmac", HMAC), 0xED: ("load_report", LOAD_REPORT)}
# TLV: name in the message, what each TLV begins with, name of the list behind it, entry, entries at most.
HEADED = {0xF0: ("target_verdicts", VERDICTS, "targets", VERDICT, 64),
          0xF1: ("target_set", TARGET_SET, "targets", TARGET, 256),
          0xF2: ("connections", CONNECTIONS, "connections", CONNECTION, 56)}


def tlv(kind, value):
    return bytes([kind, len(value) + 2]) + value


def pack_address(text):
    address = ipaddress.ip_address(text).packed
    return bytes([1 if len(address) == 4 else 2]) + address


def list_tlvs(kind, entry, values, head=b""):
    each = (253 - len(head)) // entry.size
    return b"".join(tlv(kind, head + b"".join(map(entry.pack, values[at:at + each])))
                    for at in range(0, len(values), each))


def neighbour_tlvs(value):
    head, tlvs = NEIGHBOURS.pack(value), []
    for entry in value.get("entries", []):
        packed = pack_address(entry["address"]) + STATION.pack(entry["mac"])
        if not tlvs or len(tlvs[-1]) + len(packed) > 253:
            tlvs.append(head)
        tlvs[-1] += packed
    return b"".join(tlv(0xE8, value) for value in tlvs or [head])


def cisco_tlvs(message):
    out = b""
    if "cisco_authentication" in message:
        value = message["cisco_authentication"]
        data = bytes.fromhex(value["secret"])
        if value["type"] == "md5_chain":
            data = U32.pack(value["key_id"]) + data
        out += tlv(3, bytes([CISCO_TYPES[value["type"]], len(data)]) + data)
    if "cisco_nonces" in message:
        value = message["cisco_nonces"]
        peers = [STATION.pack(peer["owner"]) + U32.pack(peer["nonce"]) + bytes(2) for peer in value.get("peers", [])]
        out += tlv(4, struct.pack("!BBI", len(peers), value["sequence"], value["nonce"]) + b"".join(peers))
    if "hello" in message:
        address = pack_address(message["hello"]["virtual_address"])
        out += tlv(1, HELLO.pack(message["hello"]) + address[:1] + bytes([len(address) - 1]) + address[1:])
    return out + b"".join(tlv(2, FORWARDER.pack(value)) for value in message.get("forwarders", []))


def native_tlv(kind, message):
    if kind in LISTS:
        name, entry, _ = LISTS[kind]
        return list_tlvs(kind, entry, message.get(name, []))
    if kind in SINGLES:
        name, entry = SINGLES[kind]
        return tlv(kind, entry.pack(message[name])) if name in message else b""
    if kind in HEADED:
        name, head, entries, entry, _ = HEADED[kind]
        return list_tlvs(kind, entry, message[name][entries], head.pack(message[name])) if name in message else b""
    if kind == 0xE3 and "forwarding" in message:
        bitmaps = [message["forwarding"]] + ([message["given_up"]] if message.get("given_up") else [])
        return tlv(kind, b"".join(sum(1 << number for number in bitmap).to_bytes(32, "little")
                                  for bitmap in bitmaps))
    if kind == 0xE4:
        return b"".join(tlv(kind, PART.pack(part) + b"".join(map(PLAN.pack, part["plans"])))
                        for part in message.get("assignment_parts", []))
    if kind == 0xE8 and "neighbours" in message:
        return neighbour_tlvs(message["neighbours"])
    if kind == 0xEA and "parameters" in message:
        value = message["parameters"]
        return tlv(kind, PARAMETERS.pack(value) + b"".join(map(pack_address, value.get("virtual_addresses", []))))
    if kind == 0xEC and "name" in message:
        return tlv(kind, message["name"].encode())
    return b""


def encode(message):
    header = struct.pack("!BBHH", 1, OPCODES[message["opcode"]], message["group"], 0) + ANY_MAC.pack(message["owner"])
    order = [*range(0xE0, 0xEB), *range(0xEC, 0xF4), 0xEB]
    return header + cisco_tlvs(message) + b"".join(native_tlv(kind, message) for kind in order)


class Fault(Exception):
    """The faults that a TLV, or the header, may be refused for: one of them will be named."""

    def __init__(self, *names):
        super().__init__(names)
        self.names = set(names)


class Decoder:
    """Reads a payload and keeps the message, or raises a Fault."""

    def __init__(self, payload):
        self.message, self.n_unknown = {}, 0
        self.header(payload)
        at = 12
        while at < len(payload):
            if len(payload) - at < 2 or not 2 <= payload[at + 1] <= len(payload) - at:
                raise Fault("tlv_cut")
            self.tlv(payload[at], payload[at + 2:at + payload[at + 1]])
            at += payload[at + 1]

    def header(self, payload):
        if not 12 <= len(payload) <= MAX_SIZE:
            raise Fault("too_short" if len(payload) < 12 else "too_long")
        version, opcode, group = struct.unpack_from("!BBH", payload)
        faults = [name for name, wrong in (("version_unknown", version != 1), ("opcode_unknown", opcode > 2),
                                           ("group_invalid", group > 1023), ("owner_invalid", payload[6] & 1)) if wrong]
        if faults:
            raise Fault(*faults)
        self.message.update(opcode=name_of(OPCODES, opcode), group=group, owner=payload[6:12].hex(":"))

    def tlv(self, kind, value):
        native = 0xE0 <= kind <= 0xF3
        faults = set()
        if (native and kind != 0xE0 and "sender" not in self.message) or ("hmac" in self.message and kind != 0xEB):
            faults.add("tlv_order")
        if kind in (1, 2, 3, 4) or native:
            read = {1: self.hello, 2: self.forwarder, 3: self.cisco_authentication, 4: self.cisco_nonces,
                    0xE0: self.sender, 0xE3: self.forwarding, 0xE4: self.part, 0xE8: self.neighbours,
                    0xEA: self.parameters, 0xEC: self.name, 0xEE: self.vmac_counts,
                    0xF3: self.ordered_weights}.get(kind)
            faults |= set(self.headed_tlv(kind, value) if kind in HEADED else
                          read(value) if read else self.plain_tlv(kind, value))
        else:
            self.n_unknown += 1
        if faults:
            raise Fault(*faults)

    def once(self, name):
        return ["tlv_repeated"] if name in self.message else []

    def plain_tlv(self, kind, value):
        if kind in LISTS:
            name, entry, most = LISTS[kind]
            return self.entries(self.message.setdefault(name, []), value, entry, most)
        name, entry = SINGLES[kind]
        faults = self.once(name)
        if len(value) != entry.size:
            return faults + ["tlv_size"]
        self.message[name], good = entry.unpack(value)
        return faults + ([] if good else ["tlv_value"])

    def headed_tlv(self, kind, value):
        name, head, entries_name, entry, most = HEADED[kind]
        if len(value) <= head.size or (len(value) - head.size) % entry.size:
            return ["tlv_size"]
        read, good = head.unpack(value[:head.size])
        known = self.message.setdefault(name, {**read, entries_name: []})
        faults = [] if {field: known[field] for field in read} == read else ["tlv_repeated"]
        faults += self.entries(known[entries_name], value[head.size:], entry, most)
        if kind == 0xF0 and read["first_target"] + len(known[entries_name]) > read["n_targets"]:
            good = False
        return faults + ([] if good else ["tlv_value"])

    @staticmethod
    def entries(into, value, entry, most):
        if not value or len(value) % entry.size:
            return ["tlv_size"]
        read = [entry.unpack(value[at:at + entry.size]) for at in range(0, len(value), entry.size)]
        into += [one for one, _ in read]
        return (["too_many"] if len(into) > most else []) + ([] if all(good for _, good in read) else ["tlv_value"])

    def hello(self, value):
        faults = self.once("hello")
        if len(value) < 22:
            return faults + ["tlv_size"]
        hello, good = HELLO.unpack(value)
        size = {1: 4, 2: 16}.get(value[20])
        if size is None or size != value[21] or not good:
            return faults + ["tlv_value"]
        if len(value) < 22 + size:
            return faults + ["tlv_size"]
        hello["virtual_address"] = str(ipaddress.ip_address(value[22:22 + size]))
        self.message["hello"] = hello
        return faults

    def forwarder(self, value):
        if len(value) != FORWARDER.size:
            return ["tlv_size"]
        forwarder, good = FORWARDER.unpack(value)
        known = self.message.setdefault("forwarders", [])
        faults = [] if good else ["tlv_value"]
        faults += ["tlv_repeated"] if any(other["number"] == forwarder["number"] for other in known) else []
        known.append(forwarder)
        return faults + (["too_many"] if len(known) > 60 else [])

    def cisco_authentication(self, value):
        faults = self.once("cisco_authentication")
        if len(value) < 2:
            return faults + ["tlv_size"]
        kind, data = name_of(CISCO_TYPES, value[0]), value[2:]
        if kind is None:
            return faults + ["tlv_value"]
        sizes = {"none": [0], "plain": range(1, 65), "md5_string": [16], "md5_chain": [20]}[kind]
        if value[1] != len(data) or len(data) not in sizes:
            return faults + ["tlv_size"]
        chain = kind == "md5_chain"
        self.message["cisco_authentication"] = {
            "type": kind, "key_id": int.from_bytes(data[:4], "big") if chain else 0,
            "secret": (data[4:] if chain else data).hex()}
        return faults

    def cisco_nonces(self, value):
        faults = self.once("cisco_nonces")
        if len(value) < 6 or len(value) != 6 + 12 * value[0]:
            return faults + ["tlv_size"]
        peers = [{"owner": value[at:at + 6].hex(":"), "nonce": int.from_bytes(value[at + 6:at + 10], "big")}
                 for at in range(6, len(value), 12)]
        self.message["cisco_nonces"] = {"sequence": value[1], "nonce": int.from_bytes(value[2:6], "big"),
                                        **({"peers": peers} if peers else {})}
        return faults

    def sender(self, value):
        faults = self.once("sender")
        if value and value[0] != 1:
            return faults + ["native_version_unknown"]
        return faults + ([] if faults else self.plain_tlv(0xE0, value))

    def forwarding(self, value):
        faults = self.once("forwarding")
        if len(value) not in (32, 64):
            return faults + ["tlv_size"]
        wrong = False
        for name, part in (("forwarding", value[:32]), ("given_up", value[32:])):
            bits = int.from_bytes(part, "little")
            if part:
                self.message[name] = [number for number in range(256) if bits >> number & 1]
            wrong = wrong or bits & 1 or (name == "given_up" and part and not bits)
        return faults + (["tlv_value"] if wrong else [])

    def part(self, value):
        plans_size = len(value) - PART.size
        if plans_size <= 0 or plans_size % PLAN.size:
            return ["tlv_size"]
        part, good = PART.unpack(value[:PART.size])
        part["plans"] = []
        faults = self.entries(part["plans"], value[PART.size:], PLAN, 56)
        if not good or part["part"] >= part["n_parts"] or part["first_vmac"] + len(part["plans"]) - 1 > 255:
            faults.append("tlv_value")
        parts = self.message.setdefault("assignment_parts", [])
        parts.append(part)
        return faults + (["too_many"] if len(parts) > 5 else [])

    def addresses(self, value, with_mac):
        """Entries of an address, and a MAC where there is one; the list and its faults."""
        found, faults, at = [], [], 0
        while at < len(value):
            size = {1: 4, 2: 16}.get(value[at])
            if size is None:
                return found, faults + ["tlv_value"]
            end = at + 1 + size + (6 if with_mac else 0)
            if end > len(value):
                return found, faults + ["tlv_size"]
            address = str(ipaddress.ip_address(value[at + 1:at + 1 + size]))
            if with_mac:
                mac, good = STATION.unpack(value[end - 6:end])
                faults += [] if good else ["tlv_value"]
                found.append({"address": address, "mac": mac})
            else:
                found.append(address)
            at = end
        return found, faults

    def neighbours(self, value):
        if len(value) < NEIGHBOURS.size:
            return ["tlv_size"]
        head, good = NEIGHBOURS.unpack(value)
        faults = [] if good and head["part"] < head["n_parts"] else ["tlv_value"]
        entries, more = self.addresses(value[NEIGHBOURS.size:], True)
        known = self.message.setdefault("neighbours", {**head, "entries": []})
        if {name: known[name] for name in head} != head:
            faults.append("tlv_repeated")
        known["entries"] += entries
        return faults + more + (["too_many"] if len(known["entries"]) > 80 else [])

    def parameters(self, value):
        faults = self.once("parameters")
        if len(value) < PARAMETERS.size:
            return faults + ["tlv_size"]
        parameters, good = PARAMETERS.unpack(value)
        addresses, more = self.addresses(value[PARAMETERS.size:], False)
        faults += [] if good and value[5] & 1 == 0 else ["tlv_value"]
        parameters["virtual_addresses"] = addresses
        self.message["parameters"] = parameters
        return faults + more + (["too_many"] if len(addresses) > 8 else [])

    def name(self, value):
        faults = self.once("name")
        if not 1 <= len(value) <= 32:
            return faults + ["tlv_size"]
        if any(not 0x20 <= byte <= 0x7E for byte in value):
            return faults + ["tlv_value"]
        self.message["name"] = value.decode()
        return faults

    def once_each(self, kind, value, key, behind):
        faults = self.plain_tlv(kind, value) + ([] if behind in self.message else ["tlv_order"])
        keys = [entry[key] for entry in self.message[LISTS[kind][0]]]
        return keys, faults + (["tlv_repeated"] if len(set(keys)) < len(keys) else [])

    def ordered_weights(self, value):
        return self.once_each(0xF3, value, "target", "target_set")[1]

    def vmac_counts(self, value):
        vmacs, faults = self.once_each(0xEE, value, "vmac", "load_report")
        most = self.message.get("load_report", {"n_counts": len(vmacs)})["n_counts"]
        return faults + (["too_many"] if len(vmacs) > most else [])

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: an independent opinion on messages. Makes random ones, has our program encode, sign, decode and verify them, and
# compares bytes, fields, verdicts, and the faults of spoiled ones with glbp_codec.py, which knows only docs/protocol.md.
# Used by: the tests (3,000 messages), and by hand with --messages N --seed S.
import argparse
import ipaddress
import json
import random
import subprocess
import sys

import glbp_codec as codec
import glbp_signing as signing

KEYS = [(7, b"a secret"), (0, b"b"), (4294967295, b"12345678")]
OTHER_KEYS = [(7, b"another"), (1, b"c")]
METHODS = ("none", "plain", "md5", "md5_string", "hmac_sha256")
VERDICTS = ("authentic", "missing", "unexpected_method", "no_key", "wrong_digest")
FAULTS = ("too_short", "too_long", "version_unknown", "opcode_unknown", "group_invalid", "owner_invalid", "tlv_cut",
          "tlv_size", "tlv_value", "tlv_repeated", "tlv_order", "too_many", "native_version_unknown")
ADDRESS_FIELDS = ("address", "virtual_address", "virtual_addresses")


def random_value(rng, kind):
    if isinstance(kind, codec.Hex):
        return rng.randbytes(kind.size).hex() if rng.random() < 0.9 else "ff" * kind.size
    if isinstance(kind, codec.Number):
        return rng.choice((kind.low, kind.high, rng.randint(kind.low, kind.high), rng.randint(kind.low, kind.high),
                           *kind.also))
    if isinstance(kind, codec.Choice):
        return rng.choice(list(kind.choices))
    if isinstance(kind, codec.Mac):
        return bytes([rng.randrange(256) & 0xFE, *rng.randbytes(4), rng.randrange(1, 256)]).hex(":")
    if isinstance(kind, codec.Ipv4):
        return str(ipaddress.IPv4Address(rng.randbytes(4)))
    return {field[0]: random_value(rng, field[1]) for field in kind.fields if not isinstance(field, int)}


def random_address(rng):
    return str(ipaddress.ip_address(rng.randbytes(rng.choice((4, 16)))))


def random_part(rng):
    part = random_value(rng, codec.PART)
    part["part"] = rng.randrange(part["n_parts"])
    n_plans = rng.choice((1, 56, rng.randint(1, 56)))
    part["first_vmac"] = rng.choice((1, 256 - n_plans, rng.randint(1, 256 - n_plans)))
    part["plans"] = [random_value(rng, codec.PLAN) for _ in range(n_plans)]
    return part


def random_list(rng, entry, most):
    return [random_value(rng, entry) for _ in range(rng.choice((0, 1, most, rng.randint(0, most))))]


def random_cisco(rng, message):
    if rng.random() < 0.5:
        kind = rng.choice(list(codec.CISCO_TYPES))
        size = {"none": 0, "plain": rng.randint(1, 64)}.get(kind, 16)
        message["cisco_authentication"] = {"type": kind, "key_id": rng.getrandbits(32) if kind == "md5_chain" else 0,
                                           "secret": rng.randbytes(size).hex()}
    if rng.random() < 0.5:
        message["cisco_nonces"] = {"sequence": rng.randrange(256), "nonce": rng.getrandbits(32), "peers": [
            {"owner": rng.randbytes(6).hex(":"), "nonce": rng.getrandbits(32)} for _ in range(rng.randint(0, 20))]}
    if rng.random() < 0.7:
        message["hello"] = {**random_value(rng, codec.HELLO), "virtual_address": random_address(rng)}
    numbers = rng.sample(range(256), rng.choice((0, 1, 4, 60)))
    message["forwarders"] = [{**random_value(rng, codec.FORWARDER), "number": number} for number in sorted(numbers)]


def random_report(rng, message):
    """Counts of vMACs, each once, and of how many there are, here or in other messages."""
    vmacs = rng.sample(range(1, 256), rng.choice((0, 1, 64, rng.randint(0, 64))))
    message["vmac_counts"] = [{**random_value(rng, codec.VMAC_COUNT), "vmac": vmac} for vmac in vmacs]
    message["load_report"] = {**random_value(rng, codec.LOAD_REPORT),
                              "n_counts": rng.choice((len(vmacs), 255, rng.randint(len(vmacs), 255)))}


def random_headed(rng, kind):
    """The head and at least one entry; of verdicts a part that is in its bounds."""
    name, head, entries, entry, most = codec.HEADED[kind]
    value = random_value(rng, head)
    n_entries = rng.choice((1, most, rng.randint(1, most)))
    if kind == 0xF0:
        value["first_target"] = rng.randint(0, 256 - n_entries)
        value["n_targets"] = rng.randint(value["first_target"] + n_entries, 256)
    return name, {**value, entries: [random_value(rng, entry) for _ in range(n_entries)]}


def random_native(rng, message):
    message["sender"] = {**random_value(rng, codec.SENDER), "version": 1}
    for name, entry, most in codec.LISTS.values():
        if name != "vmac_counts" and rng.random() < 0.4:
            message[name] = random_list(rng, entry, most)
    for name, entry in (("standing", codec.STANDING), ("assignment_request", codec.NAME), ("hmac", codec.HMAC)):
        if rng.random() < 0.4:
            message[name] = random_value(rng, entry)
    if rng.random() < 0.4:
        message["forwarding"] = sorted(rng.sample(range(1, 256), rng.choice((0, 1, 16, 255))))
        if rng.random() < 0.4:
            message["given_up"] = sorted(rng.sample(range(1, 256), rng.choice((1, 16, 255))))
    if rng.random() < 0.4:
        message["assignment_parts"] = [random_part(rng) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.4:
        head = random_value(rng, codec.NEIGHBOURS)
        message["neighbours"] = {**head, "part": rng.randrange(head["n_parts"]), "entries": [
            {"address": random_address(rng), "mac": random_value(rng, codec.STATION)}
            for _ in range(rng.choice((0, 1, 20, 21, rng.randint(0, 80))))]}
    if rng.random() < 0.4:
        prefix = bytes([rng.randrange(256) & 0xFE, *rng.randbytes(2)]).hex()
        message["parameters"] = {**random_value(rng, codec.PARAMETERS), "vmac_prefix": prefix,
                                 "virtual_addresses": [random_address(rng) for _ in range(rng.randint(0, 8))]}
    if rng.random() < 0.4:
        random_report(rng, message)
    for kind in codec.HEADED:
        if rng.random() < 0.2:
            name, value = random_headed(rng, kind)
            message[name] = value
    if rng.random() < 0.4:
        message["name"] = "".join(chr(rng.randint(0x20, 0x7E)) for _ in range(rng.randint(1, 32)))


def random_message(rng):
    """Any that fits, with any authentication in place of its own."""
    while True:
        message = {"opcode": rng.choice(list(codec.OPCODES)), "group": rng.choice((0, 1023, rng.randrange(1024))),
                   "owner": random_value(rng, codec.STATION)}
        if rng.random() < 0.5:
            random_cisco(rng, message)
        if rng.random() < 0.6:
            random_native(rng, message)
        if len(codec.encode(message)) + 38 <= codec.MAX_SIZE:
            return message


def without_empty(value):
    """As our program prints a message: without empty lists and what a password is; addresses in one spelling."""
    if isinstance(value, list):
        return [without_empty(one) for one in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for name, field in value.items():
        if name == "secret" and value["type"] == "plain":
            out["password_bytes"] = len(field) // 2
        elif name == "secret":
            out.update({"digest": field} if field else {})
        elif name in ADDRESS_FIELDS:
            spelled = [str(ipaddress.ip_address(one)) for one in (field if isinstance(field, list) else [field])]
            out.update({name: spelled if isinstance(field, list) else spelled[0]} if spelled else {})
        elif field != [] or name == "forwarding":
            out[name] = without_empty(field)
    return out


def spoil(rng, payload):
    """Changes, cuts, extends, repeats or swaps something."""
    payload = bytearray(payload)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        what = rng.randrange(7)
        at = rng.randrange(len(payload)) if payload else 0
        if what <= 2 and payload:
            at = rng.choice((at, *(at for at in starts_of(payload) for _ in range(3))))
            payload[at] = rng.choice((payload[at] ^ 1 << rng.randrange(8), 0, 1, 255, rng.randrange(256)))
        elif what == 3:
            del payload[at:]
        elif what == 4:
            payload += rng.randbytes(rng.choice((1, 2, 40)))
        else:
            tlvs = tlvs_of(payload)
            if tlvs and what == 5:
                tlvs[rng.randrange(len(tlvs)):0] = rng.choice((1, 1, 5)) * [rng.choice(tlvs)]
            else:
                rng.shuffle(tlvs)
            payload[12:] = b"".join(tlvs)
    if rng.random() < 0.02:
        payload += codec.tlv(0x80, bytes(250)) * 5
    return bytes(payload[:codec.MAX_SIZE + rng.randrange(2)])


def starts_of(payload):
    """The first bytes of TLVs' values, of which many have few good values."""
    starts, at = [], 14
    for tlv in tlvs_of(payload):
        starts += [at] if len(tlv) > 2 else []
        at += len(tlv)
    return starts


def tlvs_of(payload):
    tlvs, at = [], 12
    while at + 1 < len(payload) and payload[at + 1] >= 2:
        tlvs.append(bytes(payload[at:at + payload[at + 1]]))
        at += payload[at + 1]
    return tlvs


class Case:
    """What our program is asked, and what is wrong with its answer."""

    def __init__(self, kind, question, expect):
        self.kind, self.question, self.expect = kind, question, expect


def question(method, keys, source, segment, **more):
    return {"method": method, "keys": [[key_id, secret.hex()] for key_id, secret in keys], "source": source,
            "segment": segment, **more}


def as_expected(expected):
    return lambda answer: None if answer == expected else f"expected {json.dumps(expected)}"


def expect_decoded(payload, method, keys, source, segment):
    """The name of the case, and the check of the answer."""
    try:
        read = codec.Decoder(payload)
    except codec.Fault as fault:
        names = fault.names
        return f"fault {min(names)}", lambda answer: (
            None if answer.get("fault") in names else f"expected one of the faults {sorted(names)}")
    expected = without_empty(read.message)
    verdict = signing.verdict(payload, read.message, method, keys, source, segment)
    again = codec.encode(read.message).hex()

    def check(answer):
        if without_empty(answer.get("message", {})) != expected:
            return f"expected the fields {json.dumps(expected)}"
        if (answer["verdict"], answer["unknown_tlvs"]) != (verdict, read.n_unknown):
            return f"expected {verdict}, {read.n_unknown} unknown TLVs"
        return None if answer["again"] == again else f"expected it written again as {again}"
    return f"verdict {verdict}", check


def make_cases(rng, n_messages):
    for _ in range(n_messages):
        message = random_message(rng)
        source, segment = random_address(rng), rng.choice((0, rng.getrandbits(32)))
        raw = codec.encode(message)
        yield Case("encode", question("raw", [], source, segment, message=message), as_expected({"payload": raw.hex()}))
        method = rng.choice(METHODS)
        keys = [] if method == "none" else KEYS
        signable = method != "hmac_sha256" or "sender" in message
        payload = signing.sign(message, method, KEYS[0], source, segment) if signable else b""
        yield Case(f"sign {method}", question(method, keys, source, segment, message=message),
                   as_expected({"payload": payload.hex()}))
        for received in (raw, payload or raw, spoil(rng, payload or raw)):
            other = rng.randrange(8)
            heard = (rng.choice(METHODS) if other == 0 else method, OTHER_KEYS if other == 1 else KEYS,
                     random_address(rng) if other == 2 else source, segment ^ 1 if other == 3 else segment)
            heard = (heard[0], [] if heard[0] == "none" else heard[1], *heard[2:])
            yield Case(*expect_case(received, heard))


def expect_case(received, heard):
    kind, check = expect_decoded(received, *heard)
    return kind, question(*heard, payload=received.hex()), check


def main():
    parser = argparse.ArgumentParser(description="Compares our messages with another reading of the protocol.")
    parser.add_argument("program", help="glbp_messages, from the build")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1, help="0: a random one")
    options = parser.parse_args()
    seed = options.seed or random.SystemRandom().randrange(1, 2**32)
    print(f"seed {seed}", flush=True)
    cases = list(make_cases(random.Random(seed), options.messages))
    stdin = "\n".join(json.dumps(case.question) for case in cases) + "\n"
    output = subprocess.run([options.program], input=stdin, stdout=subprocess.PIPE, check=True, text=True).stdout
    counts, n_wrong = {}, 0
    for case, line in zip(cases, output.splitlines(), strict=True):
        counts[case.kind] = counts.get(case.kind, 0) + 1
        wrong = case.expect(json.loads(line))
        if wrong:
            n_wrong += 1
            if n_wrong <= 5:
                print(f"{case.kind}: {json.dumps(case.question)}\n  ours   {line}\n  oracle {wrong}")
    for kind in sorted(counts):
        print(f"{counts[kind]:8} {kind}")
    print(f"{len(cases)} cases, {n_wrong} differ")
    never = {f"fault {name}" for name in FAULTS} | {f"verdict {name}" for name in VERDICTS}
    never -= counts.keys()
    if never:
        print(f"too few messages: there was no {', '.join(sorted(never))}")
    return 1 if n_wrong or never else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: how messages of glbp_codec.py prove themselves, written from docs/protocol.md as well: digests are made, and
# judged as a receiver does. Used by: glbp_oracle.py, decode_test.py.
import hashlib
import hmac
import ipaddress
import struct

import glbp_codec as codec


def hmac_digest(payload, secret, source, group, segment):
    address = ipaddress.ip_address(source)
    mapped = address.packed if address.version == 6 else bytes(10) + b"\xff\xff" + address.packed
    covered = payload[:-32] + bytes(32) + mapped + struct.pack("!HI", group, segment)
    return hmac.new(secret, covered, hashlib.sha256).digest()


def md5_digest(payload, at, secret, source):
    padded = (secret + b"\x80").ljust(56, b"\0") + struct.pack("<Q", 8 * len(secret))
    address = ipaddress.ip_address(source).packed.ljust(16, b"\0")
    return hashlib.md5(padded + payload[:at] + address + payload[at + 16:] + secret).digest()


def sign(message, method, key, source, segment):
    """The payload with the key's authentication in place of what the message has."""
    key_id, secret = key
    message = {name: value for name, value in message.items() if name not in ("cisco_authentication", "hmac")}
    if method == "hmac_sha256":
        payload = codec.encode({**message, "hmac": {"key_id": key_id, "digest": bytes(32).hex()}})
        return payload[:-32] + hmac_digest(payload, secret, source, message["group"], segment)
    if method == "none":
        return codec.encode(message)
    cisco = {"type": {"plain": "plain", "md5": "md5_chain", "md5_string": "md5_string"}[method], "key_id": key_id,
             "secret": secret.hex() + "00" if method == "plain" else bytes(16).hex()}
    payload = codec.encode({**message, "cisco_authentication": cisco})
    if method == "plain":
        return payload
    at = 20 if method == "md5" else 16
    return payload[:at] + md5_digest(payload, at, secret, source) + payload[at + 16:]


def verdict(payload, message, method, keys, source, segment):
    """What a member with these keys says of a good payload."""
    cisco = message.get("cisco_authentication", {"type": "none"})
    if method == "none":
        return "authentic"
    if method == "hmac_sha256":
        if "hmac" not in message:
            return "missing" if cisco["type"] == "none" else "unexpected_method"
        secret = dict(keys).get(message["hmac"]["key_id"])
        if secret is None:
            return "no_key"
        right = hmac_digest(payload, secret, source, message["group"], segment)
        return "authentic" if right == payload[-32:] else "wrong_digest"
    if cisco["type"] == "none":
        return "unexpected_method" if "hmac" in message else "missing"
    if cisco["type"] != {"plain": "plain", "md5": "md5_chain", "md5_string": "md5_string"}[method]:
        return "unexpected_method"
    theirs = bytes.fromhex(cisco["secret"])
    if method == "plain":
        return "authentic" if theirs.rstrip(b"\0") in (secret for _, secret in keys) else "wrong_digest"
    tried = [secret for key_id, secret in keys if method == "md5_string" or key_id == cisco["key_id"]]
    if not tried:
        return "no_key"
    at = payload.index(codec.tlv(3, b"\3\x14" + codec.U32.pack(cisco["key_id"]) + theirs)) + 8 if method == "md5" else \
        payload.index(codec.tlv(3, b"\2\x10" + theirs)) + 4
    return "authentic" if any(md5_digest(payload, at, secret, source) == theirs for secret in tried) else "wrong_digest"

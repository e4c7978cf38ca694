// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: signing and verifying messages: native HMAC-SHA-256, Cisco's MD5 key chain and plain text
// (protocol rule 17; docs/protocol.md has the bytes). Constant-time comparisons.
// Thread: one at a time for each KeyRing. Used by: control, evengate-decode, the simulator.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "glbp/decode.hpp"

namespace evengate::glbp {

// md5 is Cisco's key chain, md5_string its key string: one key without an id, signed as the chain is
// by inference (docs/protocol.md).
enum class AuthMethod : uint8_t { none, plain, md5, hmac_sha256, md5_string };

// What a digest covers besides the payload.
struct Binding {
    IpAddress source;      // of the IP header
    uint32_t segment = 0;  // native only; the group stands in the payload
};

// name, what it means to an operator
#define EVENGATE_VERDICTS(X)                                                  \
    X(authentic, "the digest is right, or none is asked for")                 \
    X(missing, "no authentication where it is asked for")                     \
    X(unexpected_method, "another kind of authentication than is configured") \
    X(no_key, "a key id that is not on the ring")                             \
    X(wrong_digest, "the digest or the password is wrong")

enum class Verdict : uint8_t {
#define X(name, text) name,
    EVENGATE_VERDICTS(X)
#undef X
};
std::string_view to_text(Verdict verdict);

struct Key {
    uint32_t id = 0;
    std::string secret;  // at least one byte
};

// Bytes of a secret, at most: 255 of hmac_sha256, 55 of both MD5s, 8 of plain, 0 of none.
size_t max_secret_size(AuthMethod method);

class KeyRing {
 public:
    // The first key signs; all verify. Owns copies, wiped at the end.
    // Fails: no key where the method needs one, an id twice, a secret too short or too long, one with
    // a zero byte where the method is plain, OpenSSL without the digest.
    static Result<KeyRing> make(AuthMethod method, std::vector<Key> keys);
    KeyRing();  // of method none
    KeyRing(KeyRing&&) noexcept;
    KeyRing& operator=(KeyRing&&) noexcept;
    ~KeyRing();

    [[nodiscard]] AuthMethod method() const;

    // Encodes the message with the first key's authentication in place of what it has.
    // Cisco's methods also put the nonces, if the message has them, right behind it.
    // Returns the size; 0 when the buffer is too small, and when the method is hmac_sha256 and the
    // message is not native.
    [[nodiscard]] size_t encode_signed(const Message& message, const Binding& binding,
                                       std::span<uint8_t> buffer) const;

    // Of method none everything is authentic.
    // Not checked: that decoded came of this payload. Cost: see tests/bench/glbp.cpp.
    [[nodiscard]] Verdict verify(std::span<const uint8_t> payload, const Decoded& decoded,
                                 const Binding& binding) const;

 private:
    struct State;
    explicit KeyRing(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace evengate::glbp

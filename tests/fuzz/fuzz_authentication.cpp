// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: authentication. Input: the method (1 byte), a source (4), a segment (1), then a UDP payload; and the whole
// input as the text of a key file. Thread: one.
#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "config/key_file.hpp"
#include "glbp/authentication.hpp"
#include "libfuzzer_entry.hpp"
#include "properties.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

constexpr size_t kPrefixSize = 6;

glbp::KeyRing make_ring(uint8_t method) {
    constexpr glbp::AuthMethod kMethods[] = {glbp::AuthMethod::none, glbp::AuthMethod::plain, glbp::AuthMethod::md5,
                                             glbp::AuthMethod::md5_string, glbp::AuthMethod::hmac_sha256};
    auto ring = glbp::KeyRing::make(kMethods[method % std::size(kMethods)], {{1, "secret"}, {7, "other"}});
    if (!ring) {
        fuzz::require("good keys make a ring");
    }
    return std::move(ring.value());
}

void check_keys(std::string_view text) {
    const auto keys = config::read_keys(text, settings::AuthMethod::hmac_sha256, "keys");
    if (!keys) {
        return;
    }
    for (const settings::AuthKey& key : keys.value()) {
        const auto is_word = [](char c) { return c > ' ' && c <= '~'; };
        if (key.secret.empty() || !std::all_of(key.secret.begin(), key.secret.end(), is_word)) {
            fuzz::require("a secret is a word");
        }
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    check_keys({reinterpret_cast<const char*>(bytes), size});
    if (size < kPrefixSize) {
        return 0;
    }
    const glbp::KeyRing ring = make_ring(bytes[0]);
    const glbp::Binding binding{IpAddress::v4(load_be32(bytes + 1)), bytes[5]};
    const fuzz::Bytes payload(bytes + kPrefixSize, bytes + size);
    glbp::Decoded decoded;
    if (!glbp::decode(payload, decoded)) {
        return 0;
    }
    static_cast<void>(ring.verify(payload, decoded, binding));
    std::array<uint8_t, glbp::kMaxMessageSize> buffer;
    const size_t written = ring.encode_signed(decoded.message, binding, buffer);
    if (written == 0) {
        return 0;  // no room left for the digest, or not native
    }
    const auto signed_payload = std::span(buffer).first(written);
    glbp::Decoded again;
    if (!glbp::decode(signed_payload, again)) {
        fuzz::require("a message that was signed can be read");
    }
    if (ring.verify(signed_payload, again, binding) != glbp::Verdict::authentic) {
        fuzz::require("a message that was signed is authentic");
    }
    glbp::Binding other = binding;
    other.source = IpAddress::v4(other.source.to_v4() ^ 1);
    const bool is_bound = ring.method() != glbp::AuthMethod::none && ring.method() != glbp::AuthMethod::plain;
    if (is_bound && ring.verify(signed_payload, again, other) == glbp::Verdict::authentic) {
        fuzz::require("a digest is bound to the source");
    }
    return 0;
}

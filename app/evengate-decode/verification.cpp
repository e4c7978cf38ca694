// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-decode/verification.hpp"

#include <algorithm>
#include <charconv>

namespace evengate::decode {
namespace {

using glbp::AuthMethod;

// What the message bears; none: nothing.
AuthMethod method_of(const glbp::Message& message) {
    if (message.hmac) {
        return AuthMethod::hmac_sha256;
    }
    if (message.cisco_authentication) {
        switch (message.cisco_authentication->type) {
            case glbp::CiscoAuthType::none:
                break;
            case glbp::CiscoAuthType::plain:
                return AuthMethod::plain;
            case glbp::CiscoAuthType::md5_string:
                return AuthMethod::md5_string;
            case glbp::CiscoAuthType::md5_chain:
                return AuthMethod::md5;
        }
    }
    return AuthMethod::none;
}

}  // namespace

Result<Verification> Verification::make(const std::vector<glbp::Key>& keys) {
    Verification made;
    if (keys.empty()) {
        return made;
    }
    // The first takes the largest secrets: what it refuses is no key at all.
    for (const AuthMethod method : {AuthMethod::hmac_sha256, AuthMethod::md5,
                                    AuthMethod::md5_string, AuthMethod::plain}) {
        std::vector<glbp::Key> fitting;
        std::copy_if(keys.begin(), keys.end(), std::back_inserter(fitting),
                     [&](const glbp::Key& key) {
                         return method == AuthMethod::hmac_sha256 ||
                                key.secret.size() <= glbp::max_secret_size(method);
                     });
        if (fitting.empty()) {
            continue;
        }
        auto ring = glbp::KeyRing::make(method, std::move(fitting));
        if (!ring) {
            return ring.error();
        }
        made.rings_.push_back(std::move(ring.value()));
    }
    return made;
}

std::optional<glbp::Verdict> Verification::verify(std::span<const uint8_t> payload,
                                                  const glbp::Decoded& decoded,
                                                  const glbp::Binding& binding) const {
    const AuthMethod method = method_of(decoded.message);
    if (rings_.empty() || method == AuthMethod::none) {
        return std::nullopt;
    }
    const auto ring = std::find_if(rings_.begin(), rings_.end(), [&](const glbp::KeyRing& one) {
        return one.method() == method;
    });
    return ring == rings_.end() ? glbp::Verdict::no_key : ring->verify(payload, decoded, binding);
}

std::optional<glbp::Key> parse_key(std::string_view text) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) {
        return std::nullopt;
    }
    glbp::Key key;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + colon, key.id);
    if (failure != std::errc{} || end != text.data() + colon) {
        return std::nullopt;
    }
    key.secret = text.substr(colon + 1);
    return key;
}

}  // namespace evengate::decode

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/authentication.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "glbp/digest.hpp"
#include "glbp/encode.hpp"
#include "glbp/wire.hpp"

namespace evengate::glbp {
namespace {

// Overwrites the secrets and empties the list.
void wipe(std::vector<Key>& keys) {
    for (Key& key : keys) {
        wipe_bytes(key.secret.data(), key.secret.size());
    }
    keys.clear();
}

using Bytes = std::span<const uint8_t>;
using AddressBytes = std::array<uint8_t, IpAddress::kIpv6Size>;

constexpr size_t kMaxPlainSize = 8;
constexpr size_t kMaxHmacSecretSize = 255;

// In place of an HMAC's digest, and of the rest of an MD5's field.
constexpr std::array<uint8_t, wire::kHmacDigestSize> kZeros{};

struct KeyState {
    uint32_t id = 0;
    std::array<uint8_t, BoundedVector<uint8_t, 64>::capacity()> plain{};  // zeros behind it
    size_t plain_size = 0;
    std::optional<KeyedMd5> md5;
    std::optional<HmacSha256> hmac;

    KeyState() = default;
    KeyState(KeyState&&) = default;
    KeyState& operator=(KeyState&&) = default;
    ~KeyState() { wipe_bytes(plain.data(), plain.size()); }
};

Result<KeyState> make_key(AuthMethod method, const Key& key) {
    const std::string name = "key " + std::to_string(key.id);
    if (key.secret.empty() || key.secret.size() > max_secret_size(method)) {
        return Error{name + ": its secret has " + std::to_string(key.secret.size()) +
                     " bytes, expected 1 to " + std::to_string(max_secret_size(method))};
    }
    KeyState made;
    made.id = key.id;
    if (method == AuthMethod::plain) {
        if (key.secret.find('\0') != std::string::npos) {
            return Error{name + ": its secret has a zero byte"};
        }
        std::copy(key.secret.begin(), key.secret.end(), made.plain.begin());
        made.plain_size = key.secret.size();
    } else if (method == AuthMethod::hmac_sha256) {
        made.hmac = HmacSha256::make(key.secret);
        if (!made.hmac) {
            return Error{"OpenSSL offers no HMAC-SHA-256"};
        }
    } else {
        made.md5 = KeyedMd5::make(key.secret);
        if (!made.md5) {
            return Error{"OpenSSL offers no MD5; is it restricted to FIPS 140?"};
        }
    }
    return made;
}

// IPv4 as IPv6 has it, ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
AddressBytes to_mapped(const IpAddress& address) {
    if (!address.is_v4()) {
        return address.bytes();
    }
    constexpr size_t kAt = IpAddress::kIpv6Size - IpAddress::kIpv4Size;
    AddressBytes mapped{};
    mapped[kAt - 2] = 0xFF;
    mapped[kAt - 1] = 0xFF;
    std::copy_n(address.bytes().begin(), IpAddress::kIpv4Size, mapped.begin() + kAt);
    return mapped;
}

// What an HMAC covers behind the payload.
std::array<uint8_t, 22> to_bytes(const Binding& binding, GroupId group) {
    std::array<uint8_t, 22> bytes;
    ByteWriter out(bytes);
    out.bytes(to_mapped(binding.source));
    out.be16(group.value);
    out.be32(binding.segment);
    return bytes;
}

std::optional<HmacSha256::Digest> compute_hmac(const KeyState& key, Bytes payload, size_t offset,
                                               GroupId group, const Binding& binding) {
    const auto bound = to_bytes(binding, group);
    return key.hmac->compute(std::array<Bytes, 3>{payload.first(offset), kZeros, bound});
}

// The digest's own place is taken by the source; of IPv4 the four bytes, then zeros.
std::optional<KeyedMd5::Digest> compute_md5(const KeyState& key, Bytes payload, size_t offset,
                                            const IpAddress& source) {
    const AddressBytes& address = source.bytes();
    static_assert(sizeof address == wire::kMd5Size);
    return key.md5->compute(std::array<Bytes, 3>{payload.first(offset), address,
                                                 payload.subspan(offset + wire::kMd5Size)});
}

CiscoAuthType to_cisco(AuthMethod method) {
    switch (method) {
        case AuthMethod::plain:
            return CiscoAuthType::plain;
        case AuthMethod::md5:
            return CiscoAuthType::md5_chain;
        case AuthMethod::md5_string:
            return CiscoAuthType::md5_string;
        case AuthMethod::none:
        case AuthMethod::hmac_sha256:
            break;
    }
    return CiscoAuthType::none;
}

bool has_cisco_authentication(const Message& message) {
    return message.cisco_authentication &&
           message.cisco_authentication->type != CiscoAuthType::none;
}

}  // namespace

size_t max_secret_size(AuthMethod method) {
    switch (method) {
        case AuthMethod::none:
            break;
        case AuthMethod::plain:
            return kMaxPlainSize;
        case AuthMethod::md5:
        case AuthMethod::md5_string:
            return KeyedMd5::kMaxSecretSize;
        case AuthMethod::hmac_sha256:
            return kMaxHmacSecretSize;
    }
    return 0;
}

struct KeyRing::State {
    AuthMethod method = AuthMethod::none;
    std::vector<KeyState> keys;

    [[nodiscard]] const KeyState* find(uint32_t id) const {
        const auto found = std::find_if(keys.begin(), keys.end(),
                                        [&](const KeyState& key) { return key.id == id; });
        return found == keys.end() ? nullptr : &*found;
    }
    [[nodiscard]] Verdict verify_hmac(Bytes payload, const Decoded& decoded,
                                      const Binding& binding) const;
    [[nodiscard]] Verdict verify_cisco(Bytes payload, const Decoded& decoded,
                                       const Binding& binding) const;
    [[nodiscard]] Verdict verify_plain(const CiscoAuthentication& authentication) const;
    [[nodiscard]] size_t encode_hmac(const Message& message, const Binding& binding,
                                     std::span<uint8_t> buffer) const;
    [[nodiscard]] size_t encode_cisco(const Message& message, const Binding& binding,
                                      std::span<uint8_t> buffer) const;
};

Verdict KeyRing::State::verify_hmac(Bytes payload, const Decoded& decoded,
                                    const Binding& binding) const {
    if (!decoded.message.hmac) {
        return has_cisco_authentication(decoded.message) ? Verdict::unexpected_method
                                                         : Verdict::missing;
    }
    const Hmac& hmac = *decoded.message.hmac;
    const KeyState* key = find(hmac.key_id);
    if (key == nullptr) {
        return Verdict::no_key;
    }
    const auto digest =
        compute_hmac(*key, payload, decoded.hmac_offset, decoded.message.group, binding);
    return digest && is_equal_secret(digest->data(), hmac.digest.data(), digest->size())
               ? Verdict::authentic
               : Verdict::wrong_digest;
}

// Secrets are compared with the zeros behind them, so that neither the size of ours shows in the
// time, nor a sender's trailing zero matters. Each key is tried: a plain password has no id.
Verdict KeyRing::State::verify_plain(const CiscoAuthentication& authentication) const {
    std::array<uint8_t, sizeof(KeyState::plain)> theirs{};
    std::copy(authentication.secret.begin(), authentication.secret.end(), theirs.begin());
    Verdict verdict = Verdict::wrong_digest;
    for (const KeyState& key : keys) {
        if (is_equal_secret(theirs.data(), key.plain.data(), theirs.size())) {
            verdict = Verdict::authentic;
        }
    }
    return verdict;
}

Verdict KeyRing::State::verify_cisco(Bytes payload, const Decoded& decoded,
                                     const Binding& binding) const {
    if (!has_cisco_authentication(decoded.message)) {
        return decoded.message.hmac ? Verdict::unexpected_method : Verdict::missing;
    }
    const CiscoAuthentication& authentication = *decoded.message.cisco_authentication;
    if (authentication.type != to_cisco(method)) {
        return Verdict::unexpected_method;
    }
    if (method == AuthMethod::plain) {
        return verify_plain(authentication);
    }
    // A key string has no id: each key is tried.
    const bool has_id = method == AuthMethod::md5;
    if (has_id && find(authentication.key_id) == nullptr) {
        return Verdict::no_key;
    }
    for (const KeyState& key : keys) {
        if (has_id && key.id != authentication.key_id) {
            continue;
        }
        const auto digest = compute_md5(key, payload, decoded.md5_offset, binding.source);
        if (digest &&
            is_equal_secret(digest->data(), authentication.secret.begin(), digest->size())) {
            return Verdict::authentic;
        }
    }
    return Verdict::wrong_digest;
}

size_t KeyRing::State::encode_hmac(const Message& message, const Binding& binding,
                                   std::span<uint8_t> buffer) const {
    if (!message.is_native()) {
        return 0;
    }
    const KeyState& key = keys.front();
    const size_t size =
        wire::encode_with(message, {std::nullopt, Hmac{key.id, {}}}, buffer);
    if (size == 0) {
        return 0;
    }
    const size_t offset = size - wire::kHmacDigestSize;
    const auto digest = compute_hmac(key, buffer.first(size), offset, message.group, binding);
    if (!digest) {
        return 0;
    }
    std::copy(digest->begin(), digest->end(), buffer.begin() + static_cast<ptrdiff_t>(offset));
    return size;
}

size_t KeyRing::State::encode_cisco(const Message& message, const Binding& binding,
                                    std::span<uint8_t> buffer) const {
    const KeyState& key = keys.front();
    CiscoAuthentication authentication;
    authentication.type = to_cisco(method);
    authentication.key_id = key.id;
    const bool is_plain = method == AuthMethod::plain;
    // A password takes its zero byte along; a digest is filled in below.
    const size_t secret_size = is_plain ? key.plain_size + 1 : wire::kMd5Size;
    for (size_t i = 0; i < secret_size; ++i) {
        static_cast<void>(authentication.secret.try_push_back(is_plain ? key.plain[i] : uint8_t{0}));
    }
    const size_t size = wire::encode_with(message, {authentication, std::nullopt}, buffer);
    if (size == 0 || is_plain) {
        return size;
    }
    const size_t offset = wire::kHeaderSize + wire::kTlvHeaderSize +
                          wire::kCiscoAuthenticationFixedSize +
                          (method == AuthMethod::md5 ? sizeof key.id : 0);
    const auto digest = compute_md5(key, buffer.first(size), offset, binding.source);
    if (!digest) {
        return 0;
    }
    std::copy(digest->begin(), digest->end(), buffer.begin() + static_cast<ptrdiff_t>(offset));
    return size;
}

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
#define X(name, text)       \
    case Verdict::name:     \
        return #name;
        EVENGATE_VERDICTS(X)
#undef X
    }
    return "unknown";
}

Result<KeyRing> KeyRing::make(AuthMethod method, std::vector<Key> keys) {
    auto state = std::make_unique<State>();
    state->method = method;
    std::optional<Error> fault;
    if (method == AuthMethod::none) {
        wipe(keys);
    } else if (keys.empty()) {
        fault = Error{"authentication needs a key"};
    }
    state->keys.reserve(keys.size());
    for (const Key& key : keys) {
        if (state->find(key.id) != nullptr) {
            fault = Error{"key " + std::to_string(key.id) + " stands twice"};
            break;
        }
        auto made = make_key(method, key);
        if (!made) {
            fault = made.error();
            break;
        }
        state->keys.push_back(std::move(made.value()));
    }
    wipe(keys);
    if (fault) {
        return *fault;
    }
    return KeyRing(std::move(state));
}

KeyRing::KeyRing() : state_(std::make_unique<State>()) {}
KeyRing::KeyRing(std::unique_ptr<State> state) : state_(std::move(state)) {}
KeyRing::KeyRing(KeyRing&&) noexcept = default;
KeyRing& KeyRing::operator=(KeyRing&&) noexcept = default;
KeyRing::~KeyRing() = default;

AuthMethod KeyRing::method() const { return state_->method; }

size_t KeyRing::encode_signed(const Message& message, const Binding& binding,
                              std::span<uint8_t> buffer) const {
    switch (state_->method) {
        case AuthMethod::none:
            return wire::encode_with(message, {std::nullopt, std::nullopt}, buffer);
        case AuthMethod::hmac_sha256:
            return state_->encode_hmac(message, binding, buffer);
        case AuthMethod::plain:
        case AuthMethod::md5:
        case AuthMethod::md5_string:
            break;
    }
    return state_->encode_cisco(message, binding, buffer);
}

Verdict KeyRing::verify(std::span<const uint8_t> payload, const Decoded& decoded,
                        const Binding& binding) const {
    switch (state_->method) {
        case AuthMethod::none:
            return Verdict::authentic;
        case AuthMethod::hmac_sha256:
            return state_->verify_hmac(payload, decoded, binding);
        case AuthMethod::plain:
        case AuthMethod::md5:
        case AuthMethod::md5_string:
            break;
    }
    return state_->verify_cisco(payload, decoded, binding);
}

}  // namespace evengate::glbp

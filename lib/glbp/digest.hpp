// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one key, ready to make digests of messages: HMAC-SHA-256, and Cisco's keyed MD5. OpenSSL is
// seen by no other file. Thread: one at a time for each object. Used by: glbp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace evengate::glbp {

// Constant-time. Not checked: that both have this size.
bool is_equal_secret(const void* a, const void* b, size_t size);

void wipe_bytes(void* bytes, size_t size);

// The digest of several ranges of bytes, one behind the other.
class HmacSha256 {
 public:
    static constexpr size_t kSize = 32;
    using Digest = std::array<uint8_t, kSize>;

    // Fails: nullopt when OpenSSL does not have it.
    static std::optional<HmacSha256> make(std::string_view secret);

    // Fails: nullopt when OpenSSL does, which only a lack of memory explains.
    std::optional<Digest> compute(std::span<const std::span<const uint8_t>> ranges) const;

 private:
    // Keyed once; each message begins from the keyed state.
    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> context_;
};

// MD5(padded key | message | key), RFC 1828's way.
class KeyedMd5 {
 public:
    static constexpr size_t kSize = 16;
    static constexpr size_t kMaxSecretSize = 55;
    using Digest = std::array<uint8_t, kSize>;

    // Not checked: the secret's size. Fails: nullopt when OpenSSL does not have it, or may not.
    static std::optional<KeyedMd5> make(std::string_view secret);
    KeyedMd5(KeyedMd5&&) noexcept = default;
    KeyedMd5& operator=(KeyedMd5&&) noexcept = default;
    ~KeyedMd5();

    std::optional<Digest> compute(std::span<const std::span<const uint8_t>> ranges) const;

 private:
    static constexpr size_t kBlockSize = 64;

    KeyedMd5() = default;

    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> context_;
    std::array<uint8_t, kBlockSize> padded_{};
    size_t secret_size_ = 0;
};

}  // namespace evengate::glbp

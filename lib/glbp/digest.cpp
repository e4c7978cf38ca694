// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/digest.hpp"

#include <cstring>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace evengate::glbp {
namespace {

EVP_MAC_CTX* mac_of(void* context) { return static_cast<EVP_MAC_CTX*>(context); }
EVP_MD_CTX* digest_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

const uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

bool is_equal_secret(const void* a, const void* b, size_t size) {
    return CRYPTO_memcmp(a, b, size) == 0;
}

void wipe_bytes(void* bytes, size_t size) { OPENSSL_cleanse(bytes, size); }

void HmacSha256::Free::operator()(void* context) const { EVP_MAC_CTX_free(mac_of(context)); }

std::optional<HmacSha256> HmacSha256::make(std::string_view secret) {
    EVP_MAC* algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    HmacSha256 made;
    made.context_.reset(algorithm == nullptr ? nullptr : EVP_MAC_CTX_new(algorithm));
    // The context holds on to it.
    EVP_MAC_free(algorithm);
    char digest_name[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
        OSSL_PARAM_construct_end(),
    };
    if (made.context_ == nullptr || EVP_MAC_init(mac_of(made.context_.get()), bytes_of(secret),
                                                 secret.size(), parameters) != 1) {
        return std::nullopt;
    }
    return made;
}

// Starting again from the keyed state: 0.42 us for 256 bytes, 1.03 us for 1232. A copy of the context
// for each message: 0.77 us, 1.40 us (OpenSSL 3.0, its own SHA instructions; tests/bench/glbp.cpp).
std::optional<HmacSha256::Digest> HmacSha256::compute(
    std::span<const std::span<const uint8_t>> ranges) const {
    EVP_MAC_CTX* context = mac_of(context_.get());
    bool good = EVP_MAC_init(context, nullptr, 0, nullptr) == 1;
    for (const auto& range : ranges) {
        good = good && EVP_MAC_update(context, range.data(), range.size()) == 1;
    }
    Digest digest;
    size_t size = 0;
    good = good && EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1;
    return good && size == digest.size() ? std::optional(digest) : std::nullopt;
}

void KeyedMd5::Free::operator()(void* context) const { EVP_MD_CTX_free(digest_of(context)); }

KeyedMd5::~KeyedMd5() { wipe_bytes(padded_.data(), padded_.size()); }

std::optional<KeyedMd5> KeyedMd5::make(std::string_view secret) {
    constexpr uint8_t kPaddingStart = 0x80;
    constexpr size_t kBitCountAt = kBlockSize - sizeof(uint64_t);
    KeyedMd5 made;
    made.context_.reset(EVP_MD_CTX_new());
    if (made.context_ == nullptr ||
        EVP_DigestInit_ex2(digest_of(made.context_.get()), EVP_md5(), nullptr) != 1) {
        return std::nullopt;
    }
    // MD5's own padding of the key, its number of bits little-endian at the end.
    made.secret_size_ = secret.size();
    std::memcpy(made.padded_.data(), secret.data(), secret.size());
    made.padded_[secret.size()] = kPaddingStart;
    const uint64_t n_bits = 8 * secret.size();
    for (size_t i = 0; i < sizeof n_bits; ++i) {
        made.padded_[kBitCountAt + i] = static_cast<uint8_t>(n_bits >> 8 * i);
    }
    return made;
}

std::optional<KeyedMd5::Digest> KeyedMd5::compute(
    std::span<const std::span<const uint8_t>> ranges) const {
    EVP_MD_CTX* context = digest_of(context_.get());
    // No algorithm named: the one it was made with, without looking it up.
    bool good = EVP_DigestInit_ex2(context, nullptr, nullptr) == 1 &&
                EVP_DigestUpdate(context, padded_.data(), padded_.size()) == 1;
    for (const auto& range : ranges) {
        good = good && EVP_DigestUpdate(context, range.data(), range.size()) == 1;
    }
    Digest digest;
    unsigned int size = 0;
    good = good && EVP_DigestUpdate(context, padded_.data(), secret_size_) == 1 &&
           EVP_DigestFinal_ex(context, digest.data(), &size) == 1;
    return good && size == digest.size() ? std::optional(digest) : std::nullopt;
}

}  // namespace evengate::glbp

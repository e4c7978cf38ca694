// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: reading and writing numbers in network order at any alignment, and bounded cursors over
// byte ranges. Thread: any. Used by: packet, glbp.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace evengate {

static_assert(std::endian::native == std::endian::little, "the data plane loads little-endian words");

// A word as it lies in memory. Not checked: that sizeof(T) bytes are there.
template <class T>
inline T load_raw(const void* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
template <class T>
inline void store_raw(void* to, T value) {
    std::memcpy(to, &value, sizeof value);
}

inline uint16_t load_be16(const void* from) { return __builtin_bswap16(load_raw<uint16_t>(from)); }
inline uint32_t load_be32(const void* from) { return __builtin_bswap32(load_raw<uint32_t>(from)); }
inline uint64_t load_be64(const void* from) { return __builtin_bswap64(load_raw<uint64_t>(from)); }
inline void store_be16(void* to, uint16_t value) { store_raw(to, __builtin_bswap16(value)); }
inline void store_be32(void* to, uint32_t value) { store_raw(to, __builtin_bswap32(value)); }
inline void store_be64(void* to, uint64_t value) { store_raw(to, __builtin_bswap64(value)); }

// Appends to a fixed buffer. A write that does not fit writes nothing and sets overflowed().
class ByteWriter {
 public:
    explicit ByteWriter(std::span<uint8_t> buffer) : buffer_(buffer) {}

    void u8(uint8_t value) { put(&value, sizeof value); }
    void be16(uint16_t value) {
        value = __builtin_bswap16(value);
        put(&value, sizeof value);
    }
    void be32(uint32_t value) {
        value = __builtin_bswap32(value);
        put(&value, sizeof value);
    }
    void be64(uint64_t value) {
        value = __builtin_bswap64(value);
        put(&value, sizeof value);
    }
    void bytes(std::span<const uint8_t> source) { put(source.data(), source.size()); }
    void zeros(size_t count) {
        if (count != 0 && room_for(count)) {
            std::memset(buffer_.data() + size_, 0, count);
            size_ += count;
        }
    }

    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] bool overflowed() const { return overflowed_; }
    [[nodiscard]] std::span<uint8_t> written() const { return buffer_.first(size_); }

 private:
    bool room_for(size_t count) {
        overflowed_ = overflowed_ || count > buffer_.size() - size_;
        return !overflowed_;
    }
    void put(const void* source, size_t count) {
        if (count != 0 && room_for(count)) {
            std::memcpy(buffer_.data() + size_, source, count);
            size_ += count;
        }
    }

    std::span<uint8_t> buffer_;
    size_t size_ = 0;
    bool overflowed_ = false;
};

}  // namespace evengate

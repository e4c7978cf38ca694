// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a vector with a fixed place for its elements: no allocation; a copy costs what is in it.
// Thread: any. Used by: glbp, group.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>

namespace evengate {

template <class T, size_t kCapacity>
class BoundedVector {
    static_assert(std::is_trivially_destructible_v<T>);

 public:
    using value_type = T;

    BoundedVector() {}  // not "= default": the elements stay as they are
    BoundedVector(std::initializer_list<T> elements) : BoundedVector() {
        for (const T& element : elements) {
            static_cast<void>(try_push_back(element));
        }
    }
    BoundedVector(const BoundedVector& other) : size_(other.size_) { copy_from(other); }
    BoundedVector& operator=(const BoundedVector& other) {
        if (this != &other) {
            size_ = other.size_;
            copy_from(other);
        }
        return *this;
    }

    // Fails: false when it is full; nothing was added.
    [[nodiscard]] bool try_push_back(const T& element) {
        if (size_ == kCapacity) {
            return false;
        }
        std::construct_at(&storage_.elements[size_], element);
        ++size_;
        return true;
    }
    // A new element at the end, to be filled in place: a small one made elsewhere field by field and
    // then copied whole waits for its stores (9 ns against 1, tests/bench/glbp.cpp).
    // Fails: nullptr when it is full.
    [[nodiscard]] T* try_append() {
        return size_ == kCapacity ? nullptr : std::construct_at(&storage_.elements[size_++]);
    }
    void clear() { size_ = 0; }
    // Not checked: index < size().
    void erase(size_t index) {
        std::copy(begin() + index + 1, end(), begin() + index);
        --size_;
    }

    [[nodiscard]] static constexpr size_t capacity() { return kCapacity; }
    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] bool full() const { return size_ == kCapacity; }
    [[nodiscard]] T* begin() { return storage_.elements; }
    [[nodiscard]] T* end() { return storage_.elements + size_; }
    [[nodiscard]] const T* begin() const { return storage_.elements; }
    [[nodiscard]] const T* end() const { return storage_.elements + size_; }
    // Not checked: index < size().
    [[nodiscard]] T& operator[](size_t index) { return storage_.elements[index]; }
    [[nodiscard]] const T& operator[](size_t index) const { return storage_.elements[index]; }
    [[nodiscard]] T& back() { return storage_.elements[size_ - 1]; }
    [[nodiscard]] const T& back() const { return storage_.elements[size_ - 1]; }
    operator std::span<const T>() const { return {begin(), size_}; }

    friend bool operator==(const BoundedVector& a, const BoundedVector& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

 private:
    void copy_from(const BoundedVector& other) {
        std::uninitialized_copy(other.begin(), other.end(), storage_.elements);
    }

    // A union leaves its elements unborn.
    union Storage {
        Storage() {}
        T elements[kCapacity];
    };
    Storage storage_;
    size_t size_ = 0;
};

}  // namespace evengate

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a value or an error, without exceptions. Thread: any. Used by: everything that can fail.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace evengate {

// What went wrong, in words an operator can act upon. Where a command mends it, it names the command.
struct Error {
    std::string message;
};

// Either a T or an E. Reading the side that is not there is undefined: test first.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: conversion is the point
    Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return there(std::get_if<0>(&state_)); }
    const T& value() const& { return there(std::get_if<0>(&state_)); }
    T&& value() && { return std::move(there(std::get_if<0>(&state_))); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const E& error() const { return there(std::get_if<1>(&state_)); }

 private:
    // The caller has tested; the compiler would warn of a null pointer else.
    template <class Side>
    static Side& there(Side* side) {
        if (side == nullptr) {
            __builtin_unreachable();
        }
        return *side;
    }

    std::variant<T, E> state_;
};

// Success without a value.
template <class E>
class [[nodiscard]] Result<void, E> {
 public:
    Result() = default;
    Result(E error) : error_(std::move(error)), failed_(true) {}  // NOLINT: conversion is the point

    [[nodiscard]] bool ok() const { return !failed_; }
    explicit operator bool() const { return ok(); }
    const E& error() const { return error_; }

 private:
    E error_{};
    bool failed_ = false;
};

}  // namespace evengate

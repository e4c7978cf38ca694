// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the functions that libFuzzer calls and offers, with its names. Thread: one.
// Used by: the fuzz targets, and the replay of their seeds where there is no libFuzzer.
#pragma once

#include <cstddef>
#include <cstdint>

// Runs one input; aborts when a property does not hold. Returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size);

// Changes an input in place to another of at most max_size bytes; returns its size.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* bytes, size_t size, size_t max_size, unsigned seed);
extern "C" size_t LLVMFuzzerMutate(uint8_t* bytes, size_t size, size_t max_size);

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how long decoding, verifying and signing a message takes, by kind and size; by CPU time, so that a
// shared machine does not matter. The goals: decoding below 1 us, 200,000 verifications a second.
// Usage: bench_glbp [times per row]
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "glbp/authentication.hpp"
#include "glbp/encode.hpp"

using namespace evengate;  // NOLINT: a program
using namespace evengate::glbp;

namespace {

const Binding kBinding{IpAddress::v4(0xC0000207), 7};

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Step>
double measure_us(size_t n_times, Step step) {
    const double started = cpu_seconds();
    for (size_t i = 0; i < n_times; ++i) {
        step();
    }
    return (cpu_seconds() - started) * 1e6 / static_cast<double>(n_times);
}

void require(bool good, const char* what) {
    if (!good) {
        std::fprintf(stderr, "bench_glbp: %s\n", what);
        std::exit(1);
    }
}

Message hello() {
    Message message;
    message.group = GroupId{5};
    message.hello = Hello{VgState::active, 200, 10, 30, 600, 14'400, IpAddress::v4(0xC0000201)};
    message.sender.emplace();
    message.sender->self.member = MemberId{7};
    message.standing.emplace();
    message.forwarding.emplace();
    return message;
}

Message native_hello(size_t n_heard) {
    Message message = hello();
    for (size_t i = 0; i < n_heard; ++i) {
        static_cast<void>(message.heard.try_push_back({{MemberId{i}, i}, i, 1}));
    }
    return message;
}

// As long as a message may be: hosts and their vMACs.
Message full_clients() {
    Message message = hello();
    constexpr size_t kFitting = 142;
    while (message.clients.size() < kFitting) {
        static_cast<void>(message.clients.try_push_back({MacAddress::from_u64(1), 1}));
    }
    return message;
}

Message full_assignment() {
    Message message = hello();
    message.standing.reset();
    for (uint8_t part = 0; part < 5; ++part) {
        static_cast<void>(message.assignment_parts.try_push_back({}));
        AssignmentPart& added = message.assignment_parts.back();
        added.part = part;
        added.n_parts = 5;
        added.first_vmac = static_cast<uint8_t>(1 + 51 * part);
        while (added.plans.size() < 51) {
            static_cast<void>(added.plans.try_push_back({0, 1, {2, 3}}));
        }
    }
    message.forwarding.reset();
    message.hello.reset();
    return message;
}

Message cisco_hello() {
    Message message = hello();
    message.sender.reset();
    message.standing.reset();
    message.forwarding.reset();
    message.forwarders = {{1, VfState::active, 167, 100, 14'400, 600, MacAddress::from_u64(0x0007'B400'0101)}};
    return message;
}

void measure(const char* name, const Message& message, AuthMethod method, size_t n_times) {
    auto made = KeyRing::make(method, {{1, "secret"}});
    require(made.ok(), "no key ring");
    const KeyRing& ring = made.value();
    std::array<uint8_t, kMaxMessageSize> buffer;
    const size_t size = ring.encode_signed(message, kBinding, buffer);
    const auto payload = std::span(buffer).first(size);
    Decoded decoded;
    require(decode(payload, decoded).ok(), "a message of ours is malformed");
    size_t n_good = 0;
    const double decode_us = measure_us(n_times, [&] { n_good += decode(payload, decoded).ok() ? 1 : 0; });
    const double verify_us = measure_us(n_times, [&] {
        n_good += ring.verify(payload, decoded, kBinding) == Verdict::authentic ? 1 : 0;
    });
    std::array<uint8_t, kMaxMessageSize> other;
    const double sign_us =
        measure_us(n_times, [&] { n_good += ring.encode_signed(message, kBinding, other) == size ? 1 : 0; });
    require(n_good == 3 * n_times, "a step failed");
    std::printf("%-26s %6zu %10.3f %10.3f %12.0f %16.3f\n", name, size, decode_us, verify_us,
                1e6 / (decode_us + verify_us), sign_us);
}

}  // namespace

int main(int argc, char** argv) {
    const auto n_times = static_cast<size_t>(argc > 1 ? std::atoi(argv[1]) : 1'000'000);
    std::printf("%-26s %6s %10s %10s %12s %16s\n", "message", "bytes", "decode us", "verify us", "messages/s",
                "encode+sign us");
    measure("hello, no key", native_hello(2), AuthMethod::none, n_times);
    measure("hello, 2 heard, hmac", native_hello(2), AuthMethod::hmac_sha256, n_times);
    measure("hello, 29 heard, hmac", native_hello(29), AuthMethod::hmac_sha256, n_times);
    measure("255 vMACs, hmac", full_assignment(), AuthMethod::hmac_sha256, n_times);
    measure("clients, hmac", full_clients(), AuthMethod::hmac_sha256, n_times);
    measure("cisco hello, md5", cisco_hello(), AuthMethod::md5, n_times);
    return 0;
}

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the native TLVs on the wire.
#include "glbp/print.hpp"
#include "random_message.hpp"
#include "wire_bytes.hpp"

using namespace evengate;
using namespace evengate::glbp;
using namespace evengate::glbp::testing;

TEST_CASE("a message that was written is read as it was") {
    RandomMessages random(1);
    size_t largest = 0;
    for (size_t i = 0; i < 5000; ++i) {
        const Message message = i % 4 == 0 ? random.cisco() : random.native();
        const Bytes payload = encoded(message);
        largest = std::max(largest, payload.size());
        INFO("message " << i << ": " << to_line(message));
        const Decoded decoded = decode_good(payload);
        REQUIRE(decoded.message == message);
        REQUIRE(decoded.n_unknown_tlvs == 0);
        REQUIRE(encoded(decoded.message) == payload);
    }
    CHECK(largest > 1100);
}

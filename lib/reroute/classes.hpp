// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which targets a packet may go to by its DSCP, its client's address, and what targets hold
// (rule D6: QoS, distance, availability), compiled into classes with a slot table each. Pure.
// Thread: compiled by control; class_of(): worker. Used by: control, table, dataplane.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace evengate::reroute {

// A set of targets of one service, by index.
using TargetMask = uint64_t;

inline constexpr size_t kMaxTargets = 64;
inline constexpr size_t kMaxClientPrefixes = 256;
inline constexpr size_t kMaxClasses = 256;
inline constexpr size_t kDscpValues = 64;

// Clients that a target is near to. Host order; bits behind the length do not count.
struct ClientPrefix {
    uint32_t address = 0;
    uint8_t length = 0;      // 0..32
    uint8_t preference = 0;  // the lowest is tried first; of equal ones the longest prefix

    [[nodiscard]] constexpr uint32_t mask() const {
        return length == 0 ? 0 : ~uint32_t{0} << (32 - length);
    }
    [[nodiscard]] constexpr uint32_t first() const { return address & mask(); }
    [[nodiscard]] constexpr uint32_t last() const { return first() | ~mask(); }
};

struct PortSpan {
    uint16_t first = 0;
    uint16_t last = 0;  // included
};

// What a target is there for; what is empty or 0 excludes nothing.
struct Constraints {
    uint64_t dscp = 0;                         // bit d: packets of DSCP d
    std::vector<ClientPrefix> near_clients{};  // preferred by these, open to all
    uint64_t data_sets = 0;                    // that it holds
    std::vector<PortSpan> ports{};             // published ports that it serves
};

// What a service asks of each of its targets.
struct Needs {
    uint64_t data_sets = 0;
    uint16_t published_port = 0;
};

class Classes {
 public:
    // One class, all targets.
    Classes() { compile_nothing(); }
    // Fails: no value with more than kMaxTargets, kMaxClientPrefixes or kMaxClasses; each is the
    // configuration's fault. Cost: O(prefixes^2).
    [[nodiscard]] static std::optional<Classes> compile(std::span<const Constraints> targets,
                                                        const Needs& needs);

    // Worker. Host order. Not checked: dscp < kDscpValues.
    // Cost: wait-free; a binary search over at most 513 ranges, none without prefixes.
    [[nodiscard]] uint16_t class_of(uint8_t dscp, uint32_t client) const {
        return static_cast<uint16_t>(dscp_class_[dscp] * levels_.size() + client_class(client));
    }
    [[nodiscard]] size_t n_classes() const { return dscp_masks_.size() * levels_.size(); }

    enum class Found : uint8_t {
        as_asked,
        fallback,  // none that may take them is up: all that are
    };
    struct Candidates {
        TargetMask targets = 0;
        Found found = Found::as_asked;
    };
    // Of the class's targets that are up, those nearest to the client. Not checked: the class
    // exists.
    [[nodiscard]] Candidates candidates(size_t class_index, TargetMask up) const;

 private:
    using Levels = std::vector<TargetMask>;  // near to far; the last has all targets

    void compile_nothing();
    void compile_dscp(std::span<const Constraints> targets);
    void compile_clients(std::span<const Constraints> targets);
    [[nodiscard]] size_t client_class(uint32_t client) const {
        const auto behind =
            std::upper_bound(range_firsts_.begin() + 1, range_firsts_.end(), client);
        return range_classes_[static_cast<size_t>(behind - range_firsts_.begin()) - 1];
    }

    std::array<uint16_t, kDscpValues> dscp_class_{};
    std::vector<TargetMask> dscp_masks_;   // by DSCP class
    std::vector<uint32_t> range_firsts_;   // ascending, the first is 0
    std::vector<uint16_t> range_classes_;  // by range
    std::vector<Levels> levels_;           // by client class
    TargetMask able_ = ~TargetMask{0};     // hold the data sets, serve the port
};

}  // namespace evengate::reroute

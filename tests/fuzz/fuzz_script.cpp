// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what happens to a group of members. Input: bytes, three for each event: kind, member, argument.
// Afterwards everything is mended, and the group must find itself again. Thread: one.
#include <array>

#include "bus.hpp"
#include "libfuzzer_entry.hpp"
#include "properties.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

using namespace std::chrono_literals;

constexpr uint64_t kMembers = 4;
constexpr size_t kMostEvents = 64;
constexpr uint8_t kVmacs = 16;

class Script {
 public:
    Script() {
        for (uint64_t n = 1; n <= kMembers; ++n) {
            bus_.add(static_cast<uint8_t>(100 + n % 3), [n](group::GroupOptions& options) {
                options.preempt = n % 2 == 0 ? group::Preempt::when_better : group::Preempt::never;
            });
        }
        bus_.on_message = [this](uint64_t from, const glbp::Message& message) {
            recorded_[n_recorded_++ % recorded_.size()] = {from, 1 + from % kMembers, message};
        };
        bus_.run(200ms);
    }

    void play(uint8_t kind, uint8_t who, uint8_t argument) {
        const uint64_t n = 1 + who % kMembers;
        const uint64_t other = 1 + argument % kMembers;
        switch (kind % 14) {
            case 0: bus_.run(std::chrono::milliseconds(argument)); break;
            case 1: bus_.kill(n); break;
            case 2: bus_.restart(n); break;
            case 3: bus_.pause(n); break;
            case 4: bus_.resume(n); break;
            case 5: bus_.cut(n, other); break;
            case 6: bus_.cuts.clear(); break;
            case 7: bus_.loss = argument / 512.0; break;
            case 8: bus_.step(n, group::Drain{}); break;
            case 9: bus_.step(n, group::Undrain{}); break;
            case 10: bus_.step(n, group::MoveVmac{kGroup, VmacNumber(argument), MemberId{other}}); break;
            case 11: bus_.step(n, group::SetPriority{kGroup, argument}); break;
            case 12: bus_.step(n, group::LinkChanged{argument % 2 == 0 ? group::Link::down : group::Link::up}); break;
            case 13: replay(n, argument); break;
        }
        bus_.run(1ms);
    }

    void mend() {
        bus_.cuts.clear();
        bus_.loss = 0;
        for (uint64_t n = 1; n <= kMembers; ++n) {
            if (!bus_.at(n).engine) {
                bus_.restart(n);
            }
            bus_.resume(n);
            bus_.step(n, group::LinkChanged{group::Link::up});
            bus_.step(n, group::Undrain{});
        }
        bus_.run(7s);  // a move that failed is left alone for 5 s
    }

    void check() {
        if (bus_.n_active() != 1) {
            fuzz::require("a group without faults has one AVG");
        }
        if (!bus_.each_vmac_has_one_owner()) {
            fuzz::require("in a group without faults each vMAC has one owner");
        }
        for (uint64_t n = 1; n <= kMembers; ++n) {
            if (bus_.engine(n).answerable(kGroup).size() != kVmacs) {
                fuzz::require("in a group without faults hosts may be given every vMAC");
            }
        }
    }

 private:
    static constexpr GroupId kGroup = group::Bus::kGroup;

    // To whoever it was for, or to somebody else.
    void replay(uint64_t to, uint8_t which) {
        const group::Bus::Flying& recorded = recorded_[which % recorded_.size()];
        if (recorded.from != 0 && recorded.from != to && bus_.at(to).engine) {
            bus_.inject({recorded.from, to, recorded.message});
        }
    }

    group::Bus bus_;
    std::array<group::Bus::Flying, 64> recorded_{};
    size_t n_recorded_ = 0;
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    Script script;
    for (size_t i = 0; i + 3 <= size && i < 3 * kMostEvents; i += 3) {
        script.play(bytes[i], bytes[i + 1], bytes[i + 2]);
    }
    script.mend();
    script.check();
    return 0;
}

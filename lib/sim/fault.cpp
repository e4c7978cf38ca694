// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/fault.hpp"

#include <array>

#include "sim/addresses.hpp"

namespace evengate::sim {

std::string_view name_of(FaultKind kind) {
    static constexpr std::array kNames = {
#define X(name, text) std::string_view(#name),
        EVENGATE_SIM_FAULTS(X)
#undef X
    };
    return kNames[static_cast<size_t>(kind)];
}

std::string Fault::to_string() const {
    std::string text(name_of(kind));
    const auto name = [](uint16_t index) {
        return index == kAll ? std::string("all") : member_name(index);
    };
    switch (kind) {
        case FaultKind::partition:
        case FaultKind::flush:
            break;
        case FaultKind::loss:
        case FaultKind::duplicate:
            text.append(" ").append(std::to_string(amount) + " per mille");
            break;
        case FaultKind::delay:
        case FaultKind::reorder:
            text += " up to " + std::to_string(amount) + " us";
            break;
        case FaultKind::replay:
            text.append(" ").append(std::to_string(amount) + " a second");
            break;
        case FaultKind::one_way:
            text += amount == 0 ? " from " + name(member) + " to " + name(other)
                                : " from " + name(other) + " to " + name(member);
            break;
        case FaultKind::move:
            text.append(" ").append(std::to_string(amount) + " vMACs from " + std::to_string(first_vmac) + " to " +
                    name(other));
            break;
        case FaultKind::drift:
            text.append(" ").append(name(member) + " " + std::to_string(static_cast<int32_t>(amount)) + " ppm");
            break;
        case FaultKind::priority:
            text.append(" ").append(name(member) + " " + std::to_string(amount));
            break;
        case FaultKind::kill:
            text.append(" ").append(name(member));
            text += other != kAll ? " and " + name(other) : "";
            break;
        default:
            text.append(" ").append(name(member));
            break;
    }
    text += sides == Sides::both ? "" : sides == Sides::lan ? ", lan" : ", wan";
    if (lasts > Duration::zero()) {
        text += ", for " + std::to_string(lasts / std::chrono::milliseconds(1)) + " ms";
    }
    return text;
}

}  // namespace evengate::sim

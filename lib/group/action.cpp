// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/action.hpp"

#include <array>

namespace evengate::group {
namespace {

struct Words {
    std::string_view name;
    std::string_view text;
};
constexpr std::array<Words, kNoteKindCount> kNotes = {{
#define X(name, text) {#name, text},
    EVENGATE_NOTES(X)
#undef X
}};
constexpr std::array<Words, kMessageRefusalCount> kRefusals = {{
#define X(name, text) {#name, text},
    EVENGATE_MESSAGE_REFUSALS(X)
#undef X
}};

}  // namespace

std::string_view to_text(NoteKind kind) {
    return kNotes[static_cast<size_t>(kind)].text;
}
std::string_view name_of(NoteKind kind) {
    return kNotes[static_cast<size_t>(kind)].name;
}
std::string_view to_text(MessageRefusal refusal) {
    return kRefusals[static_cast<size_t>(refusal)].text;
}
std::string_view name_of(MessageRefusal refusal) {
    return kRefusals[static_cast<size_t>(refusal)].name;
}

}  // namespace evengate::group

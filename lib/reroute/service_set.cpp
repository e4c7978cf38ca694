// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/service_set.hpp"

#include <algorithm>

namespace evengate::reroute {

template <class Value>
void ServiceSet::add_to(Cells<Value>& cells, size_t& n_used, uint64_t key, const Value& value) {
    constexpr size_t kLeastCells = 64;
    constexpr size_t kSparse = 4;
    if ((n_used + 1) * kSparse > cells.size()) {
        Cells<Value> old(std::max(kLeastCells, 2 * cells.size()));
        old.swap(cells);
        n_used = 0;
        for (const Cell<Value>& cell : old) {
            if (cell.key != 0) {
                add_to(cells, n_used, cell.key, cell.value);
            }
        }
    }
    size_t at = place_of(cells, key);
    while (cells[at].key != 0 && cells[at].key != key) {
        at = (at + 1) & (cells.size() - 1);
    }
    n_used += cells[at].key == 0 ? 1 : 0;
    cells[at] = {key, value};
}

void ServiceSet::add_answer(uint32_t target, uint16_t port, uint8_t protocol, const AnswerRow& answer) {
    add_to(answers_, n_answers_, answer_key(target, port, protocol), answer);
}

void ServiceSet::add_member(const MacAddress& mac) {
    add_to(members_, n_members_, mac_key(mac.bytes.data()), Nothing{});
}

void ServiceSet::seal() {
    for (ServiceRow& row : services) {
        row.goes_by_hash = row.criterion == Criterion::stateless && row.rewrite == Rewrite::mac && row.mss == 0 &&
                           !row.knows_flows() && !row.chooses_by_addresses();
    }
}

}  // namespace evengate::reroute

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "table/rcu.hpp"

#include <ctime>

#include <rte_malloc.h>

namespace evengate::table {
namespace {

constexpr long kPauseNanoseconds = 20'000;

}  // namespace

void Rcu::Free::operator()(rte_rcu_qsbr* variable) const { rte_free(variable); }

Rcu::Rcu(uint16_t max_readers) {
    const size_t size = rte_rcu_qsbr_get_memsize(max_readers);
    variable_.reset(static_cast<rte_rcu_qsbr*>(rte_zmalloc("evengate_rcu", size, RTE_CACHE_LINE_SIZE)));
    if (!variable_) {
        rte_panic("no memory for the RCU variable\n");
    }
    rte_rcu_qsbr_init(variable_.get(), max_readers);
    for (unsigned reader = 0; reader < max_readers; ++reader) {
        rte_rcu_qsbr_thread_register(variable_.get(), reader);
    }
}

void Rcu::wait_until_over(Token token) {
    while (!is_over(token)) {
        const timespec pause{.tv_sec = 0, .tv_nsec = kPauseNanoseconds};
        nanosleep(&pause, nullptr);
    }
}

}  // namespace evengate::table

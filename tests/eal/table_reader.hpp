// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: threads that read a table as workers do, while the test writes it. Thread: the test's.
// Used by: EAL tests of tables.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "base/ids.hpp"
#include "table/rcu.hpp"

namespace evengate::test {

class TableReaders {
 public:
    // Reads once; false when what it saw must never be seen.
    using Read = std::function<bool()>;

    // Returns once every reader has read. The readers have the RCU ids 0, 1, ...
    TableReaders(table::Rcu& rcu, uint16_t n_readers, const Read& read) {
        for (uint16_t i = 0; i < n_readers; ++i) {
            threads_.emplace_back([this, &rcu, read, id = WorkerIndex(i)] {
                rcu.online(id);
                n_started_.fetch_add(1);
                while (!stop_.load(std::memory_order_relaxed)) {
                    n_wrong_.fetch_add(read() ? 0 : 1, std::memory_order_relaxed);
                    n_reads_.fetch_add(1, std::memory_order_relaxed);
                    rcu.quiescent(id);
                }
                rcu.offline(id);
            });
        }
        while (n_started_.load() != n_readers) {
            std::this_thread::yield();
        }
    }
    ~TableReaders() { stop(); }
    TableReaders(const TableReaders&) = delete;
    TableReaders& operator=(const TableReaders&) = delete;

    void stop() {
        stop_.store(true, std::memory_order_relaxed);
        for (std::thread& thread : threads_) {
            thread.join();
        }
        threads_.clear();
    }

    [[nodiscard]] uint64_t n_reads() const { return n_reads_.load(); }
    [[nodiscard]] uint64_t n_wrong() const { return n_wrong_.load(); }

 private:
    std::atomic<bool> stop_{false};
    std::atomic<uint16_t> n_started_{0};
    std::atomic<uint64_t> n_reads_{0};
    std::atomic<uint64_t> n_wrong_{0};
    std::vector<std::thread> threads_;
};

}  // namespace evengate::test

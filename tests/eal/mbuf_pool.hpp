// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a pool of frames that goes with its test. Thread: the test's. Used by: EAL tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

#include <rte_mbuf.h>
#include <rte_mempool.h>

namespace evengate::test {

class MbufPool {
 public:
    explicit MbufPool(unsigned n_mbufs = 4095, uint16_t data_room = RTE_MBUF_DEFAULT_BUF_SIZE,
                      uint16_t private_size = 0)
        : pool_(rte_pktmbuf_pool_create("test_pool", n_mbufs, 0, private_size, data_room,
                                        SOCKET_ID_ANY)) {}
    ~MbufPool() { rte_mempool_free(pool_); }
    MbufPool(const MbufPool&) = delete;
    MbufPool& operator=(const MbufPool&) = delete;

    [[nodiscard]] rte_mempool* get() const { return pool_; }
    [[nodiscard]] unsigned n_in_use() const { return rte_mempool_in_use_count(pool_); }

    [[nodiscard]] rte_mbuf* make_frame(std::span<const uint8_t> bytes) const {
        rte_mbuf* frame = rte_pktmbuf_alloc(pool_);
        char* const start = rte_pktmbuf_append(frame, static_cast<uint16_t>(bytes.size()));
        std::copy(bytes.begin(), bytes.end(), start);
        return frame;
    }

 private:
    rte_mempool* pool_;
};

inline std::span<const uint8_t> bytes_of(const rte_mbuf* frame) {
    return {rte_pktmbuf_mtod(frame, const uint8_t*), rte_pktmbuf_data_len(frame)};
}

}  // namespace evengate::test

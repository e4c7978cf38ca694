// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/worker.hpp"

#include <algorithm>
#include <utility>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_ring.h>

#include "base/mac_address.hpp"
#include "dataplane/punt_tag.hpp"
#include "packet/slot_action.hpp"

namespace evengate::dataplane {
Worker::Worker(WorkerPlan plan)
    : plan_(std::move(plan)), counters_(plan_.n_slots),
      disposal_(plan_, counters_), doze_(plan_.max_sleep), batches_(plan_.tx.size()) {
    if (plan_.tables.services != nullptr) {
        rerouter_.emplace(plan_);
    }
}

void Worker::run() {
    if (plan_.tagging == Tagging::vlan) {
        run_loop<Tagging::vlan>();
    } else {
        run_loop<Tagging::none>();
    }
}

void Worker::tend() {
    if (rerouter_) {
        rerouter_->tend(rte_get_tsc_cycles());
    }
}

unsigned Worker::poll_once() {
    send_from_rings();
    tend();
    return plan_.tagging == Tagging::vlan ? poll_all<Tagging::vlan>() : poll_all<Tagging::none>();
}

void Worker::request_stop() {
    stop_requested_.store(true, std::memory_order_relaxed);
    wake();
}

template <Tagging kTagging>
void Worker::run_loop() {
    table::Rcu& rcu = *plan_.tables.rcu;
    rcu.online(plan_.index);
    uint64_t loop_start = rte_get_tsc_cycles();
    while (!stop_requested_.load(std::memory_order_relaxed)) {
        const unsigned n_frames = send_from_rings() + poll_all<kTagging>();
        tend();
        rcu.quiescent(plan_.index);

        const uint64_t loop_end = rte_get_tsc_cycles();
        counters_.came_round_tsc.set(loop_end);
        note_loop(loop_end - loop_start);
        if (n_frames != 0) {
            counters_.busy_polls.add(1);
            counters_.busy_cycles.add(loop_end - loop_start);
            doze_.reset();
        } else if (plan_.polling == Polling::adaptive && doze_.is_due()) {
            sleep();
            loop_start = rte_get_tsc_cycles();
            continue;
        }
        loop_start = loop_end;
    }
    rcu.offline(plan_.index);
}

void Worker::note_loop(uint64_t cycles) {
    const uint32_t epoch = counters_.longest_loop_epoch.load(std::memory_order_relaxed);
    if (epoch != longest_loop_epoch_ || cycles > counters_.longest_loop_cycles.get()) {
        longest_loop_epoch_ = epoch;
        counters_.longest_loop_cycles.set(cycles);
    }
    counters_.polls.add(1);
}

void Worker::sleep() {
    table::Rcu& rcu = *plan_.tables.rcu;
    counters_.sleeps.add(1);
    rcu.offline(plan_.index);
    doze_.sleep([this] {
        return !has_ring_frames() && !stop_requested_.load(std::memory_order_relaxed);
    });
    rcu.online(plan_.index);
}

template <Tagging kTagging>
unsigned Worker::poll_all() {
    unsigned n_total = 0;
    for (const RxQueue& queue : plan_.rx) {
        std::array<rte_mbuf*, kBurstSize> frames;
        const unsigned n_frames = rte_eth_rx_burst(queue.ethdev, queue.queue, frames.data(), kBurstSize);
        if (n_frames == 0) {
            continue;
        }
        // After the frames were taken: a pause before that must not let them pass under an old lease.
        const uint64_t now_tsc = rte_get_tsc_cycles();
        const table::Generation& generation = plan_.tables.generations->current();
        counters_.generation.set(generation.number());
        take_burst<kTagging>(frames.data(), n_frames,
                             {*queue.vlans, generation.l2(), generation.actions_at(now_tsc), now_tsc});
        n_total += n_frames;
    }
    return n_total;
}

template <Tagging kTagging>
void Worker::take_burst(rte_mbuf** frames, unsigned n_frames, const Arrival& arrival) {
    Routable routable;
    unsigned n_routable = 0;
    for (unsigned i = 0; i < n_frames; ++i) {
        if (try_classify_plain<kTagging>(frames[i], arrival, counters_, routable, n_routable)) {
            ++n_routable;
        } else {
            routable.size = n_routable;
            classify_fully(frames[i], arrival, counters_, disposal_, routable);
            n_routable = routable.size;
        }
    }
    routable.size = n_routable;
    if (routable.size != 0) {
        if (!forwarding_.load(std::memory_order_relaxed)) [[unlikely]] {
            drop_all(routable);
        } else {
            Egress egress{*plan_.tables.routes, *plan_.tables.adjacencies, batches_, counters_, disposal_};
            egress.routes.find_bulk(routable.destinations.data(), routable.entries.data(), routable.size);
            if (rerouter_) {
                rerouter_->take<kTagging>(routable, arrival, egress);
            }
            forward_all<kTagging>(routable, arrival, egress);
            transmit(egress);
        }
    }
    counters_.received.add(n_frames);
}

void Worker::drop_all(Routable& routable) {
    counters_.count_drop(packet::DropReason::forwarding_stopped, routable.size);
    rte_pktmbuf_free_bulk(routable.frames.data(), routable.size);
}

void Worker::transmit(Egress& egress) {
    for (size_t port = 0; port < egress.batches.size(); ++port) {
        if (egress.batches[port].size != 0) {
            send_batch(plan_.tx[port], egress.batches[port]);
        }
    }
}

void Worker::send_batch(const TxQueue& queue, TxBatch& batch) {
    unsigned n_sent = 0;
    if (queue.handed_over == nullptr) [[likely]] {
        n_sent = rte_eth_tx_burst(queue.ethdev, queue.queue, batch.frames.data(),
                                  static_cast<uint16_t>(batch.size));
        counters_.forwarded.add(n_sent);
    } else {
        n_sent = rte_ring_enqueue_burst(queue.handed_over, reinterpret_cast<void**>(batch.frames.data()),
                                        batch.size, nullptr);
        counters_.handed_over.add(n_sent);
    }
    if (n_sent != batch.size) [[unlikely]] {
        counters_.count_drop(packet::DropReason::tx_full, batch.size - n_sent);
        rte_pktmbuf_free_bulk(&batch.frames[n_sent], batch.size - n_sent);
    }
    batch.size = 0;
}

unsigned Worker::send_from_rings() {
    unsigned n_taken = 0;
    for (const TxQueue& queue : plan_.tx) {
        if (queue.control != nullptr) {
            n_taken += send_control_frames(queue);
        }
        if (queue.taken_over != nullptr) {
            n_taken += send_taken_over(queue);
        }
    }
    return n_taken;
}

unsigned Worker::send_control_frames(const TxQueue& queue) {
    TxBatch batch;
    batch.size = rte_ring_dequeue_burst(queue.control, reinterpret_cast<void**>(batch.frames.data()), kBurstSize,
                                        nullptr);
    const unsigned n_taken = batch.size;
    if (n_taken == 0) {
        return 0;
    }
    free_stale(batch);
    const unsigned n_sent =
        rte_eth_tx_burst(queue.ethdev, queue.queue, batch.frames.data(), static_cast<uint16_t>(batch.size));
    counters_.control_frames.add(n_sent);
    if (n_sent != batch.size) {
        counters_.control_frames_lost.add(batch.size - n_sent);
        rte_pktmbuf_free_bulk(&batch.frames[n_sent], batch.size - n_sent);
    }
    return n_taken;
}

// They waited for us. Who does not own a vMAC sends nothing from it, ever (protocol rule 21). From one
// that lingers comes the last keep-alive, before RELEASED in the same FIFO.
void Worker::free_stale(TxBatch& batch) {
    const table::Generation& generation = plan_.tables.generations->current();
    const packet::SlotAction* const actions = generation.actions_at(rte_get_tsc_cycles());
    unsigned n_kept = 0;
    for (unsigned i = 0; i < batch.size; ++i) {
        rte_mbuf* const frame = batch.frames[i];
        const uint8_t* const source = rte_pktmbuf_mtod(frame, const uint8_t*) + MacAddress::kSize;
        const SlotIndex slot = generation.l2().find(table::l2_key(source, punt_tag(frame).interface));
        if (slot == kNoSlot || packet::is_forwarded(actions[slot.value])) {
            batch.frames[n_kept++] = frame;
        } else {
            counters_.control_frames_stale.add(1);
            rte_pktmbuf_free(frame);
        }
    }
    batch.size = n_kept;
}

unsigned Worker::send_taken_over(const TxQueue& queue) {
    TxBatch batch;
    batch.size = rte_ring_dequeue_burst(queue.taken_over, reinterpret_cast<void**>(batch.frames.data()),
                                        kBurstSize, nullptr);
    const unsigned n_taken = batch.size;
    if (n_taken != 0) {
        counters_.taken_over.add(n_taken);
        send_batch(queue, batch);
    }
    return n_taken;
}

bool Worker::has_ring_frames() const {
    const auto has_frames = [](const rte_ring* ring) { return ring != nullptr && rte_ring_empty(ring) == 0; };
    return std::any_of(plan_.tx.begin(), plan_.tx.end(), [has_frames](const TxQueue& queue) {
        return has_frames(queue.control) || has_frames(queue.taken_over);
    });
}

}  // namespace evengate::dataplane

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: random and mutated frames through a real worker: against the model of the fuzz targets, and
// while everything that a worker reads is changed under it.
#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include <rte_cycles.h>

#include "catch.hpp"
#include "frame_mutator.hpp"
#include "packet/ipv4.hpp"
#include "seed_files.hpp"
#include "worker_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using packet::Adjacency;

namespace {

fuzz::FrameMutator make_mutator(uint64_t seed) {
    return {fuzz::read_seeds(EVENGATE_SEEDS), seed};
}

// Changes tables as fast as it can, in a thread, as control would.
class Churn {
 public:
    Churn(WorkerRig& rig, uint64_t seed) : rig_(rig), random_(seed), thread_([this] { run(); }) {}
    ~Churn() { stop(); }
    Churn(const Churn&) = delete;
    Churn& operator=(const Churn&) = delete;

    void stop() {
        stop_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    [[nodiscard]] uint64_t n_changes() const { return n_changes_; }
    // Routes that found no room.
    [[nodiscard]] uint64_t n_refused() const { return n_refused_; }

 private:
    void run() {
        while (!stop_) {
            switch (random_.below(4)) {
                case 0:
                    publish();
                    break;
                case 1:
                    change_adjacency();
                    break;
                default:
                    change_route();
                    break;
            }
            ++n_changes_;
        }
    }

    void publish() {
        std::vector<packet::SlotAction> actions = WorkerRig::usual_actions();
        actions[random_.below(actions.size())] = static_cast<packet::SlotAction>(random_.below(6));
        const uint64_t lease =
            random_.below(8) == 0 ? rte_get_tsc_cycles() : table::kUnlimitedLease;
        if (random_.below(16) != 0) {
            rig_.generations().publish(actions, lease);
            return;
        }
        std::vector<table::L2Binding> bindings;
        for (size_t mac = 0; mac < kMacs.size(); ++mac) {
            for (uint16_t interface = 0; interface < fuzz::kInterfaces.size(); ++interface) {
                if (random_.below(8) != 0) {
                    bindings.push_back(
                        {slot_of(interface, mac), InterfaceId(interface), kMacs[mac]});
                }
            }
        }
        auto l2 = table::L2Table::make("storm_" + std::to_string(++n_l2_tables_), bindings);
        if (l2.ok()) {
            rig_.generations().publish(std::move(l2).value(), actions, lease);
        }
    }

    void change_adjacency() {
        Adjacency adjacency = Adjacency::drop(packet::DropReason::egress_link_down);
        if (random_.below(8) != 0) {
            adjacency.kind = packet::AdjacencyKind::forward;
            adjacency.port = random_.below(2) == 0 ? kInPort : kOutPort;
            adjacency.mtu = random_.below(2) == 0 ? kMtu : kSmallMtu;
            adjacency.vlans = fuzz::kInterfaces[random_.below(fuzz::kInterfaces.size())];
            adjacency.destination = fuzz::kNextHopMac;
            adjacency.source = fuzz::kRouterMac;
        }
        rig_.adjacencies().set(entry::untagged + static_cast<uint32_t>(random_.below(4)),
                               adjacency);
    }

    // Hosts and halves around the destinations that the mutator likes.
    void change_route() {
        const auto network = static_cast<uint32_t>(1 + random_.below(5));
        const uint32_t address = 0x0A00'0000 | network << 16 | 5;
        const auto length = static_cast<uint8_t>(random_.below(2) == 0 ? 32 : 25);
        const IpPrefix prefix = IpPrefix{IpAddress::v4(address), length}.network();
        if (random_.below(2) == 0) {
            const auto to = entry::untagged + static_cast<uint32_t>(random_.below(6));
            n_refused_ += rig_.routes().add(prefix, to).ok() ? 0 : 1;
        } else {
            static_cast<void>(rig_.routes().remove(prefix).ok());
        }
    }

    WorkerRig& rig_;
    fuzz::Random random_;
    uint64_t n_l2_tables_ = 0;
    std::atomic<uint64_t> n_changes_{0};
    std::atomic<uint64_t> n_refused_{0};
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

bool is_sound(const Bytes& frame, const MacAddress& destination) {
    packet::EthernetPayload payload;
    return packet::parse_ethernet(frame.data(), frame.size(), payload) ==
               packet::EthernetVerdict::ok &&
           payload.ethertype == packet::kEtherTypeIpv4 &&
           MacAddress::from_bytes(frame.data()) == destination &&
           std::find(fuzz::kInterfaces.begin(), fuzz::kInterfaces.end(), payload.vlans) !=
               fuzz::kInterfaces.end() &&
           packet::check_ipv4(frame.data() + payload.offset, frame.size() - payload.offset) ==
               packet::Ipv4Verdict::ok &&
           frame[payload.offset + packet::ipv4_offset::ttl] != 0;
}

// What control builds upon.
bool is_sound(const Punted& punted) {
    const size_t offset = punted.tag.payload_offset;
    return offset >= packet::kEthernetHeaderSize && offset < punted.frame.size() &&
           punted.tag.interface.value < fuzz::kInterfaces.size() &&
           (punted.tag.ethertype != packet::kEtherTypeIpv4 ||
            packet::check_ipv4(punted.frame.data() + offset, punted.frame.size() - offset) ==
                packet::Ipv4Verdict::ok);
}

struct Drained {
    uint64_t n_sent = 0;
    uint64_t n_punted = 0;
    uint64_t n_unsound = 0;
};

void drain(WorkerRig& rig, Drained& drained) {
    for (const PortIndex port : {kInPort, kOutPort}) {
        while (const auto frame = rig.take_sent(port)) {
            ++drained.n_sent;
            drained.n_unsound += is_sound(*frame, fuzz::kNextHopMac) ? 0 : 1;
        }
    }
    for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
        while (const auto punted = rig.take_punted(static_cast<packet::PuntClass>(c))) {
            ++drained.n_punted;
            drained.n_unsound += is_sound(*punted) ? 0 : 1;
        }
    }
}

}  // namespace

TEST_CASE("the worker forwards what the model forwards, byte for byte, and nothing else") {
    const uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    constexpr int kFrames = 200'000;
    fuzz::FrameMutator mutator = make_mutator(seed);
    fuzz::FrameBuffer buffer;
    WorkerRig rig;
    Drained drained;
    uint64_t n_alike = 0;
    for (int i = 0; i < kFrames; ++i) {
        const std::span<const uint8_t> frame = mutator.next();
        rig.receive(frame);
        rig.poll();
        const auto sent = rig.take_sent();
        const fuzz::Outcome outcome = fuzz::forward_frame(buffer.load(frame));
        if (outcome.fate == fuzz::Fate::forward) {
            n_alike += sent && std::equal(sent->begin(), sent->end(), outcome.frame.begin(),
                                          outcome.frame.end())
                           ? 1
                           : 0;
        } else {
            // The model alone refuses a source of all zeros.
            const bool model_alone = outcome.fate == fuzz::Fate::drop &&
                                     outcome.drop_reason == packet::DropReason::source_mac_invalid;
            n_alike += !sent || model_alone ? 1 : 0;
        }
        if (n_alike != static_cast<uint64_t>(i) + 1) {
            CAPTURE(i, Bytes(frame.begin(), frame.end()));
            FAIL("worker and model differ");
        }
        drain(rig, drained);
    }
    CHECK(rig.worker().counters().forwarded.get() > kFrames / 100);
    CHECK(drained.n_unsound == 0);
}

TEST_CASE("a million frames meet tables that change under the worker, and each is counted once") {
    const uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    constexpr uint64_t kFrames = 1'000'000;
    constexpr uint64_t kAtOnce = dataplane::kBurstSize;
    fuzz::FrameMutator mutator = make_mutator(seed);
    WorkerRig rig;
    rig.rcu().online(WorkerIndex{0});
    Drained drained;
    {
        Churn churn(rig, seed);
        for (uint64_t i = 0; i < kFrames; i += kAtOnce) {
            for (uint64_t k = 0; k < kAtOnce; ++k) {
                rig.receive(mutator.next());
            }
            rig.poll();
            rig.rcu().quiescent(WorkerIndex{0});
            drain(rig, drained);
        }
        rig.rcu().offline(WorkerIndex{0});
        churn.stop();
        CHECK(churn.n_changes() > 1000);
        CHECK(churn.n_refused() == 0);
    }
    const counters::WorkerCounters& counters = rig.worker().counters();
    CHECK(counters.received.get() == kFrames);
    CHECK(counters.forwarded.get() == drained.n_sent);
    CHECK(counters.punted.get() == drained.n_punted);
    CHECK(drained.n_sent > kFrames / 100);
    CHECK(drained.n_unsound == 0);
}

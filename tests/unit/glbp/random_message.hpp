// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: messages of which every field is random and in range, and that fit. The same seed, the same messages.
#pragma once

#include <algorithm>
#include <numeric>
#include <random>

#include "glbp/encode.hpp"

namespace evengate::glbp::testing {

class RandomMessages {
 public:
    explicit RandomMessages(uint64_t seed) : random_(seed) {}

    // At most kMaxMessageSize long with an HMAC behind it; the longer parts are left out for that.
    Message cisco() {
        Message message = header();
        if (chance()) {
            message.cisco_authentication = authentication();
        }
        if (chance()) {
            message.cisco_nonces = nonces();
        }
        if (chance()) {
            message.hello = hello();
        }
        fill(message.forwarders, 60, [&] { return Forwarder{}; });
        uint8_t number = 0;
        for (Forwarder& forwarder : message.forwarders) {
            forwarder = this->forwarder(number++);
        }
        shorten(message);
        return message;
    }

    Message native() {
        Message message = header();
        if (chance()) {
            message.hello = hello();
        }
        message.sender = Sender{Sender::kVersion, u8(),  u16(), {MemberId{number(1, ~uint64_t{0})}, u64()},
                                u64(),            u64()};
        if (chance()) {
            message.standing = standing();
        }
        if (chance()) {
            fill(message.heard, kMaxMembers,
                 [&] { return Heard{incarnation(), u64(), static_cast<uint8_t>(number(0, 1))}; });
        }
        if (chance()) {
            VmacBitmap& bitmap = message.forwarding.emplace();
            for (size_t i = number(0, 40); i > 0; --i) {
                bitmap.set(static_cast<uint8_t>(number(1, kMaxVmacs)));
            }
            for (size_t i = chance() ? number(1, 40) : 0; i > 0; --i) {
                message.given_up.set(static_cast<uint8_t>(number(1, kMaxVmacs)));
            }
        }
        if (chance()) {
            fill(message.assignment_members, kMaxMembers, [&] { return incarnation(); });
        }
        if (chance()) {
            fill(message.assignment_parts, 5, [&] { return part(); });
        }
        if (chance()) {
            message.assignment_request = name();
        }
        if (chance()) {
            fill(message.hand_overs, 32, [&] { return hand_over(); });
        }
        if (chance()) {
            message.neighbours = neighbours();
        }
        if (chance()) {
            fill(message.clients, 160, [&] { return Client{station(), vmac()}; });
        }
        if (chance()) {
            Parameters& parameters = message.parameters.emplace();
            parameters.revision = u32();
            parameters.n_vmacs = vmac();
            parameters.vmac_prefix = {static_cast<uint8_t>(u8() & ~1u), u8(), u8()};
            fill(parameters.virtual_addresses, 8, [&] { return address(); });
        }
        if (chance()) {
            fill(message.name, kMaxNameSize, [&] { return static_cast<char>(number(' ', '~')); });
        }
        if (chance()) {
            report_load(message);
        }
        if (chance()) {
            fill(message.wanted_moves, 32, [&] {
                return WantedMove{static_cast<WantedMove::Reason>(number(1, 2)), vmac(),
                                  MemberId{number(1, ~uint64_t{0})}};
            });
        }
        tell_of_services(message);
        shorten(message);
        return message;
    }

 private:
    static constexpr size_t kHmacTlvSize = 38;

    uint64_t number(uint64_t low, uint64_t high) {
        return std::uniform_int_distribution<uint64_t>(low, high)(random_);
    }
    bool chance() { return number(0, 1) == 1; }
    uint8_t u8() { return static_cast<uint8_t>(number(0, 0xFF)); }
    uint16_t u16() { return static_cast<uint16_t>(number(0, 0xFFFF)); }
    uint32_t u32() { return static_cast<uint32_t>(number(0, 0xFFFF'FFFF)); }
    uint64_t u64() { return number(0, ~uint64_t{0}); }
    uint8_t vmac() { return static_cast<uint8_t>(number(1, kMaxVmacs)); }
    MacAddress station() { return MacAddress::from_u64((u64() & 0xFEFF'FFFF'FFFF) | 1); }
    IpAddress address() {
        if (chance()) {
            return IpAddress::v4(u32());
        }
        std::array<uint8_t, IpAddress::kIpv6Size> bytes;
        for (uint8_t& byte : bytes) {
            byte = u8();
        }
        return IpAddress::v6(bytes);
    }
    AssignmentName name() { return {u32(), MemberId{u64()}, u32()}; }
    Incarnation incarnation() { return {MemberId{u64()}, u64()}; }

    template <class List, class Make>
    void fill(List& list, size_t at_most, Make make) {
        for (size_t i = number(0, at_most); i > 0; --i) {
            static_cast<void>(list.try_push_back(make()));
        }
    }

    Message header() {
        Message message;
        message.opcode = static_cast<Opcode>(number(0, 2));
        message.group = GroupId{static_cast<uint16_t>(number(0, 1023))};
        message.owner = station();
        return message;
    }
    Hello hello() {
        constexpr VgState kStates[] = {VgState::disabled, VgState::initial, VgState::listen,
                                       VgState::speak,    VgState::standby, VgState::active};
        return {kStates[number(0, 5)], u8(),  static_cast<uint32_t>(number(1, 600'000)),
                static_cast<uint32_t>(number(1, 600'000)), u16(), u16(), address()};
    }
    Forwarder forwarder(uint8_t which) {
        constexpr VfState kStates[] = {VfState::none, VfState::disabled, VfState::initial, VfState::listen,
                                       VfState::active};
        return {which, kStates[number(0, 4)], u8(), u8(), u16(), u16(), station()};
    }
    CiscoAuthentication authentication() {
        CiscoAuthentication made;
        made.type = static_cast<CiscoAuthType>(number(0, 3));
        const bool is_chain = made.type == CiscoAuthType::md5_chain;
        const bool is_md5 = is_chain || made.type == CiscoAuthType::md5_string;
        made.key_id = is_chain ? u32() : 0;
        const size_t size = made.type == CiscoAuthType::none ? 0 : is_md5 ? 16 : number(1, 64);
        while (made.secret.size() < size) {
            static_cast<void>(made.secret.try_push_back(u8()));
        }
        return made;
    }
    CiscoNonces nonces() {
        CiscoNonces made;
        made.sequence = u8();
        made.nonce = u32();
        fill(made.peers, 20, [&] { return CiscoNonces::Peer{station(), u32()}; });
        return made;
    }
    Standing standing() {
        return {name(), u64(), static_cast<uint8_t>(number(0, kMaxMembers)), u8(), u64(), u64(), u64(), u64(),
                u64(),  u32()};
    }
    AssignmentPart part() {
        AssignmentPart made;
        made.name = name();
        made.n_parts = static_cast<uint8_t>(number(1, 5));
        made.part = static_cast<uint8_t>(number(0, made.n_parts - 1u));
        const size_t n_plans = number(1, made.plans.capacity());
        made.first_vmac = static_cast<uint8_t>(number(1, kMaxVmacs + 1 - n_plans));
        const auto place = [&] {
            return number(0, 3) == 0 ? AssignmentPart::kNobody : static_cast<uint8_t>(number(0, kMaxMembers - 1));
        };
        while (made.plans.size() < n_plans) {
            static_cast<void>(made.plans.try_push_back({place(), place(), {place(), place()}}));
        }
        return made;
    }
    HandOver hand_over() {
        return {static_cast<HandOver::Step>(number(1, 3)), vmac(), name(), MemberId{u64()}, MemberId{u64()}};
    }
    NeighbourList neighbours() {
        NeighbourList made;
        made.name = name();
        made.n_parts = vmac();
        made.part = static_cast<uint8_t>(number(0, made.n_parts - 1u));
        fill(made.entries, 80, [&] { return NeighbourList::Entry{address(), station()}; });
        return made;
    }

    // Counts of some vMACs, in no order; the report has as many, or more in other messages.
    void report_load(Message& message) {
        std::array<uint8_t, kMaxVmacs> vmacs;
        std::iota(vmacs.begin(), vmacs.end(), uint8_t{1});
        std::shuffle(vmacs.begin(), vmacs.end(), random_);
        size_t next = 0;
        fill(message.vmac_counts, 64, [&] { return VmacCount{vmacs[next++], u64(), u64()}; });
        const auto n_counts = static_cast<uint8_t>(number(message.vmac_counts.size(), kMaxVmacs));
        message.load_report = LoadReport{u64(), u64(), u64(), u64(), u64(), n_counts};
    }

    void tell_of_services(Message& message) {
        if (chance()) {
            TargetVerdicts& verdicts = message.target_verdicts.emplace();
            verdicts.services_digest = u64();
            verdicts.first_target = static_cast<uint16_t>(number(0, kMaxTargets - 1));
            const size_t at_most = std::min(kMaxTargets - verdicts.first_target, verdicts.targets.capacity());
            fill(verdicts.targets, at_most, [&] {
                return TargetVerdict{static_cast<TargetHealth>(number(0, 2)), u32(), u64()};
            });
            verdicts.n_targets =
                static_cast<uint16_t>(number(verdicts.first_target + verdicts.targets.size(), kMaxTargets));
        }
        if (chance()) {
            TargetSet& set = message.target_set.emplace();
            set.name = name();
            set.services_digest = u64();
            fill(set.targets, kMaxTargets,
                 [&] { return TargetStanding{static_cast<TargetState>(number(0, 3)), u16()}; });
            uint16_t target = 0;
            fill(message.ordered_weights, message.ordered_weights.capacity(),
                 [&] { return OrderedWeight{target++, u16()}; });
        }
        if (chance()) {
            ConnectionList& list = message.connections.emplace();
            list.services_digest = u64();
            fill(list.connections, list.connections.capacity(), [&] { return connection(); });
        }
    }
    Connection connection() {
        return {.client = u32(),
                .published = u32(),
                .client_port = u16(),
                .published_port = u16(),
                .target = static_cast<uint16_t>(number(0, kMaxTargets - 1)),
                .protocol = chance() ? uint8_t{6} : uint8_t{17},
                .state = static_cast<ConnectionState>(number(1, 3)),
                .kind = static_cast<ConnectionKind>(number(1, 2))};
    }

    // Halves its lists until it fits.
    void shorten(Message& message) {
        std::array<uint8_t, kMaxMessageSize - kHmacTlvSize> buffer;
        while (encode(message, buffer) == 0) {
            halve(message.forwarders);
            halve(message.heard);
            halve(message.assignment_members);
            halve(message.assignment_parts);
            halve(message.hand_overs);
            halve(message.clients);
            halve(message.vmac_counts);
            halve(message.wanted_moves);
            if (message.neighbours) {
                halve(message.neighbours->entries);
            }
            if (message.target_verdicts) {
                halve(message.target_verdicts->targets);
            }
            if (message.target_set) {
                halve(message.target_set->targets);
                halve(message.ordered_weights);
            }
            if (message.connections) {
                halve(message.connections->connections);
            }
        }
        // Without entries there is no TLV.
        if (message.target_verdicts && message.target_verdicts->targets.empty()) {
            message.target_verdicts.reset();
        }
        if (message.target_set && message.target_set->targets.empty()) {
            message.target_set.reset();
            message.ordered_weights = {};
        }
        if (message.connections && message.connections->connections.empty()) {
            message.connections.reset();
        }
    }
    template <class List>
    static void halve(List& list) {
        for (size_t i = (list.size() + 1) / 2; i > 0; --i) {
            list.erase(list.size() - 1);
        }
    }

    std::mt19937_64 random_;
};

}  // namespace evengate::glbp::testing

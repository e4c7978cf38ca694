// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "cisco_lan.hpp"

#include <algorithm>

#include "catch.hpp"

namespace evengate::group::test {

using namespace std::chrono_literals;

MacAddress mac_of(unsigned router) {
    // Those of the capture for 1 to 3.
    return MacAddress::from_u64(0xC200'7CB8'0000 + (uint64_t{router - 1} << 32) +
                                (router == 3 ? 0x12'0000u : 0u));
}
IpAddress address_of(unsigned router) {
    return IpAddress::v4(0xC0A8'0000 + 10 * router);
}
MacAddress vmac_of(unsigned number) {
    return MacAddress::from_u64(0x0007'B400'0100 + number);
}

SegmentOptions segment_of(unsigned router) {
    SegmentOptions options;
    options.self = {MemberId{1000 + router}, 0x5EED'0000 + router};
    options.mac = mac_of(router);
    options.address = address_of(router);
    options.seed = router;
    return options;
}

GroupOptions group_options() {
    GroupOptions options;
    options.id = GroupId{1};
    options.mode = Mode::cisco;
    options.hello = 3s;
    options.hold = 10s;
    options.parameters.n_vmacs = 4;
    options.parameters.vmac_prefix = {0x00, 0x07, 0xB4};
    options.parameters.virtual_addresses = {IpAddress::v4(0xC0A8'0001)};
    return options;
}

namespace {

glbp::Message message_of(unsigned router, glbp::Opcode opcode) {
    glbp::Message message;
    message.opcode = opcode;
    message.group = GroupId{1};
    message.owner = mac_of(router);
    return message;
}

}  // namespace

glbp::Message hello_of(unsigned router, glbp::VgState state, uint8_t priority,
                       std::vector<glbp::Forwarder> forwarders) {
    glbp::Message message = message_of(router, glbp::Opcode::hello);
    message.hello = glbp::Hello{.state = state,
                                .priority = priority,
                                .hello_ms = 3000,
                                .hold_ms = 10000,
                                .redirect_s = 600,
                                .timeout_s = 14400,
                                .virtual_address = IpAddress::v4(0xC0A8'0001)};
    for (const glbp::Forwarder& forwarder : forwarders) {
        static_cast<void>(message.forwarders.try_push_back(forwarder));
    }
    return message;
}

glbp::Message forwarder_hello_of(unsigned router, const glbp::Forwarder& forwarder) {
    glbp::Message message = message_of(router, glbp::Opcode::hello);
    static_cast<void>(message.forwarders.try_push_back(forwarder));
    return message;
}

glbp::Message request_of(unsigned router) {
    glbp::Message message = message_of(router, glbp::Opcode::request);
    static_cast<void>(message.forwarders.try_push_back({}));
    return message;
}

glbp::Message reply_of(unsigned router, unsigned number) {
    glbp::Message message = message_of(router, glbp::Opcode::reply);
    glbp::Forwarder forwarder;
    forwarder.number = static_cast<uint8_t>(number);
    forwarder.mac = vmac_of(number);
    static_cast<void>(message.forwarders.try_push_back(forwarder));
    return message;
}

glbp::Forwarder owned(unsigned number, uint8_t weight) {
    return {.number = static_cast<uint8_t>(number),
            .state = glbp::VfState::active,
            .priority = 167,
            .weight = weight,
            .timeout_left_s = 14400,
            .redirect_left_s = 600,
            .mac = vmac_of(number)};
}

glbp::Forwarder taken_over(unsigned number, uint16_t redirect_left_s, uint16_t timeout_left_s) {
    glbp::Forwarder forwarder = owned(number);
    forwarder.priority = 135;
    forwarder.redirect_left_s = redirect_left_s;
    forwarder.timeout_left_s = timeout_left_s;
    return forwarder;
}

CiscoGroup& CiscoLan::add(unsigned router, const GroupOptions& options) {
    return add(router, segment_of(router), options);
}

CiscoGroup& CiscoLan::add(unsigned router, const SegmentOptions& segment,
                          const GroupOptions& options) {
    std::erase_if(routers_, [&](const Router& known) { return known.number == router; });
    routers_.push_back({router, segment.address, CiscoGroup(segment, options)});
    return routers_.back().group;
}

CiscoLan::Router& CiscoLan::router(unsigned number) {
    return *std::ranges::find(routers_, number, &Router::number);
}

CiscoGroup& CiscoLan::group(unsigned number) {
    return router(number).group;
}

void CiscoLan::give(unsigned number, const Event& event) {
    step(router(number), event);
}

void CiscoLan::kill(unsigned number) {
    router(number).life = Life::dead;
}
void CiscoLan::pause(unsigned number) {
    router(number).life = Life::paused;
}
void CiscoLan::resume(unsigned number) {
    router(number).life = Life::running;
    step(router(number), TimersDue{});
}

void CiscoLan::part(unsigned one, unsigned other) {
    parted_.emplace_back(one, other);
}

bool CiscoLan::are_parted(unsigned one, unsigned other) const {
    return std::ranges::any_of(parted_, [&](const auto& pair) {
        return pair == std::pair(one, other) || pair == std::pair(other, one);
    });
}

bool CiscoLan::hear_each_other(unsigned one, unsigned other) {
    return router(one).life == Life::running && router(other).life == Life::running &&
           !are_parted(one, other);
}

void CiscoLan::inject(TimePoint at, unsigned from, const glbp::Message& message) {
    const auto place = std::ranges::upper_bound(flights_, at, {}, &Flight::at);
    flights_.insert(place, Flight{at, from, {}, message});
}

void CiscoLan::step(Router& stepped, const Event& event) {
    Actions actions;
    stepped.group.step(event, now_, actions);
    for (const Action& action : actions) {
        if (const auto* send = std::get_if<action::Send>(&action)) {
            sent_.push_back({now_, stepped.number, *send});
            const auto place =
                std::ranges::upper_bound(flights_, now_ + kWireDelay, {}, &Flight::at);
            flights_.insert(place,
                            Flight{now_ + kWireDelay, stepped.number, send->to, send->message});
        } else if (const auto* note = std::get_if<action::Note>(&action)) {
            notes_.push_back({now_, stepped.number, *note});
        } else if (const auto* refusal = std::get_if<action::Refuse>(&action)) {
            refusals_.push_back({stepped.number, refusal->why});
        }
    }
    if (check_) {
        check_();
    }
}

void CiscoLan::deliver(const Flight& flight) {
    for (Router& receiver : routers_) {
        const bool addressed = flight.to == IpAddress{} || flight.to == receiver.address;
        if (receiver.life == Life::running && receiver.number != flight.from && addressed &&
            !are_parted(receiver.number, flight.from)) {
            step(receiver,
                 MessageReceived{flight.message, address_of(flight.from), mac_of(flight.from)});
        }
    }
}

void CiscoLan::run_until(TimePoint end) {
    while (true) {
        Router* next = nullptr;
        TimePoint at = flights_.empty() ? kNever : flights_.front().at;
        for (Router& candidate : routers_) {
            const TimePoint deadline = candidate.group.next_deadline();
            if (candidate.life == Life::running && deadline < at) {
                next = &candidate;
                at = deadline;
            }
        }
        if (at > end) {
            break;
        }
        now_ = std::max(now_, at);
        if (next != nullptr) {
            step(*next, TimersDue{});
        } else {
            const Flight flight = flights_.front();
            flights_.erase(flights_.begin());
            deliver(flight);
        }
    }
    now_ = end;
}

std::vector<CiscoLan::Sent> CiscoLan::sent_by(unsigned number) const {
    return sent_by(number, TimePoint::min());
}

std::vector<CiscoLan::Sent> CiscoLan::sent_by(unsigned number, TimePoint since) const {
    std::vector<Sent> found;
    std::ranges::copy_if(sent_, std::back_inserter(found), [&](const Sent& sent) {
        return sent.router == number && sent.at >= since;
    });
    return found;
}

size_t CiscoLan::n_refused(unsigned number, MessageRefusal why) const {
    return static_cast<size_t>(std::ranges::count_if(refusals_, [&](const Refusal& refusal) {
        return refusal.router == number && refusal.why == why;
    }));
}

size_t CiscoLan::n_notes(unsigned number, NoteKind kind) const {
    return static_cast<size_t>(std::ranges::count_if(notes_, [&](const Noted& noted) {
        return noted.router == number && noted.note.kind == kind;
    }));
}

std::vector<unsigned> CiscoLan::owners_of(unsigned number) {
    std::vector<unsigned> owners;
    for (const Router& router : routers_) {
        const bool owns = router.group.role(VmacNumber{static_cast<uint8_t>(number)}) == Role::own;
        if (router.life != Life::dead && owns) {
            owners.push_back(router.number);
        }
    }
    return owners;
}

GroupOptions with_priority(uint8_t priority) {
    GroupOptions options = group_options();
    options.priority = priority;
    return options;
}

CiscoLan settled(unsigned n_routers) {
    CiscoLan lan;
    for (unsigned router = 1; router <= n_routers; ++router) {
        lan.add(router, with_priority(router == 1 ? 200 : 100));
        lan.connect(router);
        lan.run_for(100ms);
    }
    lan.run_until(TimePoint{} + 60s);
    for (unsigned router = 1; router <= std::min(n_routers, 4u); ++router) {
        REQUIRE(lan.owners_of(router) == std::vector{router});
    }
    return lan;
}

const VmacView* vmac_in(const GroupView& view, unsigned number) {
    const auto found =
        std::ranges::find(view.vmacs, VmacNumber{static_cast<uint8_t>(number)}, &VmacView::number);
    return found == view.vmacs.end() ? nullptr : &*found;
}

std::vector<unsigned> answerable_at(CiscoLan& lan, unsigned router) {
    std::vector<unsigned> numbers;
    for (const VmacNumber number : lan.group(router).answerable()) {
        numbers.push_back(number.value);
    }
    return numbers;
}

}  // namespace evengate::group::test

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/print.hpp"

#include <cstdio>

#include "glbp/line.hpp"

namespace evengate::glbp {
namespace {

// "1-4,9", or "none".
std::string to_ranges(const VmacBitmap& bitmap) {
    std::string text;
    for (unsigned first = 1; first <= kMaxVmacs; ++first) {
        if (!bitmap.has(static_cast<uint8_t>(first))) {
            continue;
        }
        unsigned last = first;
        while (last < kMaxVmacs && bitmap.has(static_cast<uint8_t>(last + 1))) {
            ++last;
        }
        text += (text.empty() ? "" : ",") + std::to_string(first);
        text += last > first ? "-" + std::to_string(last) : "";
        first = last;
    }
    return text.empty() ? "none" : text;
}

std::string_view to_text(Opcode opcode) {
    switch (opcode) {
        case Opcode::hello:
            return "hello";
        case Opcode::request:
            return "request";
        case Opcode::reply:
            return "reply";
    }
    return "unknown";
}

std::string_view to_text(HandOver::Step step) {
    switch (step) {
        case HandOver::Step::prepare:
            return "prepare";
        case HandOver::Step::ready:
            return "ready";
        case HandOver::Step::released:
            return "released";
    }
    return "unknown";
}

std::string_view to_text(WantedMove::Reason reason) {
    switch (reason) {
        case WantedMove::Reason::operator_asks:
            return "operator";
        case WantedMove::Reason::load:
            return "load";
    }
    return "unknown";
}

void print(Line& line, const CiscoAuthentication& authentication) {
    switch (authentication.type) {
        case CiscoAuthType::none:
            line.word("auth none");
            break;
        case CiscoAuthType::plain:
            line.pair("auth plain of", authentication.secret.size()).word("bytes");
            break;
        case CiscoAuthType::md5_string:
            line.word("auth md5");
            break;
        case CiscoAuthType::md5_chain:
            line.pair("auth md5 key", authentication.key_id);
            break;
    }
}

void print(Line& line, const CiscoNonces& nonces) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", nonces.nonce);
    line.pair("nonce", nonces.sequence).more(":").more(text).pair("peers", nonces.peers.size());
}

void print(Line& line, const Hello& hello) {
    line.word(to_text(hello.state)).pair("prio", hello.priority);
    line.milliseconds("hello", hello.hello_ms).milliseconds("hold", hello.hold_ms);
    line.seconds("redirect", hello.redirect_s).seconds("timeout", hello.timeout_s);
    line.word("vip").word(hello.virtual_address.to_string());
}

void print(Line& line, const Forwarder& forwarder) {
    line.pair("forwarder", forwarder.number);
    if (forwarder.state != VfState::none) {
        line.word(to_text(forwarder.state));
        line.pair("prio", forwarder.priority).pair("weight", forwarder.weight);
        line.seconds("timeout", forwarder.timeout_left_s);
        line.seconds("redirect", forwarder.redirect_left_s);
    }
    if (!forwarder.mac.is_zero()) {
        line.word(forwarder.mac.to_string());
    }
}

void print(Line& line, const Sender& sender) {
    line.word("member").hex(sender.self.member.value).word("boot").hex(sender.self.boot_nonce);
    line.pair("seq", sender.sequence).word("challenge").hex(sender.challenge);
    if (sender.capabilities != 0) {
        line.pair("capabilities", sender.capabilities);
    }
    const auto flag = [&](Sender::Flag which, std::string_view text) {
        if (sender.has(which)) {
            line.word(text);
        }
    };
    flag(Sender::wants_answer, "wants-answer");
    flag(Sender::leaving, "leaving");
    flag(Sender::draining, "draining");
    flag(Sender::fenced, "fenced");
    flag(Sender::preempting, "preempting");
}

void print(Line& line, const Standing& standing) {
    line.name("adopted", standing.adopted).word("digest").hex(standing.adopted_digest);
    line.pair("following", standing.n_following).pair("weight", standing.weight);
    line.pair("capacity", standing.capacity_pps).pair("load", standing.load_pps);
    line.pair("group-load", standing.group_load_pps).pair("granted", standing.granted_pps);
    line.pair("parameters", standing.parameters_revision).word("digest");
    line.hex(standing.parameters_digest);
}

void print(Line& line, const AssignmentPart& part) {
    line.name("assignment", part.name).pair("part", part.part + 1u).more("/").more(
        std::to_string(part.n_parts));
    line.pair("vmacs", part.first_vmac).more("-").more(
        std::to_string(part.first_vmac + part.plans.size() - 1));
    line.word("owners");
    const char* separator = " ";
    for (const AssignmentPart::Plan& plan : part.plans) {
        line.more(separator);
        line.more(plan.owner == AssignmentPart::kNobody ? "-" : std::to_string(plan.owner));
        separator = ",";
    }
}

void print(Line& line, const HandOver& hand_over) {
    line.word("hand-over").word(to_text(hand_over.step)).pair("vmac", hand_over.vmac);
    line.name("of", hand_over.name).word("from").hex(hand_over.from.value);
    line.word("to").hex(hand_over.to.value);
}

void print(Line& line, const NeighbourList& list) {
    line.pair("neighbours", list.entries.size()).name("of", list.name);
    line.pair("part", list.part + 1u).more("/").more(std::to_string(list.n_parts));
}

void print(Line& line, const Parameters& parameters) {
    char prefix[9];
    std::snprintf(prefix, sizeof prefix, "%02x:%02x:%02x", parameters.vmac_prefix[0],
                  parameters.vmac_prefix[1], parameters.vmac_prefix[2]);
    line.pair("parameters revision", parameters.revision).pair("vmacs", parameters.n_vmacs);
    line.word("prefix").word(prefix).word("vips");
    const char* separator = " ";
    for (const IpAddress& address : parameters.virtual_addresses) {
        line.more(separator).more(address.to_string());
        separator = ",";
    }
}

void print(Line& line, const LoadReport& report) {
    constexpr uint64_t kNsPerMs = 1'000'000;
    constexpr unsigned long long kMsPerSecond = 1000;
    const unsigned long long at_ms = report.counted_at_ns / kNsPerMs;
    char at[24];
    std::snprintf(at, sizeof at, "%llu.%03llus", at_ms / kMsPerSecond, at_ms % kMsPerSecond);
    line.word("load-report at").word(at);
    line.pair("forwarded", report.packets).more("/").more(std::to_string(report.bytes));
    line.pair("received", report.received).pair("missed", report.missed);
    line.pair("counts", report.n_counts);
}

void print(Line& line, const VmacCount& count) {
    line.pair("vmac", count.vmac).number(count.packets).more("/").more(
        std::to_string(count.bytes));
}

void print(Line& line, const WantedMove& move) {
    line.word("wants-move").word(to_text(move.reason)).pair("vmac", move.vmac);
    line.word("to").hex(move.to.value);
}

template <class T>
void print_if(Line& line, const std::optional<T>& part) {
    if (part) {
        print(line, *part);
    }
}

void print_balancing(Line& line, const Message& message) {
    print_if(line, message.load_report);
    for (const VmacCount& count : message.vmac_counts) {
        print(line, count);
    }
    for (const WantedMove& move : message.wanted_moves) {
        print(line, move);
    }
}

void print_heard(Line& line, const Message& message) {
    if (message.heard.empty()) {
        return;
    }
    line.word("hears");
    for (const Heard& heard : message.heard) {
        line.hex(heard.who.member.value).more(heard.is_live != 0 ? "" : "?");
    }
}

void print_assignment(Line& line, const Message& message) {
    for (const AssignmentPart& part : message.assignment_parts) {
        print(line, part);
    }
    if (!message.assignment_members.empty()) {
        line.word("of members");
        for (const Incarnation& member : message.assignment_members) {
            line.hex(member.member.value);
        }
    }
    if (message.assignment_request) {
        line.name("asks-behind", *message.assignment_request);
    }
}

}  // namespace

std::string_view to_text(VgState state) {
    switch (state) {
        case VgState::disabled:
            return "Disabled";
        case VgState::initial:
            return "Initial";
        case VgState::listen:
            return "Listen";
        case VgState::speak:
            return "Speak";
        case VgState::standby:
            return "Standby";
        case VgState::active:
            return "Active";
    }
    return "unknown";
}

std::string_view to_text(VfState state) {
    switch (state) {
        case VfState::none:
            return "-";
        case VfState::disabled:
            return "Disabled";
        case VfState::initial:
            return "Initial";
        case VfState::listen:
            return "Listen";
        case VfState::active:
            return "Active";
    }
    return "unknown";
}

std::string to_line(const Message& message) {
    Line line;
    line.word(to_text(message.opcode)).pair("group", message.group.value);
    line.word("owner").word(message.owner.to_string());
    print_if(line, message.hello);
    for (const Forwarder& forwarder : message.forwarders) {
        print(line, forwarder);
    }
    if (!message.name.empty()) {
        line.word("name").word({message.name.begin(), message.name.size()});
    }
    print_if(line, message.sender);
    print_if(line, message.standing);
    if (message.forwarding) {
        line.word("forwards").word(to_ranges(*message.forwarding));
        if (!message.given_up.empty()) {
            line.word("gave-up").word(to_ranges(message.given_up));
        }
    }
    print_heard(line, message);
    print_assignment(line, message);
    for (const HandOver& hand_over : message.hand_overs) {
        print(line, hand_over);
    }
    print_if(line, message.neighbours);
    if (!message.clients.empty()) {
        line.pair("clients", message.clients.size());
    }
    print_if(line, message.parameters);
    print_balancing(line, message);
    print_services(line, message);
    print_if(line, message.cisco_authentication);
    print_if(line, message.cisco_nonces);
    if (message.hmac) {
        line.pair("hmac key", message.hmac->key_id);
    }
    return line.take();
}

}  // namespace evengate::glbp

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "catch.hpp"
#include "cisco_lan.hpp"
#include "glbp/decode.hpp"
#include "glbp/encode.hpp"
#include "packetlife.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;

namespace {

// A frame as one can see it on the wire.
struct Seen {
    Duration at{};  // since the capture's first frame
    unsigned router = 0;
    unsigned source = 0;  // the vMAC's number; 0: the interface's own MAC
    glbp::Opcode opcode{};
    std::string hex;
};

// The capture begins when the routers have listened for some seconds: ten before each spoke.
constexpr TimePoint kFirstFrame = TimePoint{} + 5s;
constexpr std::array<Duration, 4> kStarts = {0ms, 7024ms - 10s, 7552ms - 10s, 8528ms - 10s};
// Behind it nothing new happens, and the last frames of the two lists need not match.
constexpr Duration kEnd = 66s;
constexpr Duration kReplyAfter = 8ms;

std::string hex_of(std::span<const uint8_t> bytes) {
    std::string text;
    for (const uint8_t byte : bytes) {
        std::array<char, 3> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", byte);
        text += digits.data();
    }
    return text;
}

std::string hex_of(const glbp::Message& message) {
    std::array<uint8_t, glbp::kMaxMessageSize> buffer{};
    return hex_of(std::span(buffer).first(glbp::encode(message, buffer)));
}

glbp::Message message_of(const std::string& hex) {
    std::vector<uint8_t> bytes;
    for (size_t at = 0; at < hex.size(); at += 2) {
        bytes.push_back(static_cast<uint8_t>(std::strtoul(hex.substr(at, 2).c_str(), nullptr, 16)));
    }
    glbp::Decoded decoded;
    REQUIRE(glbp::decode(bytes, decoded).ok());
    return decoded.message;
}

std::vector<Seen> golden_frames() {
    std::vector<Seen> frames;
    for (const packetlife::Frame& frame : packetlife::kFrames) {
        const auto payload = std::ranges::find_if(packetlife::kPayloads, [&](const auto& known) {
            return known.router == frame.router && known.kind == frame.kind &&
                   known.state == frame.state && known.number == frame.number;
        });
        const glbp::Opcode opcode = frame.kind == packetlife::request ? glbp::Opcode::request
                                    : frame.kind == packetlife::reply ? glbp::Opcode::reply
                                                                      : glbp::Opcode::hello;
        const unsigned source = opcode == glbp::Opcode::hello ? frame.number : 0;
        frames.push_back(
            {std::chrono::milliseconds(frame.at_ms), frame.router, source, opcode, payload->hex});
    }
    return frames;
}

// The router numbered is a group of ours, which the frames of the other two are fed to. What was
// said by unicast between R1 and R2 was not captured; it is filled in.
std::vector<Seen> play(unsigned router, const std::vector<Seen>& frames, CiscoLan& lan) {
    GroupOptions options = group_options();
    options.priority = router == packetlife::R1 ? 200 : 100;
    lan.add(router, options);
    for (const Seen& frame : frames) {
        const bool for_others =
            (frame.opcode == glbp::Opcode::request && router != packetlife::R1) ||
            frame.opcode == glbp::Opcode::reply;
        if (frame.router != router && !for_others) {
            lan.inject(kFirstFrame + frame.at, frame.router, message_of(frame.hex));
        }
    }
    if (router == packetlife::R1) {
        lan.inject(kFirstFrame + 22529ms, packetlife::R2, request_of(packetlife::R2));
    }
    size_t n_answered = 0;
    lan.after_each_step([&] {
        for (; n_answered < lan.sent().size(); ++n_answered) {
            if (lan.sent()[n_answered].send.message.opcode == glbp::Opcode::request) {
                lan.inject(lan.now() + kReplyAfter, packetlife::R1,
                           reply_of(packetlife::R1, router == packetlife::R3 ? 2 : 3));
            }
        }
    });
    lan.run_until(kFirstFrame + kStarts[router]);
    lan.connect(router);
    lan.run_until(kFirstFrame + kEnd);
    std::vector<Seen> seen;
    for (const CiscoLan::Sent& sent : lan.sent_by(router, kFirstFrame - 10ms)) {
        seen.push_back({sent.at - kFirstFrame, router, sent.send.from.value,
                        sent.send.message.opcode, hex_of(sent.send.message)});
    }
    return seen;
}

void compare(std::vector<Seen> ours, const std::vector<Seen>& frames, unsigned router) {
    std::vector<Seen> theirs;
    std::ranges::copy_if(frames, std::back_inserter(theirs), [&](const Seen& frame) {
        return frame.router == router && frame.at < kEnd;
    });
    for (size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
        INFO("frame " << i << " of R" << router << ": ours at "
                      << std::chrono::duration<double>(ours[i].at).count() << " s, theirs at "
                      << std::chrono::duration<double>(theirs[i].at).count() << " s");
        CHECK(ours[i].hex == theirs[i].hex);
        CHECK(ours[i].source == theirs[i].source);
        CHECK(std::chrono::abs(ours[i].at - theirs[i].at) < 1s);
    }
    CHECK(ours.size() + 1 >= theirs.size());
    CHECK(ours.size() <= theirs.size() + 1);
}

// Takes the frame out of the list that the capture could not see.
Seen take_unseen(std::vector<Seen>& frames, glbp::Opcode opcode, const std::string& hex) {
    const auto found = std::ranges::find_if(
        frames, [&](const Seen& frame) { return frame.opcode == opcode && frame.hex == hex; });
    REQUIRE(found != frames.end());
    const Seen taken = *found;
    frames.erase(found);
    return taken;
}

void compare_each_router(const std::vector<Seen>& frames) {
    SECTION("R1, which becomes AVG") {
        CiscoLan lan;
        std::vector<Seen> ours = play(packetlife::R1, frames, lan);
        const Seen reply =
            take_unseen(ours, glbp::Opcode::reply, hex_of(reply_of(packetlife::R1, 3)));
        CHECK(reply.at == 22529ms);
        compare(ours, frames, packetlife::R1);
    }
    SECTION("R2, which goes on listening and is given number 3") {
        CiscoLan lan;
        std::vector<Seen> ours = play(packetlife::R2, frames, lan);
        const Seen request =
            take_unseen(ours, glbp::Opcode::request, hex_of(request_of(packetlife::R2)));
        // It forwarded one hold later, at 32.598 s.
        CHECK(std::chrono::abs(request.at - 22550ms) < 100ms);
        compare(ours, frames, packetlife::R2);
    }
    SECTION("R3, which is given number 2 and stands by") {
        CiscoLan lan;
        compare(play(packetlife::R3, frames, lan), frames, packetlife::R3);
        REQUIRE(lan.sent_by(packetlife::R3).size() > 8);
        const auto sent = lan.sent_by(packetlife::R3);
        const auto request = std::ranges::find_if(sent, [](const CiscoLan::Sent& one) {
            return one.send.message.opcode == glbp::Opcode::request;
        });
        REQUIRE(request != sent.end());
        CHECK(request->send.to == address_of(packetlife::R1));
        CHECK(request->send.to_mac == mac_of(packetlife::R1));
    }
}

uint32_t little_endian(std::span<const uint8_t> bytes) {
    return uint32_t{bytes[0]} | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 |
           uint32_t{bytes[3]} << 24;
}

// A pcap file of this machine's byte order, with Ethernet, IPv4 without options, and UDP.
std::vector<Seen> frames_of_file(const char* path) {
    std::vector<uint8_t> bytes;
    if (std::FILE* file = std::fopen(path, "rb")) {
        std::array<uint8_t, 4096> block{};
        while (const size_t n_read = std::fread(block.data(), 1, block.size(), file)) {
            bytes.insert(bytes.end(), block.begin(),
                         block.begin() + static_cast<ptrdiff_t>(n_read));
        }
        std::fclose(file);
    }
    std::vector<Seen> frames;
    if (bytes.size() < 24 || little_endian(bytes) != 0xA1B2C3D4) {
        return frames;
    }
    Duration first{};
    for (std::span<const uint8_t> rest = std::span(bytes).subspan(24); rest.size() > 16;) {
        const size_t size = little_endian(rest.subspan(8));
        const Duration at = std::chrono::seconds(little_endian(rest)) +
                            std::chrono::microseconds(little_endian(rest.subspan(4)));
        const std::span<const uint8_t> frame = rest.subspan(16, size);
        rest = rest.subspan(16 + size);
        first = frames.empty() ? at : first;
        const bool from_vmac = frame[6] == 0x00 && frame[7] == 0x07 && frame[8] == 0xB4;
        const size_t payload_size = size_t{frame[38]} * 256 + frame[39] - 8;
        frames.push_back({at - first, frame[29] / 10u, from_vmac ? frame[11] : 0u,
                          glbp::Opcode{frame[43]}, hex_of(frame.subspan(42, payload_size))});
    }
    return frames;
}

}  // namespace

TEST_CASE("a member in cisco mode says what the router of the capture said in its place") {
    compare_each_router(golden_frames());
}

TEST_CASE("a member in cisco mode fed with the capture's own frames says what its router said") {
    const char* path = std::getenv("EVENGATE_GLBP_CAPTURE");
    const std::vector<Seen> frames = frames_of_file(path == nullptr ? "" : path);
    if (frames.empty()) {
        WARN("no capture at EVENGATE_GLBP_CAPTURE: the golden frames alone are compared");
        return;
    }
    REQUIRE(frames.size() == 80);
    compare_each_router(frames);
}

TEST_CASE("each golden payload is what its frame says, and comes again when it is written") {
    for (const packetlife::Payload& payload : packetlife::kPayloads) {
        const glbp::Message message = message_of(payload.hex);
        CHECK(hex_of(message) == payload.hex);
        CHECK(message.owner == mac_of(payload.router));
    }
}

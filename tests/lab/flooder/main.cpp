// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: sends the frames of a file in turn, at a fixed rate, from one interface of its namespace.
// Thread: one. Used by: the lab tests.
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "frame_file.hpp"
#include "monotonic_clock.hpp"
#include "pacing.hpp"

namespace {

using evengate::Duration;
using evengate::Error;
using evengate::Result;
using evengate::TimePoint;
using evengate::prober::now;
using Frames = std::vector<std::span<const uint8_t>>;

constexpr size_t kBurst = 64;
constexpr auto kStep = std::chrono::milliseconds(1);
// Of a step that came late: ten times its share.
constexpr uint64_t kMaxStepsAtOnce = 10;

struct Options {
    std::string interface;
    std::string path;
    uint64_t per_second = 100'000;
    double seconds = 5;
};

struct Totals {
    uint64_t sent = 0;
    uint64_t refused = 0;  // by the kernel: no buffer
    uint64_t skipped = 0;  // the machine was too slow for the rate
};

// A raw socket that sends past the queueing discipline. Returns the descriptor, which lives as long
// as the process.
Result<int> open_raw(const std::string& interface) {
    const int raw = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (raw < 0) {
        return Error{fmt::format("socket: {}", std::strerror(errno))};
    }
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
    const int bypass = 1;
    if (address.sll_ifindex == 0 ||
        setsockopt(raw, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof bypass) != 0 ||
        bind(raw, static_cast<const sockaddr*>(static_cast<const void*>(&address)),
             sizeof address) != 0) {
        return Error{fmt::format("interface '{}': {}", interface, std::strerror(errno))};
    }
    return raw;
}

class Flood {
 public:
    Flood(int raw, const Frames& frames) : raw_(raw), frames_(frames) {}

    // Sends the next n frames, in turn.
    void send(uint64_t n) {
        while (n > 0) {
            const size_t n_now = std::min<uint64_t>(n, kBurst);
            for (size_t i = 0; i < n_now; ++i) {
                const auto frame = frames_[next_];
                next_ = (next_ + 1) % frames_.size();
                vectors_[i] = {.iov_base = const_cast<uint8_t*>(frame.data()),
                               .iov_len = frame.size()};
                messages_[i].msg_hdr.msg_iov = &vectors_[i];
                messages_[i].msg_hdr.msg_iovlen = 1;
            }
            const int done = sendmmsg(raw_, messages_.data(), static_cast<unsigned>(n_now), 0);
            const uint64_t n_sent = done > 0 ? static_cast<uint64_t>(done) : 0;
            totals_.sent += n_sent;
            totals_.refused += n_now - n_sent;
            n -= n_now;
        }
    }

    void skip(uint64_t n) { totals_.skipped += n; }

    [[nodiscard]] const Totals& totals() const { return totals_; }
    [[nodiscard]] uint64_t accounted() const {
        return totals_.sent + totals_.refused + totals_.skipped;
    }

 private:
    int raw_;
    const Frames& frames_;
    size_t next_ = 0;
    std::array<iovec, kBurst> vectors_{};
    std::array<mmsghdr, kBurst> messages_{};
    Totals totals_;
};

Result<Totals> flood(const Options& options) {
    std::ifstream file(options.path, std::ios::binary);
    const std::vector<char> text((std::istreambuf_iterator<char>(file)), {});
    std::vector<uint8_t> bytes(text.size());
    std::copy(text.begin(), text.end(), bytes.begin());
    const auto frames = evengate::flooder::parse_frames(bytes);
    if (!frames) {
        return Error{fmt::format("'{}': {}", options.path, frames.error().message)};
    }
    const Result<int> raw = open_raw(options.interface);
    if (!raw) {
        return raw.error();
    }
    Flood flood(*raw, *frames);
    const TimePoint start = now();
    const auto length =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds));
    const uint64_t most = kMaxStepsAtOnce * std::max<uint64_t>(1, evengate::flooder::frames_due(
                                                                      options.per_second, kStep));
    for (TimePoint deadline = start + kStep; deadline <= start + length; deadline += kStep) {
        evengate::prober::sleep_until(deadline);
        const uint64_t due =
            evengate::flooder::frames_due(options.per_second, std::min(now() - start, length));
        flood.send(evengate::flooder::frames_to_send(due, flood.accounted(), most));
        flood.skip(due > flood.accounted() ? due - flood.accounted() : 0);
    }
    return flood.totals();
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app(
        "Sends the frames of a file in turn at a fixed rate, and prints what it did as JSON");
    app.add_option("--interface", options.interface)->required();
    app.add_option("--frames", options.path, "2 bytes of length, then the frame; repeated")
        ->required();
    app.add_option("--per-second", options.per_second)->check(CLI::Range(1, 10'000'000));
    app.add_option("--seconds", options.seconds)->check(CLI::Range(0.001, 600.0));
    CLI11_PARSE(app, argc, argv);

    const Result<Totals> totals = flood(options);
    if (!totals) {
        fmt::print(stderr, "evengate-flooder: {}\n", totals.error().message);
        return 1;
    }
    fmt::print("{{\"sent\": {}, \"refused\": {}, \"skipped\": {}}}\n", totals->sent,
               totals->refused, totals->skipped);
    return 0;
}

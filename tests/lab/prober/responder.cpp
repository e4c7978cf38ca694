// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "responder.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "netns_socket.hpp"
#include "wire.hpp"

namespace evengate::prober {
namespace {

void answer_waiting(int udp) {
    std::array<uint8_t, 2048> bytes;
    for (;;) {
        sockaddr sender{};
        socklen_t sender_size = sizeof sender;
        const ssize_t size = recvfrom(udp, bytes.data(), bytes.size(), 0, &sender, &sender_size);
        if (size < 0) {
            return;
        }
        const auto received = std::span(bytes).first(static_cast<size_t>(size));
        if (decode_probe(received)) {
            // An answer that cannot be sent is a probe that the prober counts as lost.
            [[maybe_unused]] const ssize_t sent =
                sendto(udp, received.data(), received.size(), 0, &sender, sender_size);
        }
    }
}

}  // namespace

Result<void> respond_forever(std::span<const ResponderPlace> places) {
    std::vector<Descriptor> sockets;
    std::vector<pollfd> polled;
    for (const ResponderPlace& place : places) {
        Result<Descriptor> udp = open_udp_socket(place.netns_path, place.listen);
        if (!udp) {
            return udp.error();
        }
        sockets.push_back(std::move(udp.value()));
        polled.push_back({.fd = sockets.back().get(), .events = POLLIN, .revents = 0});
    }
    try_become_realtime();
    for (;;) {
        if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
            return Error{fmt::format("poll: {}", std::strerror(errno))};
        }
        for (const pollfd& ready : polled) {
            if (ready.revents != 0) {
                answer_waiting(ready.fd);
            }
        }
    }
}

}  // namespace evengate::prober

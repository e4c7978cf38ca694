// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "metrics/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"
#include "metrics/to_metrics.hpp"

namespace evengate::metrics {
namespace {

struct SocketAddress {
    IpAddress address;
    uint16_t port = 0;
};

class ReportCollectable : public prometheus::Collectable {
 public:
    ReportCollectable(admin::Mailbox& mailbox, std::chrono::milliseconds patience)
        : mailbox_(mailbox), patience_(patience) {}

    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
        const admin::Reply reply = mailbox_.ask({admin::Verb::report}, patience_);
        return reply.report ? to_metrics(*reply.report) : metrics_of_silence();
    }

 private:
    admin::Mailbox& mailbox_;
    std::chrono::milliseconds patience_;
};

std::optional<SocketAddress> parse_listen(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const std::string_view port_text = text.substr(colon + 1);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const std::optional<IpAddress> address = IpAddress::parse(host);
    uint16_t port = 0;
    const char* const end = port_text.data() + port_text.size();
    const auto [parsed_to, failure] = std::from_chars(port_text.data(), end, port);
    if (!address || address->is_v4() == bracketed || failure != std::errc{} || parsed_to != end) {
        return std::nullopt;
    }
    return SocketAddress{*address, port};
}

int bind_and_listen(int socket_fd, const SocketAddress& where) {
    if (where.address.is_v4()) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(where.port);
        address.sin_addr.s_addr = htonl(where.address.to_v4());
        return bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
                   ? -1
                   : listen(socket_fd, 1);
    }
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(where.port);
    std::memcpy(&address.sin6_addr, where.address.bytes().data(), IpAddress::kIpv6Size);
    return bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
               ? -1
               : listen(socket_fd, 1);
}

// Why an address cannot be listened on: the HTTP server keeps errno to itself, so we try once more.
// Returns 0 when it works now.
int probe_listen(const SocketAddress& where) {
    const int socket_fd =
        socket(where.address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0) {
        return errno;
    }
    const int reuse = 1;
    setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    const int error = bind_and_listen(socket_fd, where) == 0 ? 0 : errno;
    close(socket_fd);
    return error;
}

Error explain(const std::string& listen, const SocketAddress& where, const char* server_message) {
    switch (const int error = probe_listen(where)) {
        case 0:
            return {fmt::format("metrics: cannot listen on {}: {}", listen, server_message)};
        case EADDRINUSE:
            return {
                fmt::format("metrics: {} is in use; \"ss -ltnp 'sport = :{}'\" shows by whom, "
                            "or choose another port",
                            listen, where.port)};
        case EADDRNOTAVAIL:
            return {
                fmt::format("metrics: {} is not an address of this machine; \"ip address\" "
                            "shows those that are, 0.0.0.0 means all",
                            listen)};
        case EACCES:
            return {
                fmt::format("metrics: no right to listen on {}; choose a port from 1024 up, "
                            "or run as root",
                            listen)};
        default:
            return {fmt::format("metrics: cannot listen on {}: {}", listen, std::strerror(error))};
    }
}

}  // namespace

Endpoint::Endpoint() = default;
Endpoint::~Endpoint() = default;

Result<std::unique_ptr<Endpoint>> Endpoint::open(const std::string& listen, admin::Mailbox& mailbox,
                                                 std::chrono::milliseconds patience) {
    const std::optional<SocketAddress> where = parse_listen(listen);
    if (!where) {
        return Error{
            fmt::format("metrics: \"{}\" is not ADDRESS:PORT; write for example "
                        "127.0.0.1:9475 or [::1]:9475",
                        listen)};
    }
    std::unique_ptr<Endpoint> endpoint(new Endpoint);
    try {
        endpoint->collectable_ = std::make_shared<ReportCollectable>(mailbox, patience);
        endpoint->exposer_ = std::make_unique<prometheus::Exposer>(listen);
        endpoint->exposer_->RegisterCollectable(endpoint->collectable_);
        const std::vector<int> ports = endpoint->exposer_->GetListeningPorts();
        endpoint->port_ = ports.empty() ? where->port : static_cast<uint16_t>(ports.front());
    } catch (const std::exception& failure) {
        endpoint.reset();
        return explain(listen, *where, failure.what());
    }
    return endpoint;
}

}  // namespace evengate::metrics

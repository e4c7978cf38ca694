// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the part of a report that is about services, as JSON.
#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"

namespace evengate::admin {
namespace {

constexpr double kMillion = 1e6;

Json texts(const std::vector<IpAddress>& addresses) {
    Json json = Json::array();
    for (const IpAddress& address : addresses) {
        json.push_back(address.to_string());
    }
    return json;
}

}  // namespace

void to_json(Json& json, const TargetReport& target) {
    json = {{"name", target.name},
            {"address", target.address.to_string()},
            {"port", target.port},
            {"member", target.member},
            {"state", target.state},
            {"verdict", target.verdict},
            {"reason", target.reason},
            {"n_up", target.n_up},
            {"n_down", target.n_down},
            {"weight", target.weight},
            {"weight_now", target.weight_now},
            {"share_wanted", target.share_wanted / kMillion},
            {"share_of_packets", target.share_of_packets / kMillion},
            {"share_of_connections", target.share_of_connections / kMillion},
            {"packets", target.packets},
            {"bytes", target.bytes},
            {"connections_opened", target.connections_opened},
            {"connections", target.connections},
            {"connections_elsewhere", target.connections_elsewhere},
            {"probes", target.probes},
            {"probes_failed", target.probes_failed}};
}

void to_json(Json& json, const ServiceReport& service) {
    json = {{"name", service.name},   {"addresses", texts(service.addresses)},
            {"protocol", service.protocol}, {"ports", service.ports},
            {"mode", service.mode},   {"criterion", service.criterion},
            {"targets", service.targets}};
}

void to_json(Json& json, const DispatcherGatewayReport& gateway) {
    json = {{"name", gateway.name},           {"address", gateway.address.to_string()},
            {"state", gateway.state},         {"n_buckets", gateway.n_buckets},
            {"packets", gateway.packets},     {"share", gateway.share / kMillion}};
}

void to_json(Json& json, const DispatcherReport& dispatcher) {
    json = {{"name", dispatcher.name},
            {"by", dispatcher.by},
            {"n_buckets", dispatcher.n_buckets},
            {"n_moves", dispatcher.n_moves},
            {"imbalance", dispatcher.imbalance / kMillion},
            {"reason", dispatcher.reason},
            {"gateways", dispatcher.gateways},
            {"keeps_rest", dispatcher.keeps_rest}};
}

void to_json(Json& json, const SprayTargetReport& target) {
    json = {{"address", target.address.to_string()}, {"state", target.state}, {"packets", target.packets}};
}

void to_json(Json& json, const SprayReport& spray) {
    json = {{"name", spray.name},
            {"addresses", texts(spray.addresses)},
            {"per", spray.per},
            {"targets", spray.targets}};
}

void to_json(Json& json, const RerouteReport& reroute) {
    json = {{"services", reroute.services},
            {"dispatchers", reroute.dispatchers},
            {"sprays", reroute.sprays},
            {"epoch", reroute.epoch},
            {"digest", std::to_string(reroute.digest)},
            {"n_disagreeing", reroute.n_disagreeing},
            {"publications", reroute.publications},
            {"n_connections", reroute.n_connections},
            {"n_half_open", reroute.n_half_open},
            {"n_sources", reroute.n_sources},
            {"source_room", reroute.source_room},
            {"connection_room", reroute.connection_room},
            {"events", reroute.events}};
}

void to_json(Json& json, const ConnectionReport& connection) {
    json = {{"client", connection.client.to_string()},
            {"client_port", connection.client_port},
            {"published", connection.published.to_string()},
            {"published_port", connection.published_port},
            {"protocol", connection.protocol},
            {"service", connection.service},
            {"target", connection.target},
            {"state", connection.state},
            {"idle", std::chrono::duration<double>(connection.idle).count()}};
}

}  // namespace evengate::admin

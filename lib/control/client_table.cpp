// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/client_table.hpp"

#include <algorithm>

namespace evengate::control {
namespace {

constexpr uint64_t key_of(size_t group_index, const MacAddress& host) {
    return static_cast<uint64_t>(group_index) << 48 | host.to_u64();
}

}  // namespace

ClientTable::ClientTable(size_t n_clients, size_t n_groups, Duration max_age, uint64_t seed)
    : max_age_(max_age),
      seed_(seed),
      clients_(std::max<size_t>(n_clients, 1)),
      index_(clients_.size()),
      order_(clients_.size(), kListCount),
      n_hosts_(n_groups) {
    for (uint32_t place = 0; place < clients_.size(); ++place) {
        order_.push_back(kFree, place);
    }
}

uint32_t ClientTable::find_place(uint64_t key) const {
    return index_.find(seeded_hash(key, seed_),
                       [&](uint32_t place) { return clients_[place].key == key; });
}

std::optional<VmacNumber> ClientTable::find(size_t group_index, const MacAddress& host,
                                            TimePoint now) const {
    const std::optional<Host> found = find_host(group_index, host, now);
    return found ? std::optional(found->vmac) : std::nullopt;
}

std::optional<ClientTable::Host> ClientTable::find_host(size_t group_index, const MacAddress& host,
                                                        TimePoint now) const {
    const uint32_t place = find_place(key_of(group_index, host));
    if (place == kNoIndex || now - clients_[place].heard_at > max_age_) {
        return std::nullopt;
    }
    return to_host(clients_[place]);
}

ClientTable::News ClientTable::remember(size_t group_index, const MacAddress& host,
                                        const IpAddress& address, VmacNumber vmac,
                                        TimePoint now) {
    const uint64_t key = key_of(group_index, host);
    uint32_t place = find_place(key);
    Client client{.key = key,
                  .heard_at = now,
                  .told_at = now,
                  .address = address,
                  .group_index = static_cast<uint16_t>(group_index),
                  .vmac = vmac};
    News news = News::worth_telling;
    if (place == kNoIndex) {
        if (order_.size(kFree) == 0) {
            forget(order_.front(kUsed));
        }
        place = order_.front(kFree);
        order_.remove(kFree, place);
        index_.insert(seeded_hash(key, seed_), place);
    } else {
        const Client& before = clients_[place];
        order_.remove(kUsed, place);
        --n_hosts_[before.group_index][before.vmac.value];
        if (before.vmac == vmac && now - before.told_at < max_age_ / 4) {
            news = News::none;
            client.told_at = before.told_at;
        }
        if (address == IpAddress{}) {
            client.address = before.address;
        }
    }
    clients_[place] = client;
    order_.push_back(kUsed, place);
    ++n_hosts_[group_index][vmac.value];
    return news;
}

void ClientTable::change(size_t group_index, const MacAddress& host, VmacNumber vmac) {
    const uint32_t place = find_place(key_of(group_index, host));
    if (place != kNoIndex) {
        --n_hosts_[group_index][clients_[place].vmac.value];
        ++n_hosts_[group_index][vmac.value];
        clients_[place].vmac = vmac;
    }
}

void ClientTable::forget(uint32_t place) {
    const Client& client = clients_[place];
    --n_hosts_[client.group_index][client.vmac.value];
    index_.erase(seeded_hash(client.key, seed_), place);
    order_.remove(kUsed, place);
    order_.push_back(kFree, place);
}

void ClientTable::expire(TimePoint now) {
    for (uint32_t oldest = order_.front(kUsed);
         oldest != kNoIndex && now - clients_[oldest].heard_at > max_age_;
         oldest = order_.front(kUsed)) {
        forget(oldest);
    }
}

}  // namespace evengate::control

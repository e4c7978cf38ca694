// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "table/service_publisher.hpp"

#include <utility>

namespace evengate::table {

ServicePublisher::ServicePublisher(Rcu& rcu)
    : rcu_(rcu), owned_(std::make_unique<reroute::ServiceSet>()), current_(owned_.get()) {}

ServicePublisher::~ServicePublisher() = default;

void ServicePublisher::publish(std::unique_ptr<reroute::ServiceSet> next) {
    next->seal();
    next->number = ++number_;
    const reroute::ServiceSet* const now_in_force = next.get();
    std::unique_ptr<const reroute::ServiceSet> replaced = std::exchange(owned_, std::move(next));
    // Pairs with the acquire load in current().
    current_.store(now_in_force, std::memory_order_release);
    old_.push_back({std::move(replaced), rcu_.start_grace_period()});
    std::erase_if(old_, [this](const Old& old) { return rcu_.is_over(old.free_after); });
    if (old_.size() > kMostOld) {
        rcu_.wait_until_over(old_.back().free_after);
        old_.clear();
    }
}

}  // namespace evengate::table

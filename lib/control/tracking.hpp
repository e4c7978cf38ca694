// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the weight of this member in each group: what is tracked takes from it while it fails, with
// a lower and an upper threshold. Thread: control. Used by: control.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "control/event_log.hpp"
#include "control/group_speakers.hpp"
#include "control/interface_set.hpp"
#include "control/neighbours.hpp"
#include "control/outside.hpp"
#include "control/routes.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

// From what is lost to the weight that counts: nothing below the lower threshold, and after that
// nothing again until the upper one is reached.
class WeightThresholds {
 public:
    explicit WeightThresholds(const settings::Weight& weight)
        : weight_(weight), upper_(weight.upper == 0 ? weight.maximum : weight.upper) {}

    // Units: the sum of the decrements of what fails now.
    uint8_t weigh(unsigned lost);

 private:
    settings::Weight weight_;
    uint8_t upper_;
    enum class Side : uint8_t { above, fallen } side_ = Side::above;
};

class Tracking {
 public:
    static constexpr Duration kInterval = std::chrono::milliseconds(200);
    // A tracked neighbour is asked when it was not confirmed for so long.
    static constexpr Duration kLongestSilence = std::chrono::seconds(1);

    struct Parts {
        const InterfaceSet& interfaces;
        const VmacOwnership& ownership;
        const Routes& routes;
        Neighbours& neighbours;
        GroupSpeakers& speakers;
        EventLog& events;
        const Appliance& appliance;
    };
    // Fails: something tracked is not there: no such interface, route, or network of the next hop.
    static Result<Tracking> make(const settings::Settings& settings, const Parts& parts);

    // Looks at everything at once: after the links and next hops of start-up, and after a link
    // changed.
    void look(TimePoint now);

    // kNever when nothing is tracked.
    [[nodiscard]] TimePoint next_deadline() const { return next_; }
    void on_timers(TimePoint now) {
        if (now >= next_) {
            look(now);
        }
    }

    // What counts now, by group index.
    [[nodiscard]] uint8_t weight(size_t group_index) const {
        return groups_[group_index].last_weight;
    }

 private:
    struct Tracked {
        enum class Kind : uint8_t { link, next_hop, route, file } kind = Kind::link;
        InterfaceId interface = kNoInterface;  // of a link, a next hop, a route
        NeighbourKey next_hop;                 // of those and of a route
        std::string file;
        std::string name;  // for events
        uint8_t decrement = 0;
        enum class State : uint8_t { good, failed } state = State::good;
    };
    struct Tracker {
        WeightThresholds thresholds;
        std::vector<Tracked> tracked;
        uint8_t last_weight = 0;
    };

    explicit Tracking(const Parts& parts) : parts_(parts) {}
    static Result<Tracked> make_tracked(const settings::Track& track, const Parts& parts);
    [[nodiscard]] bool is_good(const Tracked& tracked, TimePoint now) const;

    Parts parts_;
    std::vector<Tracker> groups_;  // by group index
    TimePoint next_ = kNever;
};

}  // namespace evengate::control

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <array>
#include <utility>

#include "settings/check.hpp"
#include "settings/check_parts.hpp"
#include "settings/schema.hpp"

namespace evengate::settings {
namespace {

// From the first announcement of a hand-over to the last: until then switches may not know where
// the vMAC is (balancing rule B10).
constexpr Milliseconds kAnnouncement{550};

std::string milliseconds(Milliseconds duration) {
    return std::to_string(duration.count()) + "ms";
}

class BalanceCheck {
 public:
    BalanceCheck(const Settings& settings, Findings& findings)
        : settings_(settings), findings_(findings) {}

    void check(size_t i) {
        const Group& group = settings_.groups[i];
        if (group.mode != GroupMode::native) {
            check_untouched(i, group.mode);
            return;
        }
        check_dwell(i, group);
        check_shares(i, group.balance);
        check_steering(i, group);
    }

 private:
    static std::string path(size_t i, std::string_view key) {
        return path_of("groups", i, "balance." + std::string{key});
    }

    // Only native members tell each other what they carry. A key that does nothing would look as if
    // it did.
    void check_untouched(size_t i, GroupMode mode) {
        const std::string why = std::string{", as mode is "} +
                                (mode == GroupMode::cisco ? "cisco" : "listen") +
                                ", in which nothing is balanced";
        const std::string mode_path = path_of("groups", i, "mode");
        for (const Row* const row : keys_of("groups[].balance")) {
            const std::array place{i};
            const std::string key{name_of(*row)};
            if (row->form == Form::list) {
                if (row->n_items(settings_, place) != 0) {
                    findings_.push_back({path(i, key), "a list", "none" + why,
                                         {mode_path}});
                }
            } else if (const std::string text = row->print(row->type, settings_, place).front();
                       text != default_of(*row)) {
                findings_.push_back({path(i, key), quoted(text), default_of(*row) + why, {mode_path}});
            }
        }
    }

    void check_dwell(size_t i, const Group& group) {
        const Milliseconds least = group.linger + kAnnouncement;
        if (group.balance.dwell < least) {
            findings_.push_back({path(i, "dwell"),
                                 quoted(milliseconds(group.balance.dwell)),
                                 "at least " + milliseconds(least) +
                                     ", as a move is over only after linger and 550ms of "
                                     "announcements",
                                 {path_of("groups", i, "linger")}});
        }
    }

    void check_steering(size_t i, const Group& group) {
        const auto refuse = [&](const std::string& why, const std::string& read) {
            findings_.push_back({path(i, "steer-hosts"),
                                 quoted(std::to_string(group.balance.steer_hosts)), "off, as " + why, {read}});
        };
        if (group.balance.steer_hosts == 0) {
            return;
        }
        if (group.policy == VmacPolicy::host_hash) {
            refuse("policy host-hash gives each host its virtual MAC", path_of("groups", i, "policy"));
        }
        if (group.balance.target == BalanceTarget::shares) {
            refuse("target is shares", path(i, "target"));
        }
        if (group.balance.algorithm == BalanceAlgorithm::off) {
            refuse("algorithm is off, so that loads are not known", path(i, "algorithm"));
        }
    }

    void check_shares(size_t i, const Balance& balance) {
        const bool is_target = balance.target == BalanceTarget::shares;
        if (is_target && balance.shares.empty()) {
            findings_.push_back({path(i, "target"), quoted("shares"),
                                 "capacity or equal, as no shares are given",
                                 {path(i, "shares")}});
        } else if (!is_target && !balance.shares.empty()) {
            findings_.push_back({path(i, "target"),
                                 balance.target == BalanceTarget::equal ? quoted("equal")
                                                                        : quoted("capacity"),
                                 "shares, as shares are given, or no shares",
                                 {path(i, "shares")}});
        }
        std::map<std::string_view, std::string> earlier;
        for (size_t j = 0; j < balance.shares.size(); ++j) {
            const std::string member_path = path(i, path_of("shares", j, "member"));
            const std::string& member = balance.shares[j].member;
            const auto [first, is_new] = earlier.try_emplace(member, member_path);
            if (!is_new) {
                findings_.push_back({member_path,
                                     quoted(member) + ", which is also " + first->second,
                                     "each member once",
                                     {first->second}});
            }
        }
    }

    const Settings& settings_;
    Findings& findings_;
};

}  // namespace

void check_balance(const Settings& settings, Findings& findings) {
    BalanceCheck balance{settings, findings};
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        balance.check(i);
    }
}

std::string warning(const Group& group) {
    const bool learns = group.balance.alpha != 0u;
    return learns ? ""
                  : "group " + std::to_string(group.id.value) +
                        ": with alpha 0 loads stay as they were measured first";
}

std::vector<std::string> warnings(const Settings& settings) {
    std::vector<std::string> found;
    for (const Group& group : settings.groups) {
        if (std::string text = warning(group); !text.empty()) {
            found.push_back(std::move(text));
        }
    }
    warn_of_services(settings, found);
    return found;
}

}  // namespace evengate::settings

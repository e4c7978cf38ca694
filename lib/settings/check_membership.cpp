// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>

#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

// Cisco's routers: docs/protocol.md, "cisco mode".
constexpr uint64_t kCiscoPrefix = 0x0007'B400'0000;
constexpr uint16_t kCiscoMaxVmacs = 4;
constexpr Milliseconds kCiscoMinHello{50};
constexpr Milliseconds kCiscoTimeoutBeyondRedirect{600'000};

std::string milliseconds(Milliseconds duration) {
    return std::to_string(duration.count()) + "ms";
}
std::string seconds(Milliseconds duration) {
    return std::to_string(duration.count() / 1000) + "s";
}

// What members of a group must be told rightly to find together.
class MembershipCheck {
 public:
    MembershipCheck(const Settings& settings, Findings& findings)
        : settings_(settings), findings_(findings), vips_(virtual_addresses_of(settings)) {
        for (const Interface& interface : settings.interfaces) {
            interfaces_.try_emplace(interface.name, &interface);
        }
    }

    void check(size_t i) {
        const Group& group = settings_.groups[i];
        check_hold(i, group);
        check_answerer(i, group);
        check_keys(i, group);
        check_segment(i, group);
        check_peers(i, group);
        if (group.mode == GroupMode::cisco) {
            check_cisco(i, group);
        } else if (group.mode == GroupMode::native) {
            check_native(i, group);
        }
    }

 private:
    void report(size_t i, std::string_view key, std::string found, std::string expected,
                std::vector<std::string_view> other_keys) {
        Finding finding{path_of("groups", i, key), std::move(found), std::move(expected), {}};
        for (const std::string_view other : other_keys) {
            finding.reads.push_back(path_of("groups", i, other));
        }
        findings_.push_back(std::move(finding));
    }

    // One late hello must not be a death.
    void check_hold(size_t i, const Group& group) {
        if (group.hold < 2 * group.hello) {
            report(
                i, "hold", quoted(milliseconds(group.hold)),
                "at least twice hello, " + milliseconds(2 * group.hello) + "; three times is sound",
                {"hello"});
        }
    }

    void check_answerer(size_t i, const Group& group) {
        if (group.answerer != Answerer::any) {
            return;
        }
        if (group.mode == GroupMode::cisco) {
            report(i, "answerer", quoted("any"), "avg, as mode is cisco", {"mode"});
        } else if (group.policy != VmacPolicy::host_hash) {
            report(i, "answerer", quoted("any"),
                   "avg, or policy host-hash, by which all say the same", {"policy"});
        }
    }

    // A file that no method uses would look like protection.
    void check_keys(size_t i, const Group& group) {
        const Authentication& authentication = group.authentication;
        const bool has_method = authentication.method != AuthMethod::none;
        if (has_method && authentication.key_file.empty()) {
            report(i, "authentication.keys", "no key file", "one, as the method needs keys",
                   {"authentication.method"});
        } else if (!has_method && !authentication.key_file.empty()) {
            report(i, "authentication.method", quoted("none"),
                   "a method that uses the keys, or no key file", {"authentication.keys"});
        }
    }

    void check_segment(size_t i, const Group& group) {
        const auto [earlier, is_new] = segments_.try_emplace(group.interface, i);
        const Group& other = settings_.groups[earlier->second];
        if (!is_new && other.segment != group.segment) {
            findings_.push_back({path_of("groups", i, "segment"),
                                 quoted(std::to_string(group.segment)),
                                 std::to_string(other.segment) + " as in " +
                                     path_of("groups", earlier->second, "segment") +
                                     ", of the same interface",
                                 {path_of("groups", i, "interface"),
                                  path_of("groups", earlier->second, "interface"),
                                  path_of("groups", earlier->second, "segment")}});
        }
    }

    void check_peers(size_t i, const Group& group) {
        const auto found = interfaces_.find(group.interface);
        const Interface* const interface = found == interfaces_.end() ? nullptr : found->second;
        std::set<IpAddress> earlier;
        for (size_t j = 0; j < group.peers.size(); ++j) {
            const IpAddress& peer = group.peers[j];
            const std::string key = "peers[" + std::to_string(j) + "]";
            check_peer(i, key, peer, interface);
            if (!earlier.insert(peer).second) {
                report(i, key, quoted(peer.to_string()) + " again", "each peer once", {});
            }
        }
    }

    // The first rule that a peer breaks is the one worth telling.
    void check_peer(size_t i, const std::string& key, const IpAddress& peer,
                    const Interface* interface) {
        const std::string path = path_of("groups", i, key);
        const std::string text = quoted(peer.to_string());
        const auto is_peer = [&](const IpPrefix& own) { return own.address == peer; };
        if (!peer.is_v4()) {
            findings_.push_back({path, text, "an IPv4 address", {}});
        } else if (vips_.contains(peer)) {
            findings_.push_back({path,
                                 text + ", a virtual address",
                                 "another member's own address",
                                 {"groups[].virtual-addresses"}});
        } else if (interface == nullptr) {
            return;
        } else if (std::any_of(interface->addresses.begin(), interface->addresses.end(), is_peer)) {
            findings_.push_back({path,
                                 text + ", an address of this appliance",
                                 "another member's own address",
                                 {"interfaces[].addresses", path_of("groups", i, "interface")}});
        } else if (!is_on(*interface, peer)) {
            findings_.push_back(
                {path,
                 text,
                 "a host's address on a prefix of interface " + quoted(interface->name),
                 {path_of("groups", i, "interface"), "interfaces[].name",
                  "interfaces[].addresses"}});
        }
    }

    void check_cisco(size_t i, const Group& group) {
        if (group.vmac_prefix.to_u64() != kCiscoPrefix) {
            report(i, "vmac-prefix", quoted(group.vmac_prefix.to_string().substr(0, 8)),
                   "00:07:b4, as mode is cisco", {"mode"});
        }
        if (group.n_vmacs > kCiscoMaxVmacs) {
            report(i, "vmacs", quoted(std::to_string(group.n_vmacs)),
                   "at most " + std::to_string(kCiscoMaxVmacs) + ", as mode is cisco", {"mode"});
        }
        if (group.hello < kCiscoMinHello) {
            report(i, "hello", quoted(milliseconds(group.hello)),
                   "at least " + milliseconds(kCiscoMinHello) + ", as mode is cisco", {"mode"});
        }
        if (group.authentication.method == AuthMethod::hmac_sha256) {
            report(i, "authentication.method", quoted("hmac-sha256"),
                   "none, plain or md5, as mode is cisco", {"mode"});
        }
        if (group.timeout < group.redirect + kCiscoTimeoutBeyondRedirect) {
            report(i, "timeout", quoted(seconds(group.timeout)),
                   "at least redirect and 600s, " +
                       seconds(group.redirect + kCiscoTimeoutBeyondRedirect),
                   {"redirect"});
        }
    }

    void check_native(size_t i, const Group& group) {
        const AuthMethod method = group.authentication.method;
        if (method == AuthMethod::plain || method == AuthMethod::md5) {
            report(i, "authentication.method",
                   quoted(method == AuthMethod::plain ? "plain" : "md5"),
                   "none or hmac-sha256, as mode is native", {"mode"});
        }
    }

    const Settings& settings_;
    Findings& findings_;
    const std::set<IpAddress> vips_;
    std::map<std::string_view, const Interface*> interfaces_;
    std::map<std::string_view, size_t> segments_;  // interface -> first group
};

}  // namespace

void check_membership(const Settings& settings, Findings& findings) {
    MembershipCheck membership{settings, findings};
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        membership.check(i);
    }
    if (settings.timers.drain_limit < settings.timers.drain_quiet) {
        findings.push_back({"timers.drain-limit",
                            quoted(milliseconds(settings.timers.drain_limit)),
                            "at least drain-quiet, " + milliseconds(settings.timers.drain_quiet),
                            {"timers.drain-quiet"}});
    }
}

}  // namespace evengate::settings

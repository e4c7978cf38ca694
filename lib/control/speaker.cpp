// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/speaker.hpp"

#include "control/balance_settings.hpp"
#include "control/capacity.hpp"
#include "control/index_list.hpp"

namespace evengate::control {
namespace {

group::Mode to_mode(settings::GroupMode mode) {
    switch (mode) {
        case settings::GroupMode::cisco:
            return group::Mode::cisco;
        case settings::GroupMode::listen:
            return group::Mode::listen;
        case settings::GroupMode::native:
            break;
    }
    return group::Mode::native;
}

glbp::Parameters to_parameters(const settings::Group& group) {
    glbp::Parameters parameters;
    parameters.n_vmacs = static_cast<uint8_t>(group.n_vmacs);
    std::copy_n(group.vmac_prefix.bytes.begin(), parameters.vmac_prefix.size(),
                parameters.vmac_prefix.begin());
    for (const IpAddress& address : group.virtual_addresses) {
        // Those that do not fit are served all the same, and not compared.
        static_cast<void>(parameters.virtual_addresses.try_push_back(address));
    }
    return parameters;
}

group::GroupOptions to_options(const settings::Group& group) {
    group::GroupOptions options;
    options.id = group.id;
    options.mode = to_mode(group.mode);
    options.priority = group.priority;
    options.preempt = group.preempt ? group::Preempt::when_better : group::Preempt::never;
    options.preempt_delay = group.preempt_delay;
    options.hello = group.hello;
    options.hold = group.hold;
    options.minimum_stay = group.minimum_stay;
    options.linger = group.linger;
    options.link_up_delay = group.link_up_delay;
    options.parameters = to_parameters(group);
    options.capacity_pps = Capacity().of(group);
    options.weight = group.weight.maximum;
    options.balance = to_balance_settings(group.balance);
    options.redirect = group.redirect;
    options.timeout = group.timeout;
    options.forwarder_preempt_delay = group.forwarder_preempt_delay;
    return options;
}

glbp::Name to_name(std::string_view text) {
    glbp::Name name;
    for (const char letter : text) {
        const bool printable = letter >= ' ' && letter <= '~';
        if (!name.try_push_back(printable ? letter : '?')) {
            break;
        }
    }
    return name;
}

}  // namespace

MemberId member_id(const settings::Appliance& appliance, std::span<const PortFacts> ports) {
    if (appliance.id != MemberId(0)) {
        return appliance.id;
    }
    uint64_t hash = ports.empty() ? 0 : ports.front().mac.to_u64();
    for (const char letter : appliance.name) {
        hash = seeded_hash(hash, static_cast<uint8_t>(letter));
    }
    return MemberId(std::max<uint64_t>(hash, 1));  // 0 is nobody
}

std::optional<size_t> Speaker::find(std::span<const Group> groups, GroupId id) const {
    for (size_t place = 0; place < group_indexes.size(); ++place) {
        if (groups[group_indexes[place]].id == id) {
            return place;
        }
    }
    return std::nullopt;
}

std::vector<Speaker> make_speakers(const settings::Settings& settings, const Self& self,
                                   const InterfaceSet& interfaces, const LocalAddresses& locals,
                                   const GroupMessages& messages) {
    struct Draft {
        InterfaceId interface;
        std::vector<size_t> group_indexes;
        group::SegmentOptions segment;
        std::vector<group::GroupOptions> groups;
    };
    std::vector<Draft> drafts;
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        const settings::Group& configured = settings.groups[i];
        const GroupVoice& voice = messages.voice(i);
        auto draft = std::find_if(drafts.begin(), drafts.end(), [&](const Draft& candidate) {
            return candidate.interface == voice.interface;
        });
        if (draft == drafts.end()) {
            group::SegmentOptions segment;
            segment.self = self.incarnation;
            segment.name = to_name(self.name);
            segment.mac = interfaces.at(voice.interface).mac;
            segment.address = voice.address;
            segment.segment = configured.segment;
            segment.seed = seeded_hash(voice.interface.value, self.seed ^ segment.mac.to_u64());
            segment.weaknesses = self.weaknesses;
            drafts.push_back({voice.interface, {}, std::move(segment), {}});
            draft = drafts.end() - 1;
        }
        for (const IpAddress& peer : configured.peers) {
            auto& peers = draft->segment.peers;
            if (std::find(peers.begin(), peers.end(), peer) == peers.end()) {
                peers.push_back(peer);
            }
        }
        draft->group_indexes.push_back(i);
        draft->groups.push_back(to_options(configured));
    }
    std::vector<Speaker> speakers;
    speakers.reserve(drafts.size());
    for (Draft& draft : drafts) {
        const size_t n_groups = draft.groups.size();
        speakers.push_back({.interface = draft.interface,
                            .group_indexes = std::move(draft.group_indexes),
                            .segment = group::Segment(std::move(draft.segment),
                                                      std::move(draft.groups)),
                            .admission = GroupAdmission(interfaces, locals, draft.interface),
                            .lateness = {},
                            // None is like this one: all are copied at first.
                            .answerable_revisions = std::vector<uint64_t>(n_groups, UINT64_MAX)});
    }
    return speakers;
}

}  // namespace evengate::control

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/appliance_state.hpp"

#include <fstream>
#include <string>

namespace evengate {
namespace {

// Resident memory and hugepages of this process, in bytes (proc(5), status).
uint64_t resident_bytes() {
    std::ifstream status("/proc/self/status");
    uint64_t total_kb = 0;
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:") || line.starts_with("HugetlbPages:")) {
            total_kb += std::strtoull(line.c_str() + line.find(':') + 1, nullptr, 10);
        }
    }
    return total_kb * 1024;
}

}  // namespace

control::SlotCounts ApplianceState::slot_counts(SlotIndex slot) const { return workers_.slot_counts(slot); }

control::PortTotals ApplianceState::port_totals() const {
    control::PortTotals totals;
    for (const auto& port : ports_) {
        const port::Port::Totals of_port = port->totals();
        totals.received += of_port.received;
        totals.missed += of_port.missed;
    }
    return totals;
}

void ApplianceState::describe(admin::Report& report) {
    for (const auto& port : ports_) {
        admin::PortReport& entry = report.ports.emplace_back();
        port->fill_report(entry);
        entry.link_up = links_[port->index().value] == port::LinkState::up;
    }
    workers_.fill_report(report);
    report.generation = tables_.generation_number();
    report.publications = tables_.n_publications();
    report.memory_bytes = resident_bytes();
    report.control.longest_step_ns = static_cast<uint64_t>(of_loop_.longest_step().count());
}

bool ApplianceState::is_file_good(const std::string& path) const {
    std::ifstream file(path);
    std::string text;
    return file.is_open() && (!(file >> text) || text == "0");
}

void ApplianceState::set_forwarding(bool enabled) {
    workers_.set_forwarding(enabled ? dataplane::Worker::Forwarding::on : dataplane::Worker::Forwarding::off);
}

Result<void> ApplianceState::clear_port_stats() {
    std::string failures;
    for (const auto& port : ports_) {
        if (const Result<void> cleared = port->clear_stats(); !cleared) {
            failures += (failures.empty() ? "" : "; ") + cleared.error().message;
        }
    }
    if (!failures.empty()) {
        return Error{failures};
    }
    return {};
}

}  // namespace evengate

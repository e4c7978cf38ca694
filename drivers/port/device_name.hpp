// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a port's device as the configuration names it: a PCI address or a virtual device, with its
// arguments. Thread: any. Used by: eal_arguments, port.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace evengate::port {

struct DeviceName {
    enum class Bus : uint8_t { pci, vdev } bus = Bus::vdev;
    std::string name;       // as DPDK knows it: "0000:01:00.0" (domain filled in), "net_tap0"
    std::string arguments;  // what follows the first comma: "iface=eth1,qpairs=2"

    // As DPDK's -a and --vdev take it.
    [[nodiscard]] std::string to_devargs() const;
    // The value of an argument, or nothing. Of several with one key: the first.
    [[nodiscard]] std::optional<std::string_view> argument(std::string_view key) const;
};

// Fails: empty, or characters in the name that no device has.
Result<DeviceName> parse_device(std::string_view text);

}  // namespace evengate::port

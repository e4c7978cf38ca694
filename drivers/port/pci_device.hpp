// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the kernel knows of a PCI device, and what keeps DPDK from it. Thread: any.
// Used by: ethdev_lookup.
#pragma once

#include <string>

namespace evengate::port {

// What the kernel knows of a PCI device.
struct PciDevice {
    bool exists = false;
    std::string driver;  // empty: bound to none
    unsigned n_iommu_groups = 0;
};

// Reads /sys, or a copy of its shape elsewhere.
PciDevice read_pci_device(const std::string& sysfs, const std::string& address);

// Why DPDK has no port for this PCI device, and the command that mends it.
std::string explain_missing_pci(const std::string& address, const PciDevice& device);

}  // namespace evengate::port

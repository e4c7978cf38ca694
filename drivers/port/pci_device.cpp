// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/pci_device.hpp"

#include <filesystem>

#include <fmt/format.h>

namespace evengate::port {

PciDevice read_pci_device(const std::string& sysfs, const std::string& address) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path path = fs::path(sysfs) / "bus/pci/devices" / address;
    PciDevice device;
    device.exists = fs::exists(path, ignored);
    device.driver = fs::read_symlink(path / "driver", ignored).filename().string();
    for (auto it = fs::directory_iterator(fs::path(sysfs) / "kernel/iommu_groups", ignored);
         it != fs::directory_iterator(); it.increment(ignored)) {
        ++device.n_iommu_groups;
    }
    return device;
}

std::string explain_missing_pci(const std::string& address, const PciDevice& device) {
    if (!device.exists) {
        return fmt::format("there is no PCI device {}: dpdk-devbind.py --status-dev net lists them",
                           address);
    }
    if (device.driver != "vfio-pci") {
        return fmt::format("PCI device {} is bound to {}: dpdk-devbind.py --bind=vfio-pci {}",
                           address, device.driver.empty() ? "no driver" : device.driver, address);
    }
    if (device.n_iommu_groups == 0) {
        return fmt::format(
            "PCI device {} is bound to vfio-pci, but this machine's IOMMU is off: boot with "
            "intel_iommu=on or "
            "amd_iommu=on, or, without that protection: "
            "echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode",
            address);
    }
    return fmt::format(
        "PCI device {} is bound to vfio-pci, but no DPDK driver took it: is another process "
        "using it, may we open /dev/vfio, does DPDK support the device?",
        address);
}

}  // namespace evengate::port

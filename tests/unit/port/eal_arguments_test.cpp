// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/eal_arguments.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"
#include "port/cpu_list.hpp"
#include "port/device_name.hpp"
#include "port/pci_device.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT
using Catch::Contains;

namespace {

settings::Settings with_ports(std::initializer_list<const char*> devices) {
    settings::Settings settings;
    for (const char* device : devices) {
        settings::Port port;
        port.name = "p" + std::to_string(settings.ports.size());
        port.device = device;
        settings.ports.push_back(port);
    }
    return settings;
}

const EalSurroundings kTwoCpus{.allowed_cpus = {0, 1}, .memory_mb = 128};

std::string joined(const std::vector<std::string>& arguments) {
    std::string text;
    for (const std::string& argument : arguments) {
        text += argument + " ";
    }
    return text;
}

}  // namespace

TEST_CASE("a laptop's command line has ordinary memory, virtual devices and no PCI") {
    const auto arguments = make_eal_arguments(
        with_ports({"net_af_packet0,iface=eth1,qpairs=2", "net_null0"}), kTwoCpus);
    REQUIRE(arguments.ok());
    CHECK(
        joined(*arguments) ==
        "evengate --lcores 0@(0-1),1@(0-1) --file-prefix evengate --log-level error --no-huge "
        "--no-shconf -m 128 --vdev net_af_packet0,iface=eth1,qpairs=2 --vdev net_null0 --no-pci ");
}

TEST_CASE("with hugepages nothing is left in the file system, and no memory is asked for twice") {
    EalSurroundings surroundings = kTwoCpus;
    surroundings.pages = MemoryChoice::Pages::huge;
    const auto arguments = make_eal_arguments(with_ports({"net_null0"}), surroundings);
    REQUIRE(arguments.ok());
    CHECK_THAT(joined(*arguments), Contains("--in-memory"));
    CHECK_THAT(joined(*arguments), !Contains("--no-huge") && !Contains(" -m "));
}

TEST_CASE("a PCI port is the only device that EAL may take, domain filled in") {
    const auto arguments =
        make_eal_arguments(with_ports({"01:00.0", "0000:AF:00.1,rx=1"}), kTwoCpus);
    REQUIRE(arguments.ok());
    CHECK_THAT(joined(*arguments), Contains("-a 0000:01:00.0 -a 0000:af:00.1,rx=1"));
    CHECK_THAT(joined(*arguments), !Contains("--no-pci"));
}

TEST_CASE("control keeps its whole list, workers get one CPU each in turn") {
    settings::Settings settings;
    settings.appliance.n_workers = 3;
    settings.appliance.control_cpus = "0,2-3";
    settings.appliance.worker_cpus = "4-5";
    const auto arguments = make_eal_arguments(settings, {.allowed_cpus = {0, 2, 3, 4, 5}});
    REQUIRE(arguments.ok());
    CHECK_THAT(joined(*arguments), Contains("--lcores 0@(0,2-3),1@(4),2@(5),3@(4) "));
    CHECK(worker_lcore(WorkerIndex{2}) == 3);
}

TEST_CASE("CPUs that are none or not ours are refused by key") {
    settings::Settings settings;
    settings.appliance.worker_cpus = "1,7";
    const auto not_allowed = make_eal_arguments(settings, kTwoCpus);
    REQUIRE_FALSE(not_allowed.ok());
    CHECK_THAT(not_allowed.error().message,
               Contains("appliance.cpus.workers") && Contains("CPU 7") && Contains("(0-1)"));
    for (const char* bad :
         {",", "1-", "-1", "2-1", "0 1", "0x1", "0-1000000000", "99999999999999999999"}) {
        INFO(bad);
        settings.appliance.worker_cpus = "";
        settings.appliance.control_cpus = bad;
        const auto refused = make_eal_arguments(settings, kTwoCpus);
        REQUIRE_FALSE(refused.ok());
        CHECK_THAT(refused.error().message, Contains("appliance.cpus.control"));
    }
}

TEST_CASE("CPU lists are sorted and joined") {
    CHECK(*parse_cpu_list("3,0-1,1") == std::vector<unsigned>{0, 1, 3});
    CHECK(to_string({0, 1, 3, 5, 6}) == "0-1,3,5-6");
    CHECK_FALSE(parse_cpu_list("").ok());
}

TEST_CASE("devices are PCI addresses or names with arguments") {
    const auto pci = parse_device("af:1f.7");
    REQUIRE(pci.ok());
    CHECK(pci->bus == DeviceName::Bus::pci);
    CHECK(pci->name == "0000:af:1f.7");
    const auto vdev = parse_device("net_tap3,iface=tap3,mac=fixed");
    REQUIRE(vdev.ok());
    CHECK(vdev->bus == DeviceName::Bus::vdev);
    CHECK(vdev->argument("mac") == "fixed");
    CHECK(vdev->argument("iface") == "tap3");
    CHECK_FALSE(vdev->argument("ifac").has_value());
    CHECK_FALSE(vdev->argument("fixed").has_value());
    // Not quite PCI addresses are not devices at all: their colons give them away.
    for (const char* bad :
         {"", ",iface=x", "01:00", "01:00.8", "0000:01:00.0.", "1:00.0", "00:01:00.0", "net tap"}) {
        INFO(bad);
        CHECK_FALSE(parse_device(bad).ok());
    }
}

TEST_CASE("/proc/meminfo's free hugepages are those not promised to others") {
    const auto stock = parse_meminfo(
        "MemTotal: 4000000 kB\nHugePages_Total:     256\nHugePages_Free:      100\n"
        "HugePages_Rsvd:       40\nHugepagesize:       2048 kB\nHugetlb: 524288 kB\n");
    CHECK(stock.n_free == 60);
    CHECK(stock.free_mb() == 120);
    CHECK(parse_meminfo("").n_free == 0);
    CHECK(parse_meminfo("HugePages_Free:").n_free == 0);
    CHECK(parse_meminfo("HugePages_Free: 1\nHugePages_Rsvd: 2").n_free == 0);
}

TEST_CASE("hugepages are taken when they suffice, and named with their command when not") {
    using settings::Hugepages;
    const HugepageStock little{.n_free = 10, .page_kb = 2048};
    CHECK(choose_memory(Hugepages::automatic, little, 20)->pages == MemoryChoice::Pages::huge);
    CHECK(choose_memory(Hugepages::never, little, 20)->pages == MemoryChoice::Pages::ordinary);

    const auto fallback = choose_memory(Hugepages::automatic, little, 121);
    REQUIRE(fallback.ok());
    CHECK(fallback->pages == MemoryChoice::Pages::ordinary);
    CHECK_THAT(fallback->warning,
               Contains("dpdk-hugepages.py --setup 122M") && Contains("add 51 to"));

    const auto refused = choose_memory(Hugepages::required, little, 121);
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().message, Contains("dpdk-hugepages.py --setup 122M"));
    // A kernel without hugepages.
    CHECK(choose_memory(Hugepages::automatic, {}, 100)->pages == MemoryChoice::Pages::ordinary);
}

TEST_CASE("a start that failed says which right or memory is missing") {
    CHECK_THAT(explain_eal_failure(EACCES, false, MemoryChoice::Pages::ordinary),
               Contains("run as root"));
    CHECK_THAT(explain_eal_failure(ENOMEM, true, MemoryChoice::Pages::huge),
               Contains("dpdk-hugepages.py") && !Contains("root"));
    CHECK_THAT(explain_eal_failure(EALREADY, false, MemoryChoice::Pages::huge), !Contains("root"));
}

TEST_CASE("a PCI device that DPDK cannot have is explained from what the kernel shows") {
    namespace fs = std::filesystem;
    const fs::path sysfs = fs::temp_directory_path() / ("evengate_pci_" + std::to_string(getpid()));
    const fs::path device = sysfs / "bus/pci/devices/0000:01:00.0";
    CHECK_THAT(explain_missing_pci("0000:01:00.0", read_pci_device(sysfs, "0000:01:00.0")),
               Contains("dpdk-devbind.py --status-dev net"));

    fs::create_directories(device);
    CHECK_THAT(explain_missing_pci("0000:01:00.0", read_pci_device(sysfs, "0000:01:00.0")),
               Contains("no driver") && Contains("dpdk-devbind.py --bind=vfio-pci 0000:01:00.0"));

    fs::create_symlink("../../../bus/pci/drivers/ixgbe", device / "driver");
    CHECK_THAT(explain_missing_pci("0000:01:00.0", read_pci_device(sysfs, "0000:01:00.0")),
               Contains("bound to ixgbe") && Contains("--bind=vfio-pci 0000:01:00.0"));

    fs::remove(device / "driver");
    fs::create_symlink("../../../bus/pci/drivers/vfio-pci", device / "driver");
    CHECK_THAT(explain_missing_pci("0000:01:00.0", read_pci_device(sysfs, "0000:01:00.0")),
               Contains("IOMMU is off"));

    fs::create_directories(sysfs / "kernel/iommu_groups/0");
    CHECK_THAT(explain_missing_pci("0000:01:00.0", read_pci_device(sysfs, "0000:01:00.0")),
               Contains("no DPDK driver took it"));
    fs::remove_all(sysfs);
}

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: names and addresses of everything in a lab; pure. Used by: the rest of lablib, the tests.
"""
    h1 .. hN --+                                   +-- server 198.51.100.1
    10.77.0.10N|                                   |   192.0.2.254
               +-- bridge br0 -- gw1 .. gwM -- br0-+
                   "lan"         VIP 10.77.0.1     "wan"   s1 .. sK 192.0.2.10K, behind services
"""
import dataclasses
import json
import re

VIP = "10.77.0.1"
LAN_PREFIX = "10.77.0.0/24"
# Tagged networks of the gateways; hosts have no VLAN devices, so tests build these frames themselves.
VLAN, VLAN_PREFIX = 10, "10.77.10.0/24"
QINQ, QINQ_PREFIX = (20, 30), "10.77.30.0/24"
UPLINK_PREFIX = "192.0.2.0/24"
UPLINK_VIP = "192.0.2.1"  # of several gateways: the server's way back
SERVER_UPLINK = "192.0.2.254"
SERVER = "198.51.100.1"
HTTP_PORT = 80
PROBE_PORT = 7007
TRAFFIC_PORT = 7008
GROUP_ID = 1
UPLINK_GROUP_ID = 2
# Of services. They are nowhere on a link: hosts find them by their gateway, which the lab routes them to.
PUBLISHED = ("203.0.113.10", "203.0.113.11", "203.0.113.12")
MAX_HOSTS = 100
MAX_GATEWAYS = 16
MAX_TARGETS = 50
GATEWAYS = ("evengate", "kernel", "keepalived")
# For groups[].balance, where vMACs must stay where events left them.
UNBALANCED = {"algorithm": "off"}
# The order in which gateways become AVG, if all start at once.
_FIRST_PRIORITIES = (200, 150)
_PRIORITY = 100

# No hyphen, so that the namespaces of one lab never look like those of another.
_NAME = re.compile(r"[a-z][a-z0-9]{0,7}")


class PlanError(ValueError):
    """What was asked for cannot be built; the text says why."""


def check_name(lab_name):
    if not _NAME.fullmatch(lab_name):
        raise PlanError(f"lab name '{lab_name}': 1-8 of a-z 0-9, a letter first")


@dataclasses.dataclass(frozen=True)
class Host:
    name: str
    netns: str
    mac: str
    address: str


@dataclasses.dataclass(frozen=True)
class Gateway:
    name: str
    netns: str
    lan_mac: str
    uplink_mac: str
    lan_address: str
    uplink_address: str
    vlan_address: str
    qinq_address: str
    priority: int
    capacity_pps: int | None = None  # None: what an appliance has by default


@dataclasses.dataclass(frozen=True)
class Target:
    """A server behind services."""
    name: str
    netns: str
    mac: str
    address: str


@dataclasses.dataclass(frozen=True)
class Plan:
    name: str = "eg"
    n_hosts: int = 8
    n_gateways: int = 1
    gateway: str = "evengate"  # or "kernel": Linux itself routes, which proves the lab honest; or "keepalived"
    driver: str = "af_packet"  # or "af_xdp"; of evengate's ports
    policy: str = "host-hash"
    n_vmacs: int = 16
    uplink_mtu: int = 1500
    vlans: bool = False
    hello_ms: int = 100  # of the group protocol; the advertisement interval of keepalived
    hold_ms: int = 0     # 0 = three hellos
    preempt: bool = False
    counts_missed: str = ""  # the gateway whose hosts' port counts what it had no room for (docs/lab.md)
    capacities_pps: tuple = ()  # of each gateway; none: what an appliance has by default
    balance: dict = dataclasses.field(default_factory=dict)  # keys of groups[].balance that differ
    services: str = ""  # YAML of services, dispatchers and rerouting, the same for all gateways
    n_targets: int = 0  # servers behind services; their programs are started by who needs them
    targets_are: str = "servers"  # or behind a dispatcher: "routers"; "translators" masquerade the hosts
    uplink_published: tuple = ()  # published addresses that are also virtual ones of the uplink's group
    owner_pid: int = 0  # a test that owns this lab; 0 = it outlives its maker

    def __post_init__(self):
        check_name(self.name)
        if not 2 <= self.n_hosts <= MAX_HOSTS:
            raise PlanError(f"{self.n_hosts} hosts: 2-{MAX_HOSTS} (the control flow needs two)")
        if not 1 <= self.n_gateways <= MAX_GATEWAYS:
            raise PlanError(f"{self.n_gateways} gateways: 1-{MAX_GATEWAYS}")
        if not 0 <= self.n_targets <= MAX_TARGETS:
            raise PlanError(f"{self.n_targets} targets: 0-{MAX_TARGETS}")
        if self.uplink_published and not self.is_group:
            raise PlanError("one gateway has no group on the uplink")
        if self.gateway not in GATEWAYS:
            raise PlanError(f"gateway '{self.gateway}': one of {', '.join(GATEWAYS)}")
        if self.gateway == "kernel" and self.n_gateways != 1:
            raise PlanError("a kernel gateway is alone: Linux has no group protocol")
        if self.is_pair and self.n_gateways != 2:
            raise PlanError("keepalived is a pair: one forwards, one waits")
        if not 1 <= self.hello_ms <= 10_000:
            raise PlanError(f"hello {self.hello_ms} ms: 1-10000")
        if self.hold_ms and self.hold_ms < 2 * self.hello_ms:
            raise PlanError(f"hold {self.hold_ms} ms: at least two hellos of {self.hello_ms} ms")
        if self.capacities_pps and len(self.capacities_pps) != self.n_gateways:
            raise PlanError(f"{len(self.capacities_pps)} capacities for {self.n_gateways} gateways")
        if self.targets_are not in ("servers", "routers", "translators"):
            raise PlanError(f"targets that are '{self.targets_are}': servers, routers or translators")
        if self.driver not in ("af_packet", "af_xdp"):
            raise PlanError(f"driver '{self.driver}': af_packet or af_xdp")

    def netns(self, place):
        return f"{self.name}-{place}"

    @property
    def is_pair(self):
        """Two keepalived, of which one forwards."""
        return self.gateway == "keepalived"

    @property
    def is_group(self):
        """Several gateways act as one, with a VIP on both sides."""
        return self.n_gateways > 1

    @property
    def hold(self):
        """Milliseconds of silence after which a gateway counts as dead."""
        return self.hold_ms or 3 * self.hello_ms

    @property
    def way_back(self):
        """The server's next hop towards the hosts."""
        return UPLINK_VIP if self.is_group else self.gateways[0].uplink_address

    @property
    def hosts(self):
        return [Host(f"h{i}", self.netns(f"h{i}"), f"02:00:00:00:01:{i:02x}", f"10.77.0.{100 + i}")
                for i in range(1, self.n_hosts + 1)]

    @property
    def gateways(self):
        return [Gateway(f"gw{i}", self.netns(f"gw{i}"), f"02:00:00:00:02:{i:02x}",
                        f"02:00:00:00:03:{i:02x}", f"10.77.0.{1 + i}", f"192.0.2.{1 + i}",
                        f"10.77.10.{1 + i}", f"10.77.30.{1 + i}",
                        _FIRST_PRIORITIES[i - 1] if i <= len(_FIRST_PRIORITIES) else _PRIORITY,
                        self.capacities_pps[i - 1] if self.capacities_pps else None)
                for i in range(1, self.n_gateways + 1)]

    @property
    def targets(self):
        return [Target(f"s{i}", self.netns(f"s{i}"), f"02:00:00:00:05:{i:02x}", f"192.0.2.{100 + i}")
                for i in range(1, self.n_targets + 1)]

    @property
    def published(self):
        return PUBLISHED + self.uplink_published

    @property
    def namespaces(self):
        return [self.netns(place) for place in ("lan", "wan", "server")] + \
               [member.netns for member in self.hosts + self.gateways + self.targets]

    def place_netns(self, place):
        """The namespace of "h1", "gw1", "s1", "server", "lan" or "wan"."""
        netns = self.netns(place)
        if netns not in self.namespaces:
            places = ", ".join(sorted(n[len(self.name) + 1:] for n in self.namespaces))
            raise PlanError(f"lab '{self.name}' has no '{place}'; it has {places}")
        return netns

    def to_json(self):
        return json.dumps(dataclasses.asdict(self), indent=2)

    @staticmethod
    def from_json(text):
        values = json.loads(text)
        return Plan(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})


def is_namespace_of(lab_name, netns):
    """Whether a lab of this name may have made this namespace."""
    return re.fullmatch(re.escape(lab_name) + r"-(lan|wan|server|h\d+|gw\d+|s\d+)", netns) is not None

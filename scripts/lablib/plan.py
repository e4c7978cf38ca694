# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: names and addresses of everything in a lab; pure. Used by: the rest of lablib, the tests.
"""
    h1 .. hN --+                                   +-- server 198.51.100.1
    10.77.0.10N|                                   |   192.0.2.254
               +-- bridge br0 -- gw1 .. gwM -- br0-+
                   "lan"         VIP 10.77.0.1     "wan"
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
SERVER_UPLINK = "192.0.2.254"
SERVER = "198.51.100.1"
HTTP_PORT = 80
PROBE_PORT = 7007
GROUP_ID = 1
MAX_HOSTS = 100
MAX_GATEWAYS = 16

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


@dataclasses.dataclass(frozen=True)
class Plan:
    name: str = "eg"
    n_hosts: int = 8
    n_gateways: int = 1
    gateway: str = "evengate"  # or "kernel": Linux itself routes, which proves the lab honest
    driver: str = "af_packet"  # or "af_xdp"; of evengate's ports
    policy: str = "host-hash"
    n_vmacs: int = 16
    uplink_mtu: int = 1500
    vlans: bool = False
    owner_pid: int = 0  # a test that owns this lab; 0 = it outlives its maker

    def __post_init__(self):
        check_name(self.name)
        if not 2 <= self.n_hosts <= MAX_HOSTS:
            raise PlanError(f"{self.n_hosts} hosts: 2-{MAX_HOSTS} (the control flow needs two)")
        if not 1 <= self.n_gateways <= MAX_GATEWAYS:
            raise PlanError(f"{self.n_gateways} gateways: 1-{MAX_GATEWAYS}")
        if self.gateway not in ("evengate", "kernel"):
            raise PlanError(f"gateway '{self.gateway}': evengate or kernel")
        if self.gateway == "kernel" and self.n_gateways != 1:
            raise PlanError("a kernel gateway is alone: Linux has no group protocol")
        if self.driver not in ("af_packet", "af_xdp"):
            raise PlanError(f"driver '{self.driver}': af_packet or af_xdp")

    def netns(self, place):
        return f"{self.name}-{place}"

    @property
    def hosts(self):
        return [Host(f"h{i}", self.netns(f"h{i}"), f"02:00:00:00:01:{i:02x}", f"10.77.0.{100 + i}")
                for i in range(1, self.n_hosts + 1)]

    @property
    def gateways(self):
        return [Gateway(f"gw{i}", self.netns(f"gw{i}"), f"02:00:00:00:02:{i:02x}",
                        f"02:00:00:00:03:{i:02x}", f"10.77.0.{1 + i}", f"192.0.2.{1 + i}",
                        f"10.77.10.{1 + i}", f"10.77.30.{1 + i}")
                for i in range(1, self.n_gateways + 1)]

    @property
    def namespaces(self):
        return [self.netns(place) for place in ("lan", "wan", "server")] + \
               [member.netns for member in self.hosts + self.gateways]

    def place_netns(self, place):
        """The namespace of "h1", "gw1", "server", "lan" or "wan"."""
        netns = self.netns(place)
        if netns not in self.namespaces:
            places = ", ".join(sorted(n[len(self.name) + 1:] for n in self.namespaces))
            raise PlanError(f"lab '{self.name}' has no '{place}'; it has {places}")
        return netns

    def to_json(self):
        return json.dumps(dataclasses.asdict(self), indent=2)

    @staticmethod
    def from_json(text):
        return Plan(**json.loads(text))


def is_namespace_of(lab_name, netns):
    """Whether a lab of this name may have made this namespace."""
    return re.fullmatch(re.escape(lab_name) + r"-(lan|wan|server|h\d+|gw\d+)", netns) is not None

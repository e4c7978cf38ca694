#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: writes the seeds of the fuzz targets, small real inputs made by scapy, into seeds/ beside this file.
# Used by: whoever adds a seed; the seeds themselves are kept, so that tests need no scapy.
import pathlib
import struct

from scapy.all import ARP, GRE, ICMP, IP, TCP, UDP, Dot1Q, Ether, IPOption, IPOption_RR, IPv6, Raw, fragment

ROUTER, VMAC, FOREIGN = "02:00:00:00:00:01", "02:45:47:00:01:01", "02:45:47:00:01:02"
HOST, BROADCAST, GROUP_MAC = "02:00:00:00:00:0a", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:66"
GATEWAY, HOST_IP = "192.0.2.1", "192.0.2.10"
ROUTER_ALERT = IPOption(b"\x94\x04\x00\x00")


def ip(destination, **fields):
    return IP(dst=destination, **{"src": HOST_IP, "id": 0x1234, "ttl": 64, **fields})


def ether(destination=VMAC):
    return Ether(dst=destination, src=HOST)


def body(size):
    return Raw(bytes(i & 0xFF for i in range(size)))


UDP_DATAGRAM = ip("10.1.0.5") / UDP(sport=4000, dport=53) / body(18)
ECHO = ICMP(id=7, seq=9) / body(32)
REQUEST = ARP(op=1, hwsrc=HOST, psrc=HOST_IP, pdst=GATEWAY)

FORWARD = {
    "udp": ether() / UDP_DATAGRAM,
    "tcp_own_mac": ether(ROUTER) / ip("10.1.0.5") / TCP(flags="S", options=[("MSS", 1460)]),
    "to_vlan": ether() / ip("10.2.0.5") / UDP() / body(18),
    "to_qinq": ether() / ip("10.3.0.5") / UDP() / body(18),
    "from_vlan": ether() / Dot1Q(vlan=100, prio=5) / UDP_DATAGRAM,
    "from_qinq": Ether(dst=VMAC, src=HOST, type=0x88A8) / Dot1Q(vlan=200) / Dot1Q(vlan=300) / UDP_DATAGRAM,
    "priority_tag": ether() / Dot1Q(vlan=0, prio=7) / UDP_DATAGRAM,
    "unknown_vlan": ether() / Dot1Q(vlan=101) / UDP_DATAGRAM,
    "three_tags": ether() / Dot1Q(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3) / UDP_DATAGRAM,
    "unresolved": ether() / ip("10.5.0.5") / UDP() / body(18),
    "link_down": ether() / ip("10.6.0.5") / UDP() / body(18),
    "no_adjacency": ether() / ip("10.7.0.5") / UDP() / body(18),
    "no_route": ether() / ip("203.0.113.5") / UDP() / body(18),
    "loopback": ether() / ip("127.0.0.1") / UDP() / body(18),
    "ttl_1": ether() / ip("10.1.0.5", ttl=1) / UDP() / body(18),
    "ttl_1_icmp_error": ether() / ip("10.1.0.5", ttl=1) / ICMP(type=11) / UDP_DATAGRAM,
    "too_big": ether() / ip("10.4.0.5") / UDP() / body(700),
    "too_big_options": ether() / ip("10.4.0.5", options=[IPOption_RR(length=7, pointer=4, routers=["0.0.0.0"]),
                                                          ROUTER_ALERT]) / UDP() / body(1200),
    "too_big_df": ether() / ip("10.4.0.5", flags="DF") / UDP() / body(700),
    "fragment_first": ether() / fragment(ip("10.4.0.5") / UDP() / body(1400), 1000)[0],
    "fragment_last": ether() / fragment(ip("10.1.0.5") / UDP() / body(1400), 1000)[1],
    "echo": ether() / ip(GATEWAY) / ECHO,
    "echo_options": ether() / ip(GATEWAY, options=[ROUTER_ALERT]) / ECHO,
    "local_udp": ether() / ip("192.0.2.254") / UDP() / body(18),
    "options": ether() / ip("10.1.0.5", options=[ROUTER_ALERT]) / UDP() / body(18),
    "source_route": ether() / ip("10.1.0.5", options=[IPOption(b"\x83\x07\x04\x0a\x01\x00\x05")]) / UDP(),
    "bad_option": ether() / ip("10.1.0.5", options=[IPOption(b"\x94\x00\x00\x00")]) / UDP(),
    "bad_checksum": ether() / ip("10.1.0.5", chksum=0x1234) / UDP() / body(18),
    "bad_length": ether() / ip("10.1.0.5", len=1000) / UDP() / body(18),
    "bad_version": ether() / ip("10.1.0.5", version=6) / UDP() / body(18),
    "bad_source": ether() / IP(src="224.0.0.1", dst="10.1.0.5") / UDP() / body(18),
    "arp_request": ether(BROADCAST) / REQUEST,
    "arp_probe_vmac": ether() / REQUEST,
    "arp_malformed": ether(BROADCAST) / ARP(op=1, hwlen=8, hwsrc=HOST, psrc=HOST_IP, pdst=GATEWAY),
    "ipv6": ether() / IPv6(dst="2001:db8::1") / UDP(),
    "group_hello": ether(GROUP_MAC) / ip("224.0.0.102", ttl=255) / UDP(sport=3222, dport=3222) / body(40),
    "multicast": Ether(dst="01:00:5e:00:00:fb", src=HOST) / ip("224.0.0.251", ttl=1) / UDP(sport=5353, dport=5353),
    "unicast_in_broadcast": ether(BROADCAST) / UDP_DATAGRAM,
    "foreign_vmac": ether(FOREIGN) / UDP_DATAGRAM,
    "not_for_us": ether("02:00:00:00:00:77") / UDP_DATAGRAM,
    "multicast_source": Ether(dst=VMAC, src=GROUP_MAC) / UDP_DATAGRAM,
    "lldp": Ether(dst="01:80:c2:00:00:0e", src=HOST, type=0x88CC) / body(46),
    "stp_llc": Ether(dst="01:80:c2:00:00:00", src=HOST, type=0x0026) / body(46),
    "cut_header": Raw(bytes(ether() / UDP_DATAGRAM)[:30]),
    "cut_tag": Raw(bytes(ether() / Dot1Q(vlan=100))[:16]),
}

ARPS = {
    "request": REQUEST,
    "reply": ARP(op=2, hwsrc=VMAC, psrc=GATEWAY, hwdst=HOST, pdst=HOST_IP),
    "probe": ARP(op=1, hwsrc=HOST, psrc="0.0.0.0", pdst=HOST_IP),
    "rarp": ARP(op=3, hwsrc=VMAC, psrc="0.0.0.0", hwdst=VMAC, pdst="0.0.0.0"),
    "padded": Raw(bytes(REQUEST) + bytes(18)),
    "cut": Raw(bytes(REQUEST)[:27]),
}

DATAGRAMS = {name: struct.pack("!H", mtu) + bytes(datagram) for name, mtu, datagram in (
    ("udp_576", 576, ip("10.4.0.5") / UDP() / body(700)),
    ("options_68", 68, ip("10.4.0.5", options=[IPOption_RR(length=7, pointer=4, routers=["0.0.0.0"]), ROUTER_ALERT])
     / UDP() / body(120)),
    ("fragment_100", 100, fragment(ip("10.4.0.5") / UDP() / body(400), 200)[1]),
    ("beyond_the_end", 68, ip("10.4.0.5", frag=0x1FFF) / body(100)),
    ("echo", 1500, ip(GATEWAY) / ECHO),
    ("icmp_error", 1500, ip(GATEWAY) / ICMP(type=3, code=4, nexthopmtu=1400) / UDP_DATAGRAM),
    ("icmp_empty_padded", 1500, Raw(bytes(ip(GATEWAY, proto=1)) + bytes(26))),
)}

ADDRESSES = {
    "ipv4": "10.1.2.3", "ipv6": "2001:db8::1", "ipv6_mapped": "::ffff:10.1.2.3", "prefix": "10.1.2.3/22",
    "prefix6": "2001:db8:8000::/33", "mac": "02:45:47:00:01:ff", "mac_dashes": "02-45-47-00-01-FF",
    "zero_byte": "10.1.2.3\0", "leading_zero": "10.1.2.3/024", "zone": "fe80::1%eth0",
}

# What captures have, and what tests/oracle/glbp_codec.py makes of native messages.
GLBP_HELLO = "010000010000c2007cb80000011c002000c8000000000bb8000027100258384000000104c0a80001"
SENDER = "e02601160102112233445566778899aabbccddeeff000102030405060708a1a2a3a4a5a6a7a8"
NAME = "01020304000000000000000705060708"
MESSAGES = {name: bytes.fromhex(text) for name, text in (
    ("hello", GLBP_HELLO),
    ("hello_forwarder", GLBP_HELLO + "0214012000a764003840025800000007b4000101"),
    ("hello_ipv6", "010003fc0000020000000001012800200064000000000bb8000027100258384000000210fe80000000000000"
     "000000000000000a"),
    ("request", "010100010000c2027cca00000214000000000000000000000000000000000000"),
    ("key_chain", "010000010000aabbcc000a000318031400000001865e3d0c969304fa3e8e6a00b1abb0a90414013df1c8bea4aabbcc00"
     "14005e96903f0bb8011c00200082000000000bb80000271002583840000001040a0102010214012000a764013840025800870007b4000101"),
    ("plain", "010000010000c2007cb80000030a0106636973636f00"),
    ("native", "010000050000020000000007" + SENDER + "e14a" + NAME + 56 * "01" + "e21b" + 24 * "00" + "01" +
     "e3220e" + 31 * "00" + "ec0667772d31" + "eb2600000007" + 32 * "00"),
    ("move", "010000050000020000000007" + SENDER + "e41d" + NAME + "010239000102ff01ff0002" + "e512" + 16 * "01" +
     "e612" + NAME + "e724023a" + NAME + 16 * "01" + "e836" + NAME + "000101c000020a02000000000a"
     "0220010db800000000000000000000000b02000000000b" + "e90902000000000a39" + "ea0f000000093a02454701c0000201"),
    ("report", "010000050000020000000007" + SENDER + "ed2b" + 40 * "01" + "02" + "ee2401" + 16 * "02" + "ff" + 16 * "03" +
     "ef160139" + 8 * "04" + "02ff" + 8 * "05"),
    ("services", "010000050000020000000007" + SENDER + "f028" + 8 * "0d" + "00c80040" + "01" + 12 * "06" + "02" +
     12 * "07" + "f120" + NAME + 8 * "0d" + "010064" + "020000" + "f22c" + 8 * "0d" + "c000020acb0071010fa00050004006" + "0201" +
     "c000020bcb0071010fa1003500ff11" + "0302"),
    ("unknown", "010000050000020000000007" + SENDER + "f303ff"),
    ("unordered", "010000050000020000000007eb2600000007" + 32 * "00" + SENDER),
)}
KEY_FILE = "# of the group\n7 newest\n\n 1\tolder\n"
AUTHENTICATION = {f"{name}_{method}": bytes([method, 10, 1, 2, 2, 0]) + MESSAGES[name]
                  for name, method in (("key_chain", 2), ("plain", 1), ("native", 4), ("move", 4), ("report", 4),
                                       ("services", 4), ("hello", 0), ("hello_forwarder", 3))} | {"key_file": KEY_FILE}


# What rerouting rewrites: two addresses and a number in front (see fuzz_nat.cpp and fuzz_tunnel.cpp).
CHOICE, ODD = struct.pack("!IIH", 0x0A010203, 0x0A010204, 8080), struct.pack("!IIH", 0xCB007101, 0x0A090909, 1)
PUBLISHED = "198.51.100.7"
SYN = ip(PUBLISHED) / TCP(sport=40000, dport=80, flags="S", options=[("MSS", 1460), ("SAckOK", b"")])
REQUEST_UDP = ip(PUBLISHED, options=[ROUTER_ALERT]) / UDP(sport=4000, dport=53) / body(21)


def error(kind, code, quoted, **fields):
    return IP(src=PUBLISHED, dst=HOST_IP) / ICMP(type=kind, code=code, **fields) / Raw(bytes(quoted))


NAT = {name: CHOICE + bytes(datagram) for name, datagram in {
    "syn": SYN, "udp": REQUEST_UDP, "mss_odd": ip(PUBLISHED) / TCP(flags="S", options=[("NOP", None), ("MSS", 9000)]),
    "mss_cut": ip(PUBLISHED) / TCP(flags="S", dataofs=15) / Raw(b"\2\4\xff"),
    "udp_no_checksum": ip(PUBLISHED) / UDP(sport=4000, dport=53, chksum=0) / body(5),
    "fragment_first": fragment(ip(PUBLISHED) / UDP() / body(300), 200)[0],
    "fragment_last": fragment(ip(PUBLISHED) / UDP() / body(300), 200)[1],
    "tiny_fragment": ip(PUBLISHED, flags="MF", proto=6) / body(8),
    "error_tcp": error(3, 1, SYN), "error_8_bytes": error(11, 0, bytes(SYN)[:28]),
    "error_udp": error(3, 4, REQUEST_UDP, nexthopmtu=1400), "error_7_bytes": error(3, 3, bytes(SYN)[:27]),
    "error_half_checksum": error(12, 0, bytes(SYN)[:37]), "error_other": error(3, 2, ip(PUBLISHED, proto=50) / body(20)),
    "error_tunnel": error(3, 4, ip("10.9.9.9") / SYN, nexthopmtu=1400), "error_empty": error(3, 1, b""),
    "error_cut": ip(HOST_IP, proto=1) / Raw(b"\3\1\0"),
}.items()}


def outer(**fields):
    return ip("10.9.9.9", **fields)


TUNNEL = {name: ODD + bytes(datagram) for name, datagram in {
    "plain": UDP_DATAGRAM, "ipip": outer() / UDP_DATAGRAM, "gre": outer() / GRE() / UDP_DATAGRAM,
    "congestion": outer(tos=3) / ip(PUBLISHED, tos=2) / UDP(), "not_capable": outer(tos=3) / UDP_DATAGRAM,
    "fragment": outer(flags="MF") / UDP_DATAGRAM, "in_tunnel": outer() / outer() / UDP_DATAGRAM,
    "gre_checksum": outer() / GRE(chksum_present=1) / UDP_DATAGRAM, "gre_key": outer() / GRE(key_present=1) / SYN,
    "gre_cut": outer(proto=47) / Raw(b"\0\0"), "options": outer(options=[ROUTER_ALERT]) / REQUEST_UDP,
    "padded": outer() / UDP_DATAGRAM / Raw(bytes(9)), "cut": outer(proto=4) / Raw(bytes(UDP_DATAGRAM)[:19]),
}.items()} | {"wrong_inner": CHOICE + bytes(outer() / ip(PUBLISHED, chksum=1) / UDP())}


# Bursts for rerouting (see fuzz_reroute.cpp): a choice, a length, a frame; the addresses are reroute_stage.hpp's.
PEER, PEER_IP, TUNNEL_END = "02:00:00:00:03:01", "192.0.2.99", "198.51.100.1"
WAIT_6, WAIT_70, OTHER_WORKER, BURST_ENDS, OTHER_SERVICES, NO_HEADROOM = 0x02, 0x03, 0x04, 0x08, 0x20, 0x40
WEB_MAC, WEB_NAT, WEB_IPIP, DNS = ("198.51.100.7", 80), ("198.51.100.7", 443), ("198.51.100.8", 80), ("198.51.100.7", 53)
POOLED, POOLED_DNS, POOLS = ("198.51.100.9", 443), ("198.51.100.9", 53), ("198.51.100.70", "198.51.100.71")
POOL_PORTS = range(1024, 1032)  # of the first worker
SPRAYED, SOURCES = ("198.51.100.9", 80), [f"192.0.2.{i}" for i in range(10, 22)]


def burst(*frames, choices=()):
    packed = b""
    for i, frame in enumerate(frames):
        content = bytes(frame)
        packed += struct.pack("!BH", choices[i] if i < len(choices) else 0, len(content)) + content
    return packed


def tcp(to, kind, client=HOST_IP, port=40000, size=0, source=HOST, **fields):
    options = [("MSS", 1460)] if "S" in kind else []
    return (Ether(dst=VMAC, src=source) / ip(to[0], src=client, **fields)
            / TCP(sport=port, dport=to[1], flags=kind, options=options) / body(size))


def answer(target, port, flags, client_port=40000, size=0, **fields):
    return ether() / IP(src=target, dst=HOST_IP, **fields) / TCP(sport=port, dport=client_port, flags=flags) / body(size)


def query(to, client=HOST_IP, port=4000, size=18, **fields):
    return ether() / ip(to[0], src=client, **fields) / UDP(sport=port, dport=to[1]) / body(size)


def tunnelled(inner, sender=PEER_IP, **fields):
    return ether() / IP(src=sender, dst=TUNNEL_END, **fields) / inner[IP]


def error_about(quoted, sender, to, ttl=64, n_quoted=28, code=1):
    return ether() / IP(src=sender, dst=to, ttl=ttl) / ICMP(type=3, code=code) / Raw(bytes(quoted[IP])[:n_quoted])


def pieces(datagram, size=200):
    return [ether() / piece for piece in fragment(datagram[IP], size)]


def to_pool(pool, port, target, flags):
    return ether() / IP(src=target, dst=pool) / TCP(sport=8443, dport=port, flags=flags)


def to_pooled(pool, port):
    return ether() / IP(src=pool, dst="10.1.0.26") / TCP(sport=port, dport=8443, flags="A") / body(20)


FROM_POOLED = ether() / IP(src=POOLED[0], dst=HOST_IP) / TCP(sport=443, dport=40000, flags="A") / body(20)
TO_SERVER = ether() / IP(src=HOST_IP, dst="10.1.0.15") / TCP(sport=40000, dport=8443, flags="A")
FROM_PUBLISHED = ether() / IP(src=WEB_NAT[0], dst=HOST_IP) / TCP(sport=443, dport=40000, flags="A") / body(20)
BIG_QUERY, BIG_ANSWER = query(DNS, size=700), ether() / IP(src="10.1.0.13", dst=HOST_IP) / UDP(sport=5353, dport=4000) / body(700)
OVERLAP = ether() / ip(DNS[0], frag=2, proto=17) / body(64)
REROUTE = {name: content if isinstance(content, bytes) else burst(*content) for name, content in {
    "syn_flood": [tcp(WEB_IPIP, "S", client, port) for client in SOURCES for port in (1024, 65535)],
    "ack_flood": [tcp(WEB_NAT, "A", client, port) for client in SOURCES for port in (1024, 65535)],
    "connection": [tcp(WEB_NAT, "S"), answer("10.1.0.15", 8443, "SA"), tcp(WEB_NAT, "A"), tcp(WEB_NAT, "PA", size=50),
                   answer("10.1.0.15", 8443, "PA", size=60), tcp(WEB_NAT, "FA"), answer("10.1.0.15", 8443, "FA"),
                   tcp(WEB_NAT, "A"), tcp(WEB_NAT, "S"), tcp(WEB_NAT, "R")],
    "each_service": [tcp(to, flags, port=port) for to in (WEB_MAC, WEB_IPIP, SPRAYED, ("198.51.100.8", 81))
                     for flags in ("S", "A") for port in (40000, 40001)],
    "no_tcp_sends": [tcp(WEB_NAT, flags) for flags in ("", "SF", "F", "SR", "SA", "FSRPAU")],
    "datagrams": [query(DNS), query(DNS), ether() / IP(src="10.1.0.13", dst=HOST_IP) / UDP(sport=5353, dport=4000) / body(9),
                  ether() / ip(DNS[0]) / UDP(sport=4000, dport=53, chksum=0) / body(5), query(("198.51.100.8", 500))],
    "fragments": pieces(BIG_QUERY) + pieces(BIG_ANSWER) + [pieces(BIG_QUERY)[2], OVERLAP, pieces(query(DNS, size=700, id=7))[1]],
    "fragments_of_second_service": pieces(tcp(WEB_NAT, "PA", size=700)) + pieces(tcp(WEB_MAC, "PA", size=700, id=8)),
    "pool_full": [tcp(POOLED, flags, client, port) for client in SOURCES for port in (1024, 65535) for flags in "SA"],
    "pool_answers": [frame for port in POOL_PORTS for pool in POOLS for frame in (
                         to_pool(pool, port, "10.1.0.26", "SA"), to_pool(pool, port, "10.1.0.27", "SA"))]
                    + [tcp(POOLED, "A"), tcp(POOLED, "FA")],
    "pool_connection": [tcp(POOLED, "S")] + [to_pool(pool, port, target, "SA") for port in POOL_PORTS for pool in POOLS
                                             for target in ("10.1.0.26", "10.1.0.27")][:24] + [tcp(POOLED, "A", size=600)],
    "pool_errors": [tcp(POOLED, "S"), error_about(FROM_POOLED, "203.0.113.9", POOLED[0]),
                    error_about(FROM_POOLED, HOST_IP, POOLED[0], n_quoted=60)] +
                   [error_about(to_pooled(pool, port), "10.1.0.1", pool, n_quoted=60) for port in POOL_PORTS for pool in POOLS],
    "pool_fragments": pieces(query(POOLED_DNS, size=700)) +
                      [piece for pool in POOLS for port in POOL_PORTS[:4] for piece in
                       pieces(ether() / IP(src="10.1.0.29", dst=pool, id=port) / UDP(sport=5353, dport=port) / body(700))[:2]],
    "fragments_late": burst(*pieces(BIG_QUERY), choices=(0, WAIT_6, OTHER_WORKER)),
    "errors": [tcp(WEB_NAT, "S"), error_about(FROM_PUBLISHED, "203.0.113.9", WEB_NAT[0]),
               error_about(FROM_PUBLISHED, HOST_IP, WEB_NAT[0], n_quoted=60, ttl=1),
               error_about(TO_SERVER, "10.1.0.15", HOST_IP), error_about(TO_SERVER, "10.1.0.1", HOST_IP, n_quoted=60),
               error_about(TO_SERVER, "10.1.0.1", HOST_IP, ttl=1), error_about(FROM_PUBLISHED, HOST_IP, WEB_NAT[0], n_quoted=27)],
    "tunnels": [tunnelled(tcp(WEB_MAC, "S")), tunnelled(tcp(WEB_IPIP, "A")), tunnelled(tcp(WEB_MAC, "S"), sender="203.0.113.9"),
                tunnelled(tcp(("10.5.0.5", 80), "S")), tunnelled(tcp(WEB_MAC, "S"), flags="MF"),
                tunnelled(tunnelled(tcp(WEB_MAC, "S"))), tunnelled(tcp(WEB_MAC, "A"), tos=3), tunnelled(query(("198.51.100.7", 9)))],
    "from_member": [tcp(to, flags, source=PEER) for to in (WEB_MAC, WEB_NAT, WEB_IPIP) for flags in ("S", "A")],
    "too_big": [tcp(to, "A", size=size, port=port) for to, size in ((WEB_MAC, 600), (WEB_NAT, 600), (("198.51.100.8", 81), 517))
                for port in (40002, 40003, 40004)],
    "too_big_df": [tcp(to, "A", size=600, flags="DF") for to in (WEB_MAC, WEB_NAT, ("198.51.100.8", 81))],
    "time_is_up": [tcp(to, "S", ttl=1) for to in (WEB_MAC, WEB_NAT, WEB_IPIP)] + [answer("10.1.0.15", 8443, "A", ttl=1)],
    "answers_too_big": [ether() / IP(src="10.1.0.15", dst="192.0.3.5") / TCP(sport=8443, flags="A") / body(700)],
    "tagged": [Ether(dst=VMAC, src=HOST) / Dot1Q(vlan=100) / tcp(to, "S")[IP] for to in (WEB_MAC, WEB_NAT, WEB_IPIP)],
    "not_a_service": [ether() / ip(WEB_MAC[0]) / ECHO, tcp((WEB_MAC[0], 22), "S"), ether() / ip(GATEWAY) / ECHO],
    "services_change": burst(*[tcp(WEB_IPIP, flags, port=port) for flags in ("S", "A", "S", "A") for port in range(4)],
                             choices=(0, 0, 0, 0, OTHER_SERVICES, 0, 0, 0, WAIT_70, 0, 0, OTHER_SERVICES, 0, OTHER_WORKER)),
    "no_headroom": burst(tcp(WEB_IPIP, "S"), tcp(WEB_IPIP, "S", port=2), choices=(NO_HEADROOM, NO_HEADROOM | BURST_ENDS)),
}.items()}


def main():
    seeds = pathlib.Path(__file__).parent / "seeds"
    for target, inputs in (("forward", FORWARD), ("arp", ARPS), ("datagram", DATAGRAMS), ("address", ADDRESSES),
                           ("glbp", MESSAGES), ("authentication", AUTHENTICATION), ("nat", NAT),
                           ("tunnel", TUNNEL), ("reroute", REROUTE)):
        folder = seeds / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in inputs.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else bytes(content))


if __name__ == "__main__":
    main()

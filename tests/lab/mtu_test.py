# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a smaller MTU behind the gateway: path-MTU discovery, fragmentation, TCP.
from fixture import LabCase, main
from lablib import origin, plan as plans

_MTU = 1400
_UPLOAD_BYTES = 20_000_000


class SmallerUplink(LabCase):
    plan = {"uplink_mtu": _MTU, "n_hosts": 4}

    def test_a_packet_that_must_not_be_fragmented_is_refused_with_the_mtu(self):
        shown = self.lab.run("h1", "ping", "-n", "-M", "do", "-s", "1472", "-c", "1", "-W", "3",
                             plans.SERVER, check=False)
        self.assertNotEqual(shown.returncode, 0)
        self.assertRegex(shown.stdout, rf"From {self.gateway.gateway.lan_address} .*[Ff]rag needed.*mtu = {_MTU}")
        # The host's kernel believed it.
        self.assertIn(f"mtu {_MTU}", self.lab.run("h1", "ip", "route", "get", plans.SERVER).stdout)

    def test_the_largest_packet_that_fits_passes(self):
        self.lab.run("h2", "ping", "-n", "-M", "do", "-s", str(_MTU - 28), "-c", "3", "-W", "3", plans.SERVER)
        above = self.lab.run("h2", "ping", "-n", "-M", "do", "-s", str(_MTU - 27), "-c", "1", "-W", "3",
                             plans.SERVER, check=False)
        self.assertNotEqual(above.returncode, 0)

    def test_tracepath_finds_the_mtu(self):
        self.assertIn(f"pmtu {_MTU}", self.lab.run("h3", "tracepath", "-n", plans.SERVER).stdout)

    def test_a_tcp_upload_completes_through_the_smaller_link(self):
        body = self.lab.state / "body"
        with open(body, "wb") as file:
            file.writelines(origin.blob(_UPLOAD_BYTES))
        digest = self.lab.run("h1", "curl", "-sSf", "--max-time", "60", "-H", "Expect:", "--data-binary",
                              f"@{body}", f"http://{plans.SERVER}/digest", timeout=70).stdout
        self.assertEqual(digest, origin.blob_digest(_UPLOAD_BYTES))


class SmallerUplinkInFragments(LabCase):
    # net_af_packet gets datagrams that the kernel has put together again (docs/ports.md).
    plan = {"uplink_mtu": _MTU, "n_hosts": 4, "driver": "af_xdp"}

    def test_a_packet_that_may_be_fragmented_arrives_in_fragments(self):
        with self.capture("wan", self.gateway.gateway.name) as capture:
            self.lab.run("h4", "ping", "-n", "-q", "-M", "dont", "-s", "4000", "-c", "5", "-W", "3",
                         plans.SERVER)
        to_server = f"ip.dst == {plans.SERVER}"
        self.assertGreaterEqual(len(capture.frames(f"{to_server} && ip.flags.mf == 1")), 5)
        self.assertEqual(capture.frames(f"{to_server} && ip.len > {_MTU}"), [])
        self.assertEqual(capture.malformed(), [])


if __name__ == "__main__":
    main()

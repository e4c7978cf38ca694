# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: three gateways that reroute, with published addresses that each are one gateway's: routers lead a
# client's packets to a gateway that does not know its connection, and answers through yet another.
import time

from fixture import main
from lablib import commands, plan as plans
from lablib.plan import PUBLISHED, UNBALANCED
from services_case import ALL, ServicesCase, service, targets_text

# On the link of the servers and of the lab's own server, which is a client here.
_ON_LINK = "192.0.2.50"
_N = 200


class Members(ServicesCase):
    plan = {"n_hosts": 3, "n_gateways": 3, "balance": UNBALANCED, "uplink_published": (_ON_LINK,)}
    services = (service("plain", PUBLISHED[0], "mode: mac\n    criterion: stateless") +
                service("known", PUBLISHED[1], "mode: mac\n    criterion: stateful") +
                service("translated", PUBLISHED[2], "mode: nat\n    criterion: stateful") +
                service("beside", _ON_LINK, "mode: mac\n    criterion: stateful"))
    n_up = 12

    def lead(self, place, address, gateway_number):
        """As an upstream router would: the address is that gateway's."""
        netns, via = self.lab.plan.place_netns(place), self.lab.plan.gateways[gateway_number].lan_address
        commands.ip_batch(netns, [f"route replace {address}/32 via {via}"])
        self.addCleanup(commands.ip_batch, netns, [f"route replace {address}/32 via {plans.VIP}"])

    def packets(self, service_name):
        return [sum(target["packets"] for target in self.targets(service_name, member).values())
                for member in self.lab.gateways]

    # Before those that change weights, which steering takes some seconds to follow.
    def test_addresses_of_one_gateway_each_are_rerouted_to_all_servers(self):
        names = ("plain", "known", "translated")
        for host in self.lab.plan.hosts:
            for number, address in enumerate(PUBLISHED):
                self.lead(host.name, address, number)
        before = {name: self.packets(name) for name in names}
        for host in self.lab.plan.hosts:
            for address in PUBLISHED:
                client = self.client(host.name, address)
                self.assert_opens(client, 60, ALL)
                self.assertEqual(client.ask()["alive"], 60)
        for number, name in enumerate(names):
            grown = [after - first for after, first in zip(self.packets(name), before[name])]
            self.assertGreater(grown[number], 3 * 60 * 3, f"{name}: {grown}")
            self.assertEqual(sum(grown), grown[number], f"{name} reached no other gateway: {grown}")

    def test_connections_go_on_when_a_router_leads_them_to_a_gateway_that_does_not_know_them(self):
        for name, address in (("known", PUBLISHED[1]), ("translated", PUBLISHED[2])):
            self.lead("h1", address, 0)
            client = self.client("h1", address)
            self.assert_opens(client, _N)
            before = [self.events(member) for member in self.lab.gateways]
            self.lead("h1", address, 2)
            asked = client.ask()
            self.assertEqual(asked["alive"], _N, asked)
            grown = [{key: now[key] - first[key] for key in now}
                     for now, first in zip(map(self.events, self.lab.gateways), before)]
            self.assertGreater(grown[2]["unknown_asked"], 0, name)
            self.assertGreater(grown[0]["final_local"], 0, "the home member passes them on, once")

    def test_connections_away_from_their_slots_go_on_at_a_gateway_that_has_just_started(self):
        victim = self.lab.gateways[2]
        for name, address in (("known", PUBLISHED[1]), ("translated", PUBLISHED[2])):
            self.lead("h1", address, 0)
            client = self.client("h1", address)
            self.assert_opens(client, _N)
            # Now about a third of them are not where a slot would send them.
            self.do(f"set target {name}/s1 weight 1", f"set target {name}/s1 weight 100")
            self.assertEqual(client.ask()["alive"], _N)
            victim.crash()
            time.sleep(1)
            victim.start()
            self.lab.wait_until_settled()
            time.sleep(2)
            known = self.events(victim)["learned"]
            self.lead("h1", address, 2)
            asked = client.ask()
            self.assertEqual(asked["alive"], _N, f"{name}: {asked}")
            self.eventually(lambda: self.events(victim)["learned"] > known, 5, "the asked member tells what it knows")
            self.do(f"set target {name}/s1 weight 100")

    def test_answers_of_nat_return_through_another_gateway(self):
        self.lead("h2", PUBLISHED[2], 0)
        for server in self.lab.plan.targets:
            self.addCleanup(commands.ip_batch, server.netns, [f"route replace default via {self.lab.plan.way_back}"])
            commands.ip_batch(server.netns, [f"route replace default via {self.lab.plan.gateways[1].uplink_address}"])
        before = [self.events(member)["answers_restored"] for member in self.lab.gateways]
        client = self.client("h2", PUBLISHED[2])
        self.assert_opens(client, _N)
        self.do("drain target translated/s1", "undrain target translated/s1")
        self.assertEqual(client.ask()["alive"], _N)
        grown = [self.events(member)["answers_restored"] - first for member, first in zip(self.lab.gateways, before)]
        self.assertGreater(grown[1], 2 * _N)
        # Those of health checks come back to who asked.
        self.assertLess(grown[0] + grown[2], _N, "none came back by the way of the question")

    def test_a_client_on_the_link_of_the_servers_and_the_published_address_is_served(self):
        client = self.client("server", _ON_LINK)
        self.assert_opens(client, _N, ALL)
        self.do("set target beside/s1 weight 10", "set target beside/s1 weight 100")
        self.assertEqual(client.ask()["alive"], _N)
        self.assertGreater(sum(self.packets("beside")), 3 * _N)

    def test_a_ping_of_an_address_that_is_one_gateways_is_answered(self):
        for number in range(3):
            self.lead("h3", PUBLISHED[0], number)
            self.assertTrue(self.lab.pings("h3", PUBLISHED[0]), f"gw{number + 1}")


class Counted(ServicesCase):
    """What all members together say of a target, where they tell each other of connections."""

    _ROOM = 100
    _OPTIONS = f", max-connections: {_ROOM}"
    plan = {"n_hosts": 2, "n_gateways": 3, "balance": UNBALANCED}
    services = service("web", PUBLISHED[0], "mode: mac\n    criterion: stateful\n    choose: load",
                       targets_text(s1=_OPTIONS, s2=_OPTIONS, s3=_OPTIONS))

    def test_a_connection_that_members_were_told_of_counts_once(self):
        client = self.client("h1", PUBLISHED[0])
        opened = self.assert_opens(client, 2 * self._ROOM)
        time.sleep(3)
        for member in self.lab.gateways:
            for name, target in self.targets("web", member).items():
                print(f"{member.gateway.name} {name}: {target['state']}, {target['connections']} here, "
                      f"{target['connections_elsewhere']} elsewhere, {opened['servers'].get(name)} of the client")
        for name, target in self.targets("web").items():
            self.assertEqual(target["state"], "up", f"{name} has room")
            self.assertEqual(target["connections"] + target["connections_elsewhere"], opened["servers"][name])
        self.assert_opens(client, self._ROOM // 2)
        time.sleep(2)
        self.assertEqual(client.ask()["alive"], 2 * self._ROOM + self._ROOM // 2)


if __name__ == "__main__":
    main()

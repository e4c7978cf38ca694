# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: three gateways, each of which reroutes for three published addresses: connections through a hand-over
# of all that a gateway has, and through its death.
import contextlib
import time

from fixture import LabCase, main
from lablib import servers as lab_servers
from lablib.plan import UNBALANCED
from lablib.servers import PUBLISHED, Client, wait_until_up
from services_test import service

_PER_CLIENT = 125
_N_HOSTS = 4
# Of a thousand. A connection that is as young as the newest slots may be unknown to all that live on.
_MOST_LOST = 5


class GroupOfServices(LabCase):
    plan = {"n_hosts": _N_HOSTS, "n_gateways": 3, "balance": UNBALANCED, "services": "services:\n" +
            service("plain", PUBLISHED[0], "mode: mac\n    criterion: stateless") +
            service("known", PUBLISHED[1], "mode: mac\n    criterion: stateful") +
            service("translated", PUBLISHED[2], "mode: nat\n    criterion: stateful")}

    def test_connections_survive_a_hand_over_and_a_death(self):
        with contextlib.ExitStack() as stack:
            stack.enter_context(lab_servers.servers(self.lab, 3))
            for member in self.lab.gateways:
                wait_until_up(self, member, 9)
            time.sleep(2)  # slots as they will stay
            clients = {(host.name, address): stack.enter_context(Client(self.lab, host.name, address))
                       for host in self.lab.plan.hosts for address in PUBLISHED}
            for client in clients.values():
                self.assertEqual(client.open(_PER_CLIENT)["failed"], 0)
            time.sleep(1)

            def lost():
                asked = {key: client.ask() for key, client in clients.items()}
                for key, found in asked.items():
                    if found["lost"]:
                        print(key, found["lost"], [member.ask(f"show connections {found['lost'][0][0]}")
                                                   for member in self.lab.gateways if member.is_running()])
                return {address: sum(found["asked"] - found["alive"] for (_, of), found in asked.items()
                                     if of == address) for address in PUBLISHED}

            def assert_kept(when):
                found = lost()
                print(f"of {_N_HOSTS * _PER_CLIENT} each, lost {when}: {found}")
                self.assertLessEqual(sum(found.values()), _MOST_LOST, when)

            assert_kept("so far")
            self.lab.gateways[2].ask("drain")
            time.sleep(3)
            assert_kept("through a hand-over")
            self.lab.gateways[2].ask("undrain")
            time.sleep(3)
            assert_kept("and back")
            self.lab.gateways[1].crash()
            time.sleep(1.5)
            assert_kept("at a death")


if __name__ == "__main__":
    main()

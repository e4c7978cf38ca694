# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a lab that lasts as long as the command that measures in it, however that ends.
# Used by: lablib.outage_command, lablib.balance_command.
import contextlib
import signal

from lablib.lab import Lab


@contextlib.contextmanager
def made_lab(plan):
    lab = Lab(plan)
    try:
        lab.up()
        yield lab
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not stop the cleaning up
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        lab.down()
        end_at_signals()


def end_at_signals():
    """SIGTERM ends a command as Ctrl-C does: it cleans up behind itself."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: asks an appliance's console through its socket; a process for each question would take the
# CPU from what is measured. The protocol is in lib/console/frame.hpp. Used by: lablib.gateways.
import socket

from lablib import commands

_PATIENCE_SECONDS = 5


class ConsoleError(commands.CommandError):
    """The appliance refused, or nobody answers; the text says which."""


def ask(socket_path, command):
    """What the console prints for a command of one line."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_PATIENCE_SECONDS)
            connection.connect(str(socket_path))
            connection.sendall(command.encode() + b"\n")
            status, text = _receive(connection)
    except OSError as error:
        raise ConsoleError(f"console {socket_path}: {command}: {error}") from error
    if status != 0:
        raise ConsoleError(f"console {socket_path}: {command}: status {status}: {text.strip()}")
    return text


def _receive(connection):
    """A reply is "STATUS LENGTH", a newline, and so many bytes."""
    received = b""
    while b"\n" not in received:
        received += _some(connection)
    header, text = received.split(b"\n", 1)
    status, length = (int(word) for word in header.split())
    while len(text) < length:
        text += _some(connection)
    return status, text.decode(errors="replace")


def _some(connection):
    more = connection.recv(1 << 16)
    if not more:
        raise OSError("the appliance closed the connection")
    return more

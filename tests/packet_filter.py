"""Whether this user may put a packet filter on a socket of his own, with which the lab filters ports."""

from __future__ import annotations

import socket

import pytest

from lab.cucm.listener import drop_all


def _allowed() -> bool:
    with socket.socket() as own:
        try:
            drop_all(own, True)
        except PermissionError:
            return False
    return True


needs_packet_filter = pytest.mark.skipif(not _allowed(), reason="this user may put no packet filter on a socket here")

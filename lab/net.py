"""Addresses and ports: the block of loopback addresses that one lab owns.

Option 150 and RIS carry addresses and no ports, so every host of the lab has an address of its own in one block
`127.N.0.0/16` and listens on Cisco's port numbers; only those below 1024 are moved, since the lab needs no root.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network


@dataclass(frozen=True)
class Ports:
    """TCP and UDP ports of the lab. 22, 69, 67 and 80 are moved above 1024; the others are Cisco's own."""

    ssh: int = 2022
    https: int = 8443
    config_http: int = 6970
    config_https: int = 6971
    tftp: int = 6069
    sip: int = 5060
    sips: int = 5061
    sccp: int = 2000
    sccps: int = 2443
    dhcp_server: int = 6067
    phone_http: int = 8080
    control: int = 6999
    kea_control: int = 8000
    # Kea listens on an address that the interface really has: 127.0.0.1, with one port for each block.
    kea_first: int = 6100


PORTS = Ports()

FIRST_BLOCK = 10
LAST_BLOCK = 250
FIRST_VOICE_SUBNET = 20
MAX_SWITCHES = 250 * (FIRST_VOICE_SUBNET - 1)
MAX_SUBSCRIBERS = 8
MAX_VOICE_SUBNETS = 256 - FIRST_VOICE_SUBNET


class NoFreeBlock(OSError):
    """No block could be claimed: all are in use, or this machine has no addresses in 127.0.0.0/8 beyond 127.0.0.1."""


@dataclass(frozen=True)
class Block:
    """The addresses 127.N.0.0/16 of one lab."""

    number: int

    @property
    def prefix(self) -> str:
        """The first two octets, such as `127.10`."""
        return f"127.{self.number}"

    @property
    def control(self) -> str:
        """Address of the control socket; the block belongs to the process that listens on it."""
        return f"{self.prefix}.0.1"

    @property
    def publisher(self) -> str:
        """Address of the CUCM publisher."""
        return f"{self.prefix}.0.10"

    def node(self, index: int) -> str:
        """Address of a node of the cluster: the publisher's for 0, then 127.N.0.11 and the following ones."""
        if not 0 <= index <= MAX_SUBSCRIBERS:
            raise ValueError(f"a block has addresses for {MAX_SUBSCRIBERS} subscribers, not for number {index}")
        return f"{self.prefix}.0.{10 + index}"

    @property
    def dhcp(self) -> str:
        """Address of the DHCP server beside the switches."""
        return f"{self.prefix}.0.20"

    def switch(self, index: int) -> str:
        """Management address of the switch `index` (from 0): 127.N.1.1 to .250, then 127.N.2.1 and so on."""
        if not 0 <= index < MAX_SWITCHES:
            raise ValueError(f"a block has addresses for {MAX_SWITCHES} switches, not for switch number {index + 1}")
        return f"{self.prefix}.{1 + index // 250}.{1 + index % 250}"

    def voice_subnet(self, index: int = 0) -> IPv4Network:
        """The voice subnet `index` (from 0): 127.N.20.0/24 and the following ones. Its gateway is .1."""
        if not 0 <= index < MAX_VOICE_SUBNETS:
            raise ValueError(f"a block has {MAX_VOICE_SUBNETS} voice subnets, not a number {index + 1}")
        return IPv4Network(f"{self.prefix}.{FIRST_VOICE_SUBNET + index}.0/24")

    def fill(self, text: str) -> str:
        """`text` with every `{block}` replaced by this block's prefix (`127.N`)."""
        return text.replace("{block}", self.prefix)


def claim_block(
    numbers: Iterable[int] = range(FIRST_BLOCK, LAST_BLOCK + 1), ports: Ports = PORTS
) -> tuple[Block, socket.socket]:
    """Claim the first free block; the returned listening socket holds it until it is closed.

    Two listeners can't share an address and port (Linux refuses the second `listen`, SO_REUSEADDR or not), so the
    kernel is the arbiter and frees the block however the process ends. A block in which another program uses an
    address of the publisher or of the first switch isn't free either. Raises NoFreeBlock.
    """
    last_error: OSError | None = None
    for number in numbers:
        block = Block(number)
        try:
            listener = _listen(block.control, ports.control)
        except OSError as error:
            last_error = error
            if error.errno == errno.EADDRINUSE:
                continue
            break
        try:
            _probe(block, ports)
        except OSError as error:
            listener.close()
            last_error = error
            continue
        listener.setblocking(False)
        return block, listener
    if last_error is not None and last_error.errno == errno.EADDRNOTAVAIL:
        raise NoFreeBlock(
            last_error.errno,
            "this machine has no addresses in 127.0.0.0/8 beyond 127.0.0.1; the lab needs Linux's loopback",
        )
    raise NoFreeBlock(
        last_error.errno if last_error else 0,
        f"no block 127.N.0.0/16 is free; the last one tried: {last_error.strerror if last_error else 'none'}",
    )


def _listen(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # For TIME_WAIT only: connections of an ended lab must not keep its block from being used again.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(16)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{address}:{port}: {error.strerror}") from error
    return listener


def _probe(block: Block, ports: Ports) -> None:
    """Raise OSError where another program listens on an address that every lab uses."""
    for port in (ports.https, ports.config_http, ports.config_https, ports.sip, ports.sips, ports.sccp, ports.sccps):
        _listen(block.publisher, port).close()
    _listen(block.switch(0), ports.ssh).close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        try:
            datagrams.bind((block.publisher, ports.tftp))
        except OSError as error:
            raise OSError(error.errno, f"{block.publisher}:{ports.tftp}/udp: {error.strerror}") from error

"""The layer-2 domain of a site, and the UDP side of DHCP: servers and relays on the switches' SVI addresses."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import dhcp_packet as dhcp
from .dhcp_packet import DhcpError, DhcpPacket

if TYPE_CHECKING:
    from .switch import Switch

log = logging.getLogger(__name__)
_PENDING = 4096
_MAX_HOPS = 16
Deliver = Callable[[bytes], None]


class Fabric:
    """Joins the switches of a site. Their uplinks are trunks to one another."""

    def __init__(self, *, dhcp_port: int) -> None:
        """`dhcp_port` is the UDP port on which every DHCP server and relay listens, on its SVI's address."""
        self.dhcp_port = dhcp_port
        self.switches: list[Switch] = []
        self._ways: dict[str, tuple[object, ...]] = {}
        self._routers: dict[tuple[str, int], frozenset[str]] = {}

    def join(self, switch: Switch) -> None:
        """Cable a switch in."""
        self.switches.append(switch)
        self._link_changed()

    def leave(self, switch: Switch) -> None:
        """Take a switch out."""
        if switch in self.switches:
            self.switches.remove(switch)
            self._link_changed()

    def _link_changed(self) -> None:
        for index, switch in enumerate(self.switches):
            others = self.switches[1:] if index == 0 else self.switches[:1]
            switch.neighbor = others[0] if others else None
        self._routers.clear()

    def changed(self, switch: Switch) -> None:
        """A switch is configured anew: devices at others are told, as other ways may lead to its VLAN interfaces."""
        uplink, config = switch.uplink, switch.config
        carried = uplink and (uplink.link, uplink.trunking, config.peek(uplink.interface).get("allowed"))
        addresses = tuple((vlan, svi.get("address")[0]) for vlan, svi in config.svis().items())
        way, before = (tuple(config.vlans), carried, addresses), self._ways.get(switch.name)
        if way == before:
            return
        self._ways[switch.name] = way
        self._routers.clear()
        if addresses or (before and before[-1]):
            for other in self.switches:
                if other is not switch:
                    other.settle()

    def routers(self, source: Switch, vlan: int) -> frozenset[str]:
        """The addresses of the VLAN interfaces that frames of a VLAN get to from a switch."""
        key = (source.name, vlan)
        if key not in self._routers:
            reached = (
                svi.get("address")[0]
                for switch in self._knowing(vlan)
                if self.reaches(source, switch, vlan) and (svi := switch.config.svis().get(vlan)) is not None
            )
            self._routers[key] = frozenset(reached)
        return self._routers[key]

    def _knowing(self, vlan: int) -> list[Switch]:
        """The switches that have a VLAN; most of many don't, which is quickly asked."""
        return [switch for switch in self.switches if vlan in switch.config.vlans]

    def reaches(self, source: Switch, target: Switch, vlan: int) -> bool:
        """Whether frames of a VLAN get from one switch to another: both know it and both uplinks carry it."""
        if vlan not in source.config.vlans or vlan not in target.config.vlans:
            return False
        if source is target:
            return True
        return all(s.uplink is not None and s.uplink.link and s.uplink.carries(vlan) for s in (source, target))

    def dhcp_broadcast(self, source: Switch, vlan: int, payload: bytes, deliver: Deliver) -> None:
        """Hand a client's broadcast to every SVI of the VLAN that it reaches."""
        try:
            request = DhcpPacket.decode(payload)
        except DhcpError as error:
            log.debug("dropped a malformed DHCP broadcast on %s: %s", source.name, error)
            return
        for switch in self._knowing(vlan):
            svi = switch.config.svis().get(vlan) if self.reaches(source, switch, vlan) else None
            if svi is not None:
                switch.dhcp.from_segment(request, svi.get("address")[0], svi.get("helpers", ()), deliver)


class DhcpSockets:
    """DHCP of one switch on the wire: a UDP socket on each SVI address, for relayed requests and for relaying."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._sockets: dict[str, socket.socket] = {}
        self._pending: OrderedDict[tuple[int, str], Deliver] = OrderedDict()

    def refresh(self) -> None:
        """Open and close sockets so that they are those of the SVIs now. Only loopback addresses are opened."""
        wanted = {
            config.get("address")[0]
            for config in self._switch.config.svis().values()
            if ipaddress.IPv4Address(config.get("address")[0]).is_loopback
        }
        for address in self._sockets.keys() - wanted:
            self._close(address)
        for address in wanted - self._sockets.keys():
            self._open(address)

    def close(self) -> None:
        """Close every socket."""
        for address in list(self._sockets):
            self._close(address)
        self._pending.clear()

    def _open(self, address: str) -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.bind((address, self._switch.fabric.dhcp_port))
        except OSError as error:
            sock.close()
            log.warning("%s: DHCP on %s isn't reachable by UDP: %s", self._switch.name, address, error)
            return
        self._sockets[address] = sock
        asyncio.get_running_loop().add_reader(sock, self._readable, address, sock)

    def _close(self, address: str) -> None:
        sock = self._sockets.pop(address)
        asyncio.get_running_loop().remove_reader(sock)
        sock.close()

    def _readable(self, address: str, sock: socket.socket) -> None:
        try:
            data, sender = sock.recvfrom(4096)
            packet = DhcpPacket.decode(data)
        except BlockingIOError:
            return
        except (OSError, DhcpError) as error:
            log.debug("%s: dropped a datagram on %s: %s", self._switch.name, address, error)
            return
        if packet.op == dhcp.BOOTREPLY:
            deliver = self._pending.get((packet.xid, packet.mac))
            if deliver is not None:
                deliver(data)
            return
        relayed = packet.giaddr != "0.0.0.0"
        link = packet.giaddr if relayed else packet.ciaddr
        answer = self._switch.dhcp_server.handle(packet, server=address, link=link)
        if answer is not None:
            target = (packet.giaddr, self._switch.fabric.dhcp_port) if relayed else sender
            self._send(sock, answer, target)

    def from_segment(self, request: DhcpPacket, svi: str, helpers: list[str], deliver: Deliver) -> None:
        """A broadcast that arrived at one of the switch's SVIs: answered out of a pool, else relayed to the helpers."""
        server = self._switch.dhcp_server
        if server.pool_for(svi) is not None:
            answer = server.handle(request, server=svi, link=svi)
            if answer is not None:
                asyncio.get_running_loop().call_soon(deliver, answer.encode())
            return
        sock = self._sockets.get(svi)
        if sock is None or not helpers or request.hops >= _MAX_HOPS or request.op != dhcp.BOOTREQUEST:
            return
        self._pending[(request.xid, request.mac)] = deliver
        while len(self._pending) > _PENDING:
            self._pending.popitem(last=False)
        relayed = DhcpPacket.decode(request.encode())
        relayed.giaddr, relayed.hops = svi, request.hops + 1
        for helper in helpers:
            self._send(sock, relayed, (helper, self._switch.fabric.dhcp_port))

    def _send(self, sock: socket.socket, packet: DhcpPacket, target: tuple[str, int]) -> None:
        try:
            sock.sendto(packet.encode(), target)
        except OSError as error:
            log.debug("%s: couldn't send DHCP to %s: %s", self._switch.name, target[0], error)

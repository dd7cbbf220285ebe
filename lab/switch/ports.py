"""Switch ports: inline power, link, CDP and LLDP, and the device at the other end of the cable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from . import authentication, port_security, syslog
from .neighbors import Neighbor
from .port_security import Learned
from .rollback import Handle
from .syslog import PortState

if TYPE_CHECKING:
    from .switch import Switch


@dataclass(frozen=True)
class CdpAdvert:
    """What a port tells its neighbour by CDP, and as far as it matters here by LLDP-MED.

    `voice_vlan` is None without one, 0 for priority tagging (dot1p).
    """

    device_id: str
    port_id: str
    platform: str
    native_vlan: int
    voice_vlan: int | None


class Device(Protocol):
    """What a port needs to know of the device that is plugged in: a phone, or a Neighbor."""

    mac: str  # 12 hex digits, upper case
    platform: str  # "Cisco IP Phone 8841"
    name: str  # "SEP..."
    watts: float  # 0: it has a power supply of its own
    load: str
    address: str | None

    # Two more are looked for and taken as true where they are missing: `lit`, its interface is up, and `talks`, it
    # sends frames, CDP and LLDP. A phone whose firmware doesn't start draws power and does neither for long.

    def link_changed(self) -> None:
        """Power, link or what the port says by CDP and LLDP is another one now."""


class Port:
    """One port. Uplinks join the fabric and give no power."""

    __slots__ = (
        "_disabled",
        "_fault",
        "_logged",
        "_powered",
        "_recovery",
        "_seen",
        "device",
        "hosts",
        "interface",
        "learned",
        "member",
        "switch",
        "uplink",
    )

    def __init__(self, switch: Switch, interface: str, member: int = 1, uplink: bool = False) -> None:
        self.switch = switch
        self.member = member
        self.interface = interface
        self.uplink = uplink
        self.device: Device | None = None
        self.hosts: tuple[str, ...] = ()
        self.learned: Learned | None = None
        self._disabled: str | None = None
        self._recovery: tuple[float, Handle] | None = None
        self._fault = False
        self._powered = False
        self._seen: tuple[object, ...] = ()
        self._logged = PortState()

    def __repr__(self) -> str:
        return f"Port({self.switch.name} {self.interface})"

    @property
    def poe_fault(self) -> bool:
        """A defect of the port's power controller: it delivers nothing and `show power inline` says faulty."""
        return self._fault

    @poe_fault.setter
    def poe_fault(self, value: bool) -> None:
        self._fault = value
        self.switch.settle()

    @property
    def powered(self) -> bool:
        """Whether inline power is delivered now."""
        return self._powered

    @property
    def link(self) -> bool:
        """Whether the port is up. What has no other supply, as a phone, has no link without power."""
        if self._shut or self._disabled or not self.switch.running:
            return False
        if self.uplink:
            return self.switch.uplink is self and self.switch.neighbor is not None
        lit = getattr(self.device, "lit", True)
        return lit and (self._powered or (self.device is not None and self.device.watts == 0))

    @property
    def talks(self) -> bool:
        """Whether anything is heard of the device: frames, CDP, LLDP."""
        return self.device is not None and self.link and getattr(self.device, "talks", True)

    @property
    def disabled(self) -> str | None:
        """Why the port is err-disabled (`psecure-violation`, `bpduguard`, `link-flap` ...); None: it isn't."""
        return self._disabled

    @property
    def seconds_left(self) -> int:
        """Until the port comes up again by itself."""
        return max(0, round(self._recovery[0] - self.switch.clock())) if self._recovery else 0

    def disable(self, reason: str) -> None:
        """Err-disable the port: it has no link until it is shut and turned on again, or recovers by itself."""
        if self._disabled is None:
            self._disabled = reason
            if self.switch.config.recovers(reason):
                seconds = self.switch.config.recovery_interval
                handle = self.switch.later(seconds * self.switch.minute / 60, self._recovered)
                self._recovery = (self.switch.clock() + seconds, handle)
            self.switch.settle()

    def _recovered(self) -> None:
        self.recover()
        self.switch.settle()

    def recover(self) -> None:
        """The port is no longer err-disabled; for `shutdown`, which settles by itself."""
        self._disabled = None
        if self._recovery is not None:
            self._recovery[1].cancel()
            self._recovery = None

    def hear(self, mac: str) -> None:
        """A frame of another host comes in, such as of a computer behind the phone. `mac` is 12 hex digits."""
        if mac not in self.hosts:
            self.hosts = (*self.hosts, mac)
        self.switch.settle()

    def talkers(self) -> list[tuple[int, str]]:
        """(VLAN, MAC) of all that is heard here: a phone in the access VLAN first, then in its voice VLAN."""
        if not self.talks or not authentication.allowed(self):
            return []
        advert = None if isinstance(self.device, Neighbor) else self.advert()
        heard = [(self.vlan_of(0), self.device.mac)]
        if advert is not None and advert.voice_vlan:
            heard.append((self.vlan_of(advert.voice_vlan), self.device.mac))
        heard += [(self.vlan_of(0), mac) for mac in self.hosts]
        return list(dict.fromkeys((vlan, mac) for vlan, mac in heard if vlan is not None))

    @property
    def guarded(self) -> bool:
        """Whether BPDU guard watches the port, by its own setting or by the switch's for ports with portfast."""
        config = self.switch.config
        interface = config.peek(self.interface)
        own = interface.get("bpduguard")
        if own is not None or interface.get("portfast") is None:
            return own == "enable"
        words = ("spanning-tree portfast bpduguard default", "spanning-tree portfast edge bpduguard default")
        return any(line in words for line in config.lines.values())

    def watch(self) -> None:
        """Shut the port where BPDU guard or port security says so."""
        if self.link and self.guarded and isinstance(self.device, Neighbor) and self.device.sends_bpdus:
            self.disable("bpduguard")
        port_security.watch(self)

    @property
    def _shut(self) -> bool:
        return bool(self.switch.config.peek(self.interface).get("shutdown"))

    @property
    def power_mode(self) -> str:
        """`auto`, `static` or `never`."""
        return (self.switch.config.peek(self.interface).get("power") or ("auto", None))[0]

    @property
    def power_limit(self) -> float:
        """The most the port may deliver, in watts."""
        limit = (self.switch.config.peek(self.interface).get("power") or ("auto", None))[1]
        return limit / 1000 if limit else self.switch.model.port_watts

    @property
    def power_wanted(self) -> bool:
        """Whether the port would deliver power if the budget allows it."""
        if self.uplink or self.device is None or not self.switch.running:
            return False
        if self._fault or self._shut or self.power_mode == "never":
            return False
        return 0 < self.device.watts <= self.power_limit

    @property
    def power_reserved(self) -> float:
        """Watts that the port takes from the switch's budget."""
        if self.power_mode == "static" and not self.uplink:
            return self.power_limit
        return self.device.watts if self._powered and self.device is not None else 0.0

    @property
    def power_state(self) -> str:
        """The `Oper` column of `show power inline`."""
        if self._powered:
            return "on"
        if self._fault and self.power_mode != "never":
            return "faulty"
        asks = self.device is not None and self.device.watts > 0
        if asks and self.power_mode != "never" and not self._shut and self.switch.running:
            return "power-deny"
        return "off"

    def set_power(self, on: bool) -> None:
        """For the switch's power manager only."""
        self._powered = on

    def attach(self, device: Device) -> None:
        """Plug a phone or another device in. If the port powers it, its `link_changed()` is called before this returns.

        Raises ValueError where something is plugged in already, or on an uplink.
        """
        if self.device is not None or self.uplink:
            raise ValueError(f"{self!r} is taken")
        self.device = device
        self.switch.settle()

    def detach(self) -> None:
        """Pull the cable. The phone gets its last `link_changed()` with the port dark."""
        device, self.device, self.hosts = self.device, None, ()
        self.switch.settle()
        self.record()
        if device is not None and self._seen:
            self._seen = ()
            device.link_changed()

    def blink(self) -> None:
        """The device's own interface went down or came up."""
        self.switch.settle()

    def announce(self) -> None:
        """Tell the device if power, link or what it hears changed since it was told last."""
        if self.device is None:
            return
        now = (self._powered, self.link, self.advert(), self._way()) if self._powered or self.link else ()
        if now != self._seen:
            self._seen = now
            self.device.link_changed()

    def _way(self) -> tuple[object, ...]:
        """Which routers the device's frames get to; another answer may cut it off."""
        if not self.link or not authentication.allowed(self):
            return ()
        voice = self.switch.config.voice_vlan(self.interface) or 0
        return tuple(self.switch.fabric.routers(self.switch, vlan) for tag in (0, voice) if (vlan := self.vlan_of(tag)))

    def routes(self, vlan: int, router: str) -> bool:
        """Whether a router with that address answers the device's frames, tagged `vlan` (0: untagged)."""
        travels = self.vlan_of(vlan)
        if not self.link or travels is None or not authentication.allowed(self):
            return False
        return router in self.switch.fabric.routers(self.switch, travels)

    def record(self) -> None:
        """Write into the switch's log what changed at the port since the last time."""
        before, shut = self._logged, self._shut
        now = PortState(self.power_state, self.link, shut, self._disabled, authentication.client(self))
        if now != before and self.switch.running:
            self._logged = now
            for text in syslog.changes(self, before, now):
                self.switch.log.add(text)

    def cdp(self) -> CdpAdvert | None:
        """What the switch advertises here by CDP; None without link or with CDP off."""
        config = self.switch.config
        if not self.link or not config.cdp_run or config.peek(self.interface).get("cdp") is False:
            return None
        return self._advert()

    def advert(self) -> CdpAdvert | None:
        """What a phone learns here, by CDP or, where that is off, by LLDP-MED."""
        return self.cdp() or (self._advert() if self.sends_lldp else None)

    @property
    def sends_lldp(self) -> bool:
        """Whether the switch speaks LLDP here."""
        config = self.switch.config
        return self.link and config.lldp_run and config.peek(self.interface).get("lldp_transmit") is not False

    @property
    def hears_lldp(self) -> bool:
        """Whether the switch listens to LLDP here."""
        config = self.switch.config
        return self.link and config.lldp_run and config.peek(self.interface).get("lldp_receive") is not False

    def _advert(self) -> CdpAdvert:
        config = self.switch.config
        interface = config.peek(self.interface)
        native = interface.get("native_vlan", 1) if self.trunking else self.access_vlan
        return CdpAdvert(
            device_id=config.hostname,
            port_id=self.interface,
            platform=f"cisco {self.switch.model.name}",
            native_vlan=native,
            voice_vlan=config.voice_vlan(self.interface),
        )

    @property
    def access_vlan(self) -> int:
        """The VLAN of untagged frames on an access port."""
        return self.switch.config.peek(self.interface).get("access_vlan", 1)

    @property
    def trunking(self) -> bool:
        """Whether the port is a trunk: by its mode, or as the uplink unless an access port."""
        mode = self.switch.config.peek(self.interface).get("mode")
        return mode == "trunk" or (self.uplink and mode != "access")

    def carries(self, vlan: int) -> bool:
        """Whether the port, as a trunk, lets the VLAN through."""
        allowed = self.switch.config.peek(self.interface).get("allowed")
        return self.trunking and (allowed is None or vlan in allowed)

    def vlan_of(self, vlan: int) -> int | None:
        """The VLAN in which a frame of the phone travels on, given its tag (0: none); None if the port drops it."""
        config = self.switch.config
        voice = config.voice_vlan(self.interface)
        untagged = config.peek(self.interface).get("native_vlan", 1) if self.trunking else self.access_vlan
        if vlan == 0 or (vlan == untagged and vlan != voice):
            vlan = untagged
        elif vlan != voice and not self.carries(vlan):
            return None
        return vlan if vlan in config.vlans else None

    async def dhcp(self, payload: bytes, *, vlan: int, deliver: Callable[[bytes], None]) -> None:
        """Send a DHCP broadcast of the attached phone, tagged `vlan` (0: untagged). Answers come to `deliver`, later.

        The switch drops it unless the port has link and the VLAN is its voice or access VLAN and exists.
        """
        if not self.link:
            return
        travels = self.vlan_of(vlan) if authentication.allowed(self) else None
        offender = self.learned is not None and (travels, self.device.mac) in self.learned.offenders
        if travels is not None and not offender:
            self.switch.fabric.dhcp_broadcast(self.switch, travels, payload, deliver)

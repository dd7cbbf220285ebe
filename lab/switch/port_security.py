"""Port security: how many addresses a port lets in, which it has learned, and what follows when there are more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .models import Model

if TYPE_CHECKING:
    from .ports import Port

# VLAN class -> how the lines that hold for it end.
_SUFFIX = {None: "", "access": " vlan access", "voice": " vlan voice"}


@dataclass(frozen=True)
class Security:
    """The settings of one port. `limits` is by VLAN class (None: the whole port); `macs` are (MAC, sticky, class)."""

    enabled: bool = False
    limits: tuple[tuple[str | None, int], ...] = ()
    violation: str = "shutdown"
    sticky: bool = False
    macs: tuple[tuple[str, bool, str | None], ...] = ()
    aging: tuple[str, ...] = ()

    def limit(self, of: str | None = None) -> int | None:
        """The most addresses of a VLAN class; None: as many as the port may have at all."""
        return dict(self.limits).get(of, 1 if of is None else None)

    def with_limit(self, of: str | None, most: int | None) -> Security:
        """With another limit, None for the default."""
        limits = {**dict(self.limits), of: most}
        if of is None and most == 1:
            limits[of] = None
        kept = tuple((key, limits[key]) for key in _SUFFIX if limits.get(key) is not None)
        return replace(self, limits=kept)

    def with_mac(self, mac: str, sticky: bool, of: str | None) -> Security:
        """With one more address."""
        return self if (mac, sticky, of) in self.macs else replace(self, macs=(*self.macs, (mac, sticky, of)))

    def lines(self, model: Model) -> list[str]:
        """Its lines in the running configuration, without what is the default."""
        lines = [f"maximum {most}{_SUFFIX[of]}" for of, most in self.limits]
        if self.violation != "shutdown":
            # The older releases print two blanks.
            lines.append(f"violation {'' if model.ios_xe else ' '}{self.violation}")
        if self.sticky:
            lines.append("mac-address sticky")
        lines += [f"mac-address {'sticky ' if sticky else ''}{mac}{_SUFFIX[of]}" for mac, sticky, of in self.macs]
        lines += [f"aging {words}" for words in self.aging]
        lines += [""] if self.enabled else []
        return [f"switchport port-security {line}".rstrip() for line in lines]


OFF = Security()


@dataclass
class Learned:
    """What a port with port security has heard. Addresses are (VLAN, 12 hex digits)."""

    secured: list[tuple[int, str]] = field(default_factory=list)
    offenders: list[tuple[int, str]] = field(default_factory=list)
    violations: int = 0
    last: tuple[int, str] | None = None


def _dotted(mac: str) -> str:
    lowered = mac.lower()
    return ".".join(lowered[index : index + 4] for index in range(0, 12, 4))


def settings(port: Port) -> Security:
    """The port's settings."""
    return port.switch.config.peek(port.interface).get("security", OFF)


def watch(port: Port) -> None:
    """Look at who talks on the port; a violation follows where it is one too many."""
    config = settings(port)
    if not config.enabled or not port.link:
        if port.learned is not None:
            port.learned.secured.clear()
            port.learned.offenders.clear()
        return
    learned = port.learned = port.learned or Learned()
    voice = port.switch.config.voice_vlan(port.interface)
    for address in port.talkers():
        if address in learned.secured or address in learned.offenders:
            continue
        learned.last = address
        of = "voice" if address[0] == voice else "access"
        of_class = sum((vlan == voice) == (of == "voice") for vlan, _ in learned.secured)
        most = config.limit(of)
        if len(learned.secured) < config.limit() and (most is None or of_class < most):
            learned.secured.append(address)
            if config.sticky:
                config = config.with_mac(_dotted(address[1]), True, "voice" if of == "voice" else None)
                port.switch.config.interface(port.interface).set("security", config)
            continue
        learned.offenders.append(address)
        if config.violation != "protect":
            learned.violations += 1
        if config.violation == "shutdown":
            port.disable("psecure-violation")
            return

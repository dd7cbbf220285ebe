"""Configuration of the DHCP server: pools, options, excluded addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from .dhcp_server import option_value
from .grammar import Rejected
from .modes import CONFIG, POOL
from .state import DAY, DhcpPool

if TYPE_CHECKING:
    from .session import Session

_MAX_ADDRESSES = 8


@CONFIG.command("ip dhcp pool WORD")
def pool(session: Session, name: str) -> None:
    """Create or edit a pool."""
    session.enter("dhcp-config")
    session.pool = session.config.pools.setdefault(name, DhcpPool(name))


@CONFIG.command("no ip dhcp pool WORD")
def no_pool(session: Session, name: str) -> str:
    """Remove a pool and its leases."""
    if session.config.pools.pop(name, None) is None:
        return f"% Pool {name} is not in the database."
    bindings = session.switch.dhcp_server.bindings
    for address in [address for address, binding in bindings.items() if binding.pool == name]:
        del bindings[address]
    return ""


@CONFIG.command("ip dhcp excluded-address A.B.C.D [A.B.C.D]")
def excluded(session: Session, low: str, high: str | None = None) -> str:
    """Addresses that are never given out."""
    high = high or low
    if ipaddress.IPv4Address(high) < ipaddress.IPv4Address(low):
        return "% Invalid address range."
    if (low, high) not in session.config.excluded:
        session.config.excluded.append((low, high))
    return ""


@CONFIG.command("no ip dhcp excluded-address A.B.C.D [A.B.C.D]")
def no_excluded(session: Session, low: str, high: str | None = None) -> str:
    """Give a range out again; it must be named exactly."""
    entry = (low, high or low)
    if entry not in session.config.excluded:
        return "% Range is not in the database."
    session.config.excluded.remove(entry)
    return ""


def _edited(session: Session) -> DhcpPool:
    assert session.pool is not None
    return session.pool


@POOL.command("network A.B.C.D [WORD]")
def network(session: Session, address: str, mask: str | None = None) -> None:
    """The pool's subnet; without a mask, that of the address's class."""
    if mask is None:
        first = int(address.split(".")[0])
        mask = "255.0.0.0" if first < 128 else "255.255.0.0" if first < 192 else "255.255.255.0"
    try:
        found = ipaddress.IPv4Network(f"{address}/{mask.lstrip('/')}", strict=False)
    except ValueError:
        raise Rejected(f"% {mask} is an invalid network mask.") from None
    if _edited(session).host is not None:
        raise Rejected("% This command may not be used with host pools.")
    for other in session.config.pools.values():
        if other is not session.pool and other.network is not None and other.network.overlaps(found):
            raise Rejected(f"% {found.network_address} overlaps with the subnet of pool {other.name}.")
    _edited(session).network = found


@POOL.command("no network", "no network A.B.C.D [WORD]")
def no_network(session: Session, *_rest: str) -> None:
    """The pool has no subnet any more."""
    _edited(session).network = None


@POOL.command("host A.B.C.D [WORD]")
def host(session: Session, address: str, mask: str = "255.255.255.0") -> None:
    """The address of the one client that the pool is for."""
    if _edited(session).network is not None:
        raise Rejected("% This command may not be used with network, origin, vrf or relay pools.")
    try:
        found = ipaddress.IPv4Interface(f"{address}/{mask.lstrip('/')}")
    except ValueError:
        raise Rejected(f"% {mask} is an invalid network mask.") from None
    _edited(session).host = (address, str(found.netmask))


@POOL.command("no host", "no host A.B.C.D [WORD]")
def no_host(session: Session, *_rest: str) -> None:
    """The pool is no client's any more."""
    _edited(session).host = None


def _identifier(text: str, least: int) -> str:
    digits = re.sub(r"[.:-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]+", digits) or len(digits) < least or len(digits) % 2:
        raise Rejected("% Invalid client identifier")
    return digits


@POOL.command("client-identifier WORD")
def client_identifier(session: Session, text: str) -> None:
    """The client by its option 61, refused as long as it has an address out of a network's pool."""
    digits = _identifier(text, 4)
    if any(binding.client_id.hex() == digits for binding in session.switch.dhcp_server.bindings.values()):
        raise Rejected("% A binding for this client already exists.")
    _edited(session).client_id = digits


@POOL.command("no client-identifier", "no client-identifier WORD")
def no_client_identifier(session: Session, _text: str = "") -> None:
    """No client identifier."""
    _edited(session).client_id = None


@POOL.command("hardware-address WORD [WORD]")
def hardware_address(session: Session, text: str, _kind: str = "") -> None:
    """The client by its MAC address, where it sends no identifier."""
    _edited(session).hardware = _identifier(text, 12)


@POOL.command("no hardware-address", "no hardware-address LINE")
def no_hardware_address(session: Session, _text: str = "") -> None:
    """No hardware address."""
    _edited(session).hardware = None


@POOL.command("client-name WORD")
def client_name(session: Session, name: str) -> None:
    """The client's host name, without a domain."""
    if "." in name:
        raise Rejected("% Client name should not include the domain name")
    _edited(session).client_name = name


@POOL.command("no client-name", "no client-name WORD")
def no_client_name(session: Session, _name: str = "") -> None:
    """No host name."""
    _edited(session).client_name = None


def _addresses(text: str) -> list[str]:
    try:
        found = [str(ipaddress.IPv4Address(word)) for word in text.split()]
    except ValueError:
        raise Rejected("% Bad IP address or host name") from None
    if len(found) > _MAX_ADDRESSES:
        raise Rejected(f"% At most {_MAX_ADDRESSES} addresses are allowed.")
    return found


@POOL.command("default-router LINE")
def default_router(session: Session, text: str) -> None:
    """Option 3."""
    _edited(session).routers = _addresses(text)


@POOL.command("no default-router", "no default-router LINE")
def no_default_router(session: Session, _text: str = "") -> None:
    """No option 3."""
    _edited(session).routers = []


@POOL.command("dns-server LINE")
def dns_server(session: Session, text: str) -> None:
    """Option 6."""
    _edited(session).dns_servers = _addresses(text)


@POOL.command("no dns-server", "no dns-server LINE")
def no_dns_server(session: Session, _text: str = "") -> None:
    """No option 6."""
    _edited(session).dns_servers = []


@POOL.command("domain-name WORD")
def domain_name(session: Session, name: str) -> None:
    """Option 15."""
    _edited(session).domain_name = name


@POOL.command("no domain-name", "no domain-name WORD")
def no_domain_name(session: Session, _name: str = "") -> None:
    """No option 15."""
    _edited(session).domain_name = None


@POOL.command("next-server A.B.C.D")
def next_server(session: Session, address: str) -> None:
    """The siaddr field."""
    _edited(session).next_server = address


@POOL.command("no next-server", "no next-server A.B.C.D")
def no_next_server(session: Session, _address: str = "") -> None:
    """An empty siaddr field."""
    _edited(session).next_server = None


@POOL.command("lease <0-365> [<0-23>]", "lease <0-365> <0-23> <0-59>")
def lease(session: Session, days: int, hours: int = 0, minutes: int = 0) -> None:
    """The lease's length."""
    seconds = days * DAY + hours * 3600 + minutes * 60
    if seconds == 0:
        raise Rejected("% Lease time must be greater than zero.")
    _edited(session).lease = seconds


@POOL.command("lease infinite")
def lease_infinite(session: Session) -> None:
    """Leases without an end."""
    _edited(session).lease = None


@POOL.command("no lease", "no lease LINE")
def no_lease(session: Session, _text: str = "") -> None:
    """Back to one day."""
    _edited(session).lease = DAY


@POOL.command("option <0-254> ip|ascii|hex LINE")
def option(session: Session, code: int, kind: str, text: str) -> None:
    """An option by its number; text is taken as it stands, also where addresses were meant."""
    if kind == "ip":
        text = " ".join(_addresses(text))
    if kind == "hex":
        digits = text.replace(".", "").lower()
        if len(digits) % 2 or not re.fullmatch(r"[0-9a-f]+", digits):
            raise Rejected("% Invalid hex string")
        text = ".".join(digits[i : i + 4] for i in range(0, len(digits), 4)) if len(digits) > 4 else digits
    try:
        option_value(kind, text)
    except ValueError:
        raise Rejected("% Invalid option value") from None
    _edited(session).options[code] = (kind, text)


@POOL.command("no option <0-254>", "no option <0-254> LINE")
def no_option(session: Session, code: int, _text: str = "") -> None:
    """Remove an option."""
    _edited(session).options.pop(code, None)


def _kept(prefix: str) -> None:
    @POOL.command(f"{prefix} LINE", prefix)
    def keep(session: Session, rest: str = "") -> None:
        _edited(session).lines[prefix] = f"{prefix} {rest}".rstrip()

    @POOL.command(f"no {prefix} LINE", f"no {prefix}")
    def drop(session: Session, _rest: str = "") -> None:
        _edited(session).lines.pop(prefix, None)


for _prefix in ("bootfile", "import", "netbios-name-server", "netbios-node-type", "update", "utilization", "vrf"):
    _kept(_prefix)

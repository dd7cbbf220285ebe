"""What a phone reads out of its configuration file: leniently, since the cluster's files declare no prefixes."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

WEB_ACCESS_OFF = frozenset({"1", "disabled"})


class ConfigError(ValueError):
    """The file is no configuration file, or is cut off."""


@dataclass(frozen=True)
class CallManager:
    """A member of the CallManager group."""

    address: str
    sip_port: int
    sips_port: int
    sccp_port: int


@dataclass(frozen=True)
class Line:
    """A line of the phone: its number, the user part of its Contact, and what it proves itself with."""

    index: int
    number: str
    contact: str
    auth_name: str
    auth_password: str


@dataclass(frozen=True)
class PhoneConfig:
    """A configuration. `default`: it is XMLDefault.cnf.xml, where `protocol` is "" and `loads` go by model number.

    `full`: false where the rest is in an encrypted file. `auto_registration`: false where the default file says so.
    """

    protocol: str
    call_managers: tuple[CallManager, ...]
    lines: tuple[Line, ...]
    load: str
    stamp: str
    security_mode: str
    dial_template: str
    soft_keys: str
    user_locale: str
    network_locale: str
    web_access: bool
    default: bool
    loads: dict[int, str]
    full: bool = True
    auto_registration: bool = True


def parse(content: bytes) -> PhoneConfig:
    """Read SEP<mac>.cnf.xml or XMLDefault.cnf.xml. Raises ConfigError."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser) if content.strip() else None
    fatal = [entry.message for entry in parser.error_log if entry.level_name == "FATAL"]
    if root is None or fatal:
        raise ConfigError(fatal[0].strip() if fatal else "the file is empty")
    if root.tag not in ("device", "Default"):
        raise ConfigError(f"the root element is <{root.tag}>, not <device>")
    members = sorted(
        root.iterfind(".//callManagerGroup/members/member"), key=lambda each: _number(each.get("priority"))
    )
    lines = root.findall("sipProfile/sipLines/line") or root.findall("lines/line")
    loads = {
        int(element.tag.lower().removeprefix("loadinformation")): (element.text or "").strip()
        for element in root
        if isinstance(element.tag, str)
        and element.tag.lower().startswith("loadinformation")
        and element.tag.lower().removeprefix("loadinformation").isdigit()
    }
    access = _text(root, "vendorConfig/webAccess")
    return PhoneConfig(
        protocol=_text(root, "deviceProtocol").upper(),
        call_managers=tuple(filter(None, map(_call_manager, members))),
        lines=tuple(_line(line) for line in lines if _text(line, "featureID") == "9"),
        load=_text(root, "loadInformation"),
        stamp=_text(root, "versionStamp").strip("{}"),
        security_mode=_text(root, "deviceSecurityMode") or "1",
        dial_template=_text(root, "sipProfile/dialTemplate"),
        soft_keys=_text(root, "sipProfile/softKeyFile"),
        user_locale=_text(root, "userLocale/name"),
        network_locale=_text(root, "networkLocale"),
        web_access=access.lower() not in WEB_ACCESS_OFF,
        default=root.tag == "Default",
        loads=loads,
        full=_text(root, "fullConfig").lower() != "false",
        auto_registration=_text(root, "autoRegistration").lower() != "disabled",
    )


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _number(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.strip().isdigit() else otherwise


def _call_manager(member: etree._Element) -> CallManager | None:
    address = _text(member, "callManager/processNodeName")
    if not address:
        return None

    def port(name: str, otherwise: int) -> int:
        number = _number(_text(member, f"callManager/ports/{name}"), otherwise)
        return number if 0 < number < 65536 else otherwise

    return CallManager(
        address=address,
        sip_port=port("sipPort", 5060),
        sips_port=port("securedSipPort", 5061),
        sccp_port=port("ethernetPhonePort", 2000),
    )


def _line(line: etree._Element) -> Line:
    number = _text(line, "name")
    return Line(
        index=_number(line.get("lineIndex") or line.get("button"), 1),
        number=number,
        contact=_text(line, "contact") or number,
        auth_name=_text(line, "authName"),
        auth_password=_text(line, "authPassword"),
    )

"""SEP<mac>.cnf.xml as the cluster writes it: the order of elements of CUCM 11, with its quirks.

The root has two blanks after `device` and the prefixes `xsi` and `axl` undeclared, as real files have: a
namespace-aware parser refuses them. `versionStamp` has no braces here (AXL has). Line keys of `sipLines` are the line
appearance's uuid (`contact`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lab.cucm.records import CallManagerRecord, LineAppearance, PhoneRecord
from lab.cucm.registration import number_of

SECURITY_MODES = {"Non Secure": "1", "Authenticated": "2", "Encrypted": "3"}


@dataclass(frozen=True)
class FileNames:
    """What else a configuration file names: the files of the ladder's later steps. "" where the phone has none."""

    dial_template: str
    soft_keys: str
    load: str
    inactive_load: str
    user_locale: str
    network_locale: str


@dataclass(frozen=True)
class Facts:
    """Everything of the database that goes into one configuration file.

    `encrypted`: there is an encrypted file; `short`: this is the plain one beside it, without what only that tells.
    """

    phone: PhoneRecord
    call_managers: tuple[CallManagerRecord, ...]
    names: FileNames
    group: str = "Default"
    security_mode: str = "1"
    authentication: tuple[str, str] = ("", "")
    tvs: str = ""
    short: bool = False
    encrypted: bool = False


def element(name: str, *content: str, **attributes: str) -> str:
    """One element; content is markup already."""
    marks = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{marks}>{''.join(content)}</{name}>\n"


def texts(pairs: Iterable[tuple[str, str]] | Mapping[str, str]) -> str:
    """Elements with text only, in order."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return "".join(f"<{name}>{escape(value)}</{name}>\n" for name, value in items)


def plain(uuid: str) -> str:
    """A uuid or stamp without braces, in lower case."""
    return uuid.strip("{}").lower()


def render(facts: Facts) -> bytes:
    """The configuration file of a phone."""
    phone = facts.phone
    ctiid = zlib.crc32(phone.name.upper().encode()) & 0x7FFFFFFF
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<device  xsi:type="axl:XIPPhone" ctiid="{ctiid}"'
    head += f' uuid="{{{plain(phone.uuid)}}}">\n'
    sip = phone.protocol.upper() == "SIP"
    body = _short(facts) if facts.short else _sip(facts) if sip else _sccp(facts)
    return (head + body + "</device>\n").encode()


def _short(facts: Facts) -> str:
    head = texts({"fullConfig": "false", "deviceProtocol": facts.phone.protocol.upper()})
    return "".join((head, _device_pool(facts), _tvs(facts), _tail(facts)))


def _sip(facts: Facts) -> str:
    return "".join(
        (
            texts({"fullConfig": "true", "portalDefaultServer": facts.tvs, "deviceProtocol": "SIP"}),
            texts({"sshUserId": "", "sshPassword": "", "ipAddressMode": "0", "allowAutoConfig": "true"}),
            texts({"dadEnable": "true", "redirectEnable": "false", "echoMultiEnable": "false"}),
            texts({"ipPreferenceModeControl": "0", "ipMediaAddressFamilyPreference": "0"}),
            element("tzdata", texts({"tzolsonversion": "2019a", "tzupdater": "tzupdater.jar"})),
            texts({"mlppDomainId": "-1", "mlppIndicationStatus": "Off", "preemption": "Disabled"}),
            texts({"executiveOverridePreemptable": "false"}),
            _device_pool(facts),
            _tvs(facts),
            _sip_profile(facts),
            _tail(facts),
        )
    )


def _sccp(facts: Facts) -> str:
    lines = "".join(
        element(
            "line",
            texts(
                {
                    "featureID": "9",
                    "featureLabel": line.label or number_of(line.pattern),
                    "name": number_of(line.pattern),
                }
            ),
            texts({"displayName": line.display}),
            button=str(line.index),
        )
        for line in facts.phone.lines
    )
    return "".join(
        (
            texts({"fullConfig": "true", "deviceProtocol": "SCCP", "sshUserId": "", "sshPassword": ""}),
            texts({"ipAddressMode": "0", "allowAutoConfig": "true"}),
            _device_pool(facts),
            _tvs(facts),
            _tail(facts),
            element("lines", lines),
        )
    )


def _device_pool(facts: Facts) -> str:
    members = "".join(_member(priority, manager) for priority, manager in enumerate(facts.call_managers))
    return element(
        "devicePool",
        texts({"revertPriority": "0", "name": facts.phone.device_pool}),
        element(
            "dateTimeSetting",
            texts({"name": "CMLocal", "dateTemplate": "M/D/Y", "timeZone": "Greenwich Standard Time"}),
            texts({"olsonTimeZone": "Etc/GMT"}),
            element("ntps"),
        ),
        element("callManagerGroup", texts({"name": facts.group, "tftpDefault": "true"}), element("members", members)),
        element("srstInfo", texts({"name": "Disable", "srstOption": "Disable", "userModifiable": "false"})),
        texts({"connectionMonitorDuration": "120"}),
        uuid="{1b1b9eb6-7803-11d3-bdf0-00108302ead1}",
    )


def _member(priority: int, manager: CallManagerRecord) -> str:
    ports = element(
        "ports",
        texts({"ethernetPhonePort": str(manager.sccp_port), "sipPort": str(manager.sip_port)}),
        texts({"securedSipPort": str(manager.sips_port)}),
        element("mgcpPorts", texts({"listen": "2427", "keepAlive": "2428"})),
    )
    names = texts({"name": manager.name, "description": manager.name})
    call_manager = element("callManager", names, ports, texts({"processNodeName": manager.address}))
    return element("member", call_manager, priority=str(priority))


def _tvs(facts: Facts) -> str:
    member = element("member", texts({"port": "2445", "address": facts.tvs}), priority="0")
    return element("TVS", element("members", member if facts.tvs else ""))


def _sip_profile(facts: Facts) -> str:
    proxies = {"backupProxy": "USECALLMANAGER", "backupProxyPort": "5060", "emergencyProxy": "USECALLMANAGER"}
    proxies |= {"emergencyProxyPort": "", "outboundProxy": "", "outboundProxyPort": "", "registerWithProxy": "true"}
    stack = {"sipInviteRetx": "6", "sipRetx": "10", "timerInviteExpires": "180", "timerRegisterExpires": "3600"}
    stack |= {"timerRegisterDelta": "5", "timerKeepAliveExpires": "120", "timerSubscribeExpires": "120"}
    stack |= {"timerSubscribeDelta": "5", "timerT1": "500", "timerT2": "4000", "maxRedirects": "70"}
    features = {"cnfJoinEnabled": "true", "callForwardURI": "x-cisco-serviceuri-cfwdall", "rfc2543Hold": "false"}
    features |= {"callHoldRingback": "2", "remoteCcEnable": "true", "localCfwdEnable": "true"}
    lines = "".join(_sip_line(line, facts.authentication) for line in facts.phone.lines)
    return element(
        "sipProfile",
        element("sipProxies", texts(proxies)),
        element("sipCallFeatures", texts(features)),
        element("sipStack", texts({**stack, "remotePartyID": "true", "userInfo": "None"})),
        texts({"autoAnswerTimer": "1", "enableVad": "false", "preferredCodec": "g711ulaw", "dtmfOutofBand": "avt"}),
        texts({"kpml": "3", "phoneLabel": "", "stutterMsgWaiting": "2", "callStats": "true"}),
        texts({"startMediaPort": "16384", "stopMediaPort": "32766"}),
        element("sipLines", lines),
        texts({"voipControlPort": "5060", "dscpForAudio": "184", "ringSettingBusyStationPolicy": "0"}),
        texts({"dialTemplate": facts.names.dial_template, "softKeyFile": facts.names.soft_keys}),
    )


def _sip_line(line: LineAppearance, authentication: tuple[str, str]) -> str:
    user, password = authentication
    return element(
        "line",
        texts({"featureID": "9", "featureLabel": line.label or number_of(line.pattern), "proxy": "USECALLMANAGER"}),
        texts({"port": "5060", "name": number_of(line.pattern), "displayName": line.display}),
        element("autoAnswer", texts({"autoAnswerEnabled": "2"})),
        texts({"callWaiting": "3", "authName": user, "authPassword": password, "sharedLine": "false"}),
        texts(
            {"messageWaitingLampPolicy": "3", "messagesNumber": "", "ringSettingIdle": "4", "ringSettingActive": "5"}
        ),
        texts({"contact": plain(line.uuid), "maxNumCalls": "4", "busyTrigger": "2"}),
        button=str(line.index),
        lineIndex=str(line.index),
    )


def _tail(facts: Facts) -> str:
    phone, names = facts.phone, facts.names
    vendor = {name: value for name, value in phone.vendor_config.items() if name.isidentifier()}
    locale = texts({"name": names.user_locale, "uid": "1", "langCode": "en_US", "version": "", "winCharSet": "utf-8"})
    network = texts({"name": names.network_locale, "uid": "64", "version": ""})
    capf = element("capf", texts({"phonePort": "3804", "processNodeName": facts.tvs}))
    return "".join(
        (
            element("commonProfile", texts({"phonePassword": "", "backgroundImageAccess": "true"})),
            texts({"loadInformation": names.load, "inactiveLoadInformation": names.inactive_load}),
            element("vendorConfig", texts(vendor)),
            element("commonConfig"),
            element("enterpriseConfig"),
            texts({"versionStamp": phone.version_stamp.strip("{}")}),
            element("userLocale", locale),
            texts({"networkLocale": names.network_locale}),
            element("networkLocaleInfo", network),
            texts({"deviceSecurityMode": facts.security_mode, "idleTimeout": "0"}),
            texts((name, "") for name in ("authenticationURL", "directoryURL", "idleURL", "informationURL")),
            texts((name, "") for name in ("messagesURL", "proxyServerURL", "servicesURL")),
            texts({"transportLayerProtocol": "4" if phone.protocol.upper() == "SIP" else "1", "capfAuthMode": "0"}),
            element("capfList", capf),
            texts({"certHash": "", "encrConfig": str(facts.encrypted).lower(), "TLSResumptionTimer": "3600"}),
            element("userId", serviceProfileFile=""),
            texts({"ownerId": ""}),
            element("phoneServices", useHTTPS="true"),
        )
    )


def render_default(
    managers: tuple[CallManagerRecord, ...],
    loads: Iterable[tuple[int, str, str]],
    tvs: str,
    *,
    auto_registration: bool = True,
) -> bytes:
    """XMLDefault.cnf.xml: what a phone gets that is in no database; `loads` are (model number, model, load)."""
    state = "enabled" if auto_registration else "disabled"
    members = "".join(_member(priority, manager) for priority, manager in enumerate(managers))
    member = element("member", texts({"port": "2445", "address": tvs}), priority="0")
    body = "".join(
        (
            texts({"autoRegistrationName": "Auto-registration", "autoRegistration": state}),
            texts({"selfProvisioningSecureMode": "false"}),
            element("callManagerGroup", texts({"name": "Default", "tftpDefault": "true"}), element("members", members)),
            element("TVS", element("members", member)),
            *(element(f"loadinformation{number}", escape(load), model=model) for number, model, load in loads),
        )
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Default>\n{body}</Default>\n'.encode()

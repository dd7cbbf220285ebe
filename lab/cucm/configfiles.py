"""The files of the cluster's TFTP service, made from the database at the moment they are asked for.

So a change of a phone is in its file at once, as the TFTP service of a real cluster rebuilds a file on a change
notification.
"""

from __future__ import annotations

import re
import uuid as uuids
from collections import Counter
from collections.abc import Callable
from xml.sax.saxutils import escape

from lab.cucm import auto_registration
from lab.cucm.records import CallManagerRecord, PhoneRecord
from lab.cucm.security import Security
from lab.cucm.sepconfig import SECURITY_MODES, Facts, FileNames, plain, render, render_default
from lab.cucm.store import Store
from lab.phone.models import BY_CUCM_NAME, MODELS, all_loads
from lab.phone.models import default_load as shipped_load
from lab.trust_list import Sealed

USER_LOCALE = "English_United_States"
NETWORK_LOCALE = "United_States"
TONES = "g3-tones.xml"
DEFAULT_DIAL_RULES = "SIPDefault"
IMAGE_SIZE = 4000
RING_FILES = ("Analog1.raw", "Bass.raw", "Chime.raw", "Classic1.raw", "Piano1.raw")
_LIST_NAME = re.compile(r"(?:CTL|ITL)(SEP[0-9A-F]{12})")
_LAB = uuids.UUID("00000000-0000-4000-8000-00005e005300")


class ConfigFiles:
    """What the TFTP service holds.

    For faults: `missing` holds names that are answered as absent, `withheld` too, counted, so that two faults may share
    one; `replaced` maps a name to other content (a stale or damaged file); the transfer of a file in `cut` breaks off;
    the encrypted file of a phone in `foreign_keys` is for another key than the phone's.
    """

    def __init__(self, store: Store, *, security: Security, loads: frozenset[str] | None = None) -> None:
        self._store, self.security = store, security
        self.loads: set[str] = set(all_loads() if loads is None else loads)
        self.missing: set[str] = set()
        self.withheld: Counter[str] = Counter()
        self.replaced: dict[str, bytes] = {}
        self.cut: Counter[str] = Counter()
        self.foreign_keys: set[str] = set()
        self.credentials: dict[str, tuple[str, str]] = {}
        self._lists: dict[str, bytes | None] = {}

    def get(self, filename: str) -> bytes | None:
        """The content of a file, or None where there is none. Names are case-sensitive, as on the cluster."""
        name = filename.lstrip("/")
        if name in self.missing or self.withheld[name] > 0:
            return None
        if name in self.replaced:
            return self.replaced[name]
        for suffix, make in self._makers():
            if name.endswith(suffix):
                return make(name.removesuffix(suffix))
        return self._shared(name)

    def sealed(self, filename: str) -> bytes | None:
        """As `get`, but what is signed for one phone without the work of its signature, for who asks in-process."""
        name = filename.lstrip("/")
        if name in self.missing or name in self.replaced or self.withheld[name] > 0:
            return self.get(name)
        own = _LIST_NAME.fullmatch(name.removesuffix(".tlv"))
        if own and name.startswith("ITL") and self._phone(own[1]):
            return Sealed.of(self._trust_list("ITLFile") or b"", name, self.security.signer.der)
        if not name.endswith(".cnf.xml.sgn"):
            return self.get(name)
        content = self.get(name.removesuffix(".sgn"))
        return None if content is None else Sealed.of(content, name.removesuffix(".sgn"), self.security.signer.der)

    def names(self, phone: PhoneRecord) -> FileNames:
        """The files that a phone's configuration file names: dial rules, softkeys, load, locales."""
        document = self._document(phone)
        rules = document.get("dialRulesName") or DEFAULT_DIAL_RULES
        template = document.get("softkeyTemplateName") or "Standard User"
        sip = phone.protocol.upper() == "SIP"
        return FileNames(
            dial_template=f"DR{self._uuid('SipDialRules', rules)}.xml" if sip else "",
            soft_keys=f"SK{self._uuid('SoftKeyTemplate', template)}.xml",
            load=phone.load or self.default_load(phone.model, phone.protocol),
            inactive_load="",
            user_locale=_folder(document.get("userLocale") or USER_LOCALE),
            network_locale=_folder(document.get("networkLocale") or NETWORK_LOCALE),
        )

    def default_load(self, model: str, protocol: str) -> str:
        """The load of the cluster's device defaults for this model ("Cisco 8841") and protocol, "" if there is none."""
        for default in self._store.all("DeviceDefaults"):
            document = default.document
            if (document.get("Model"), str(document.get("Protocol")).upper()) == (model, protocol.upper()):
                return document.get("LoadInformation") or ""
        return shipped_load(model, protocol)

    @property
    def auto_registration(self) -> bool:
        """Whether auto-registration is on at any CallManager of the cluster."""
        return any(map(auto_registration.enabled, self._store.all("CallManager")))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _makers(self) -> tuple[tuple[str, Callable[[str], bytes | None]], ...]:
        signed = ((".cnf.xml.enc.sgn", self._encrypted), (".cnf.xml.sgn", self._signed))
        files = ((".cnf.xml", self._configuration), (".tlv", self._trust_list))
        return (*signed, *files, (".loads", self._load), (".sbn", self._image))

    def _configuration(self, stem: str) -> bytes | None:
        if stem == "XMLDefault":
            return self._default()
        phone = self._phone(stem)
        return render(self._facts(phone, short=self.is_encrypted(phone))) if phone else None

    def _phone(self, stem: str) -> PhoneRecord | None:
        phone = self._store.phone(stem)
        # The file's name has the MAC in upper case whatever the database's spelling is.
        return phone if phone and stem == phone.name.upper() else None

    def is_encrypted(self, phone: PhoneRecord) -> bool:
        """Whether the phone's security profile has its configuration file encrypted."""
        profile = self._store.find("PhoneSecurityProfile", phone.security_profile)
        return str(profile and profile.document.get("tftpEncryptedConfig")).lower() in ("true", "t", "1")

    def _facts(self, phone: PhoneRecord, *, short: bool) -> Facts:
        document = self._document(phone)
        profile = self._store.find("PhoneSecurityProfile", phone.security_profile)
        mode = profile.document.get("deviceSecurityMode") if profile else None
        pool = self._store.find("DevicePool", phone.device_pool)
        managers = tuple(self._store.call_managers(phone.device_pool))
        return Facts(
            phone=phone,
            call_managers=managers,
            names=self.names(phone),
            group=(pool.document.get("callManagerGroupName") if pool else None) or "Default",
            security_mode=SECURITY_MODES.get(mode or "Non Secure", "1"),
            authentication=self.credentials.get(phone.name, (document.get("digestUser") or "", "")),
            tvs=managers[0].address if managers else "",
            short=short,
            encrypted=self.is_encrypted(phone),
        )

    def _signed(self, stem: str) -> bytes | None:
        """The configuration file as it is, signed: what is missing or damaged there is so here."""
        name = f"{stem}.cnf.xml"
        content = self.get(name)
        return None if content is None else self.security.signed(name, content)

    def _encrypted(self, stem: str) -> bytes | None:
        name, phone = f"{stem}.cnf.xml", self._phone(stem)
        if phone is None or not self.is_encrypted(phone) or self.get(name) is None:
            return None
        key = self.security.key(f"{stem} before" if phone.name in self.foreign_keys else stem)
        return self.security.encrypted(name, render(self._facts(phone, short=False)), key)

    def _default(self) -> bytes:
        managers = tuple(self._managers())
        wanted = self._auto_registration_protocol()
        loads = [
            (model.number, model.cucm_name, self.default_load(model.cucm_name, protocol))
            for model in MODELS.values()
            for protocol in (wanted if wanted in model.protocols else "SIP",)
        ]
        tvs = managers[0].address if managers else ""
        return render_default(managers, loads, tvs, auto_registration=self.auto_registration)

    def _auto_registration_protocol(self) -> str:
        """The protocol with which phones that have a choice come to auto-register."""
        for parameter in self._store.all("ServiceParameter"):
            if parameter.document.get("name") == "AutoRegistrationPhoneProtocol":
                return str(parameter.document.get("value")).upper()
        return "SIP"

    def _managers(self) -> list[CallManagerRecord]:
        pools = self._store.all("DevicePool")
        return next((found for pool in pools if (found := self._store.call_managers(pool.name))), [])

    def _trust_list(self, stem: str) -> bytes | None:
        """CTLFile, ITLFile, or those under a phone's name; an ITL is there for the phones of the database alone."""
        name = f"{stem}.tlv"
        if stem not in ("CTLFile", "ITLFile"):
            known = _LIST_NAME.fullmatch(stem)
            if not known or (stem.startswith("ITL") and self._phone(known[1]) is None):
                return None
        if name not in self._lists:
            self._lists[name] = self.security.ctl(name) if stem.startswith("CTL") else self.security.itl(name)
        return self._lists[name]

    def _load(self, stem: str) -> bytes | None:
        """The list of a load's images: of one, here."""
        return f"{stem}.sbn\n".encode() if stem in self.loads else None

    def _image(self, stem: str) -> bytes | None:
        return bytes(IMAGE_SIZE) if stem in self.loads else None

    def _shared(self, name: str) -> bytes | None:
        folder, _, base = name.rpartition("/")
        if name in ("Ringlist.xml", "Ringlist-wb.xml", "RingList.xml"):
            return ring_list()
        if name in RING_FILES:
            return bytes(2000)
        if name.startswith("DR") and name.endswith(".xml"):
            return self._dial_rules(name[2:-4])
        if name.startswith("SK") and name.endswith(".xml"):
            return self._soft_keys(name[2:-4])
        if folder == NETWORK_LOCALE and base == TONES:
            return b'<?xml version="1.0" encoding="utf-8"?>\n<tones><tone type="OutsideDial"/></tones>\n'
        jars = {model.locale_file(protocol) for model in MODELS.values() for protocol in ("SIP", "SCCP")}
        if folder == USER_LOCALE and base in jars:
            return b"PK\x05\x06" + bytes(18)
        return None

    def _dial_rules(self, uuid: str) -> bytes | None:
        rules = [rule.name for rule in self._store.all("SipDialRules")]
        if uuid not in {self._uuid("SipDialRules", name) for name in (DEFAULT_DIAL_RULES, *rules)}:
            return None
        patterns = "".join(
            f'<TEMPLATE match="{match}" timeout="{timeout}"/>\n' for match, timeout in (("....", 1), ("*", 5))
        )
        return f"<dialTemplate>\n<versionStamp>{uuid}</versionStamp>\n{patterns}</dialTemplate>\n".encode()

    def _soft_keys(self, uuid: str) -> bytes | None:
        templates = [template.name for template in self._store.all("SoftKeyTemplate")]
        if uuid not in {self._uuid("SoftKeyTemplate", name) for name in ("Standard User", *templates)}:
            return None
        keys = (("Redial", 1), ("NewCall", 2), ("Hold", 3), ("Transfer", 4), ("CFwdAll", 5), ("EndCall", 9))
        defined = "".join(
            f'<softKeyDef keyID="{name}"><tag>{tag}</tag><eventID>{tag}</eventID><helpID>{300 + tag}</helpID>'
            "</softKeyDef>\n"
            for name, tag in keys
        )
        idle = "".join(f'<softKey keyID="{name}"/>' for name, _ in keys[:2])
        sets = f'<softKeySets><softKeySet id="On Hook">{idle}</softKeySet></softKeySets>'
        body = f"<typeSoftKey>\n{defined}</typeSoftKey>\n{sets}"
        return f"<softKeyCfg>\n<versionStamp>{uuid}</versionStamp>\n{body}\n</softKeyCfg>\n".encode()

    def _document(self, phone: PhoneRecord) -> dict[str, str]:
        found = self._store.find("Phone", phone.name)
        return {name: value for name, value in (found.document if found else {}).items() if isinstance(value, str)}

    def _uuid(self, kind: str, name: str) -> str:
        found = self._store.find(kind, name)
        return plain(found.uuid) if found else str(uuids.uuid5(_LAB, f"{kind}/{name}"))


def _folder(locale: str) -> str:
    """The folder of a locale's files: `German_Germany` of the locale that the database calls `German Germany`."""
    return locale.replace(" ", "_")


def locale_files(model: str) -> tuple[str, str]:
    """The files of the default locales for a model by its name in CUCM: network tones, user locale."""
    jar = BY_CUCM_NAME[model].locale_jar if model in BY_CUCM_NAME else "sl-be-sip.jar"
    return f"{NETWORK_LOCALE}/{TONES}", f"{USER_LOCALE}/{jar}"


def ring_list() -> bytes:
    """The list of ring tones."""
    rings = "".join(
        f"\t<Ring>\n\t\t<DisplayName>{escape(name.removesuffix('.raw'))}</DisplayName>\n"
        f"\t\t<FileName>{escape(name)}</FileName>\n\t</Ring>\n"
        for name in RING_FILES
    )
    return f"<CiscoIPPhoneRingList>\n{rings}</CiscoIPPhoneRingList>\n".encode()

"""The cluster's certificates and what is signed with them: trust lists, configuration files, TLS of the CallManagers.

Each node has a CallManager certificate of the lab's CA. The publisher's, with an RSA key, signs the files of all TFTP
servers; it is the CTL's and the ITL's security administrator token (SAST) at once, as in a tokenless mixed mode.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import ssl
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lab import trust_list
from lab.pki import CertificateAuthority, load_chain
from lab.trust_list import CALL_MANAGER_ROLES, CAPF, CCM, CCM_TFTP, SAST, TVS, Record, Signer


class Security:
    """`nodes` maps host names to addresses, the publisher first; the first `tftp_servers` of them serve files.

    `mixed`: there is a CTL file. `contexts` are the TLS contexts of the CallManagers, by node.
    """

    def __init__(
        self,
        nodes: Mapping[str, str],
        *,
        authority: CertificateAuthority,
        folder: Path,
        mixed: bool,
        tftp_servers: int = 1,
    ) -> None:
        self.mixed = mixed
        self._nodes, self._authority, self._folder = dict(nodes), authority, folder
        self._tftp = tuple(nodes)[:tftp_servers]
        first = next(iter(nodes))
        self._chains = {
            name: authority.issue(name, [address], unit="CallManager", rsa_key=name == first)
            for name, address in nodes.items()
        }
        self.regenerated: frozenset[str] = frozenset()
        self._others: dict[str, tuple[bytes, bytes]] = {}
        self.contexts = {name: load_chain(chain, folder) for name, chain in self._chains.items()}
        self._services = {role: self._service(unit) for role, unit in ((CAPF, "CAPF"), (TVS, "TVS"))}
        self._secret = secrets.token_bytes(32)

    def _service(self, unit: str) -> bytes:
        first, address = next(iter(self._nodes.items()))
        return der(self._authority.issue(f"{unit}-{first}", [address], unit=unit)[0])

    @cached_property
    def signer(self) -> Signer:
        """Who signs files."""
        certificate, key = next(iter(self._chains.values()))
        private = serialization.load_pem_private_key(key, None)
        return Signer(x509.load_pem_x509_certificate(certificate), private)

    @cached_property
    def stranger(self) -> Signer:
        """A signer that no trust list knows, for faults."""
        certificate, key = self._authority.issue("cucm-hq", ["127.0.0.1"], unit="CallManager", rsa_key=True)
        return Signer(x509.load_pem_x509_certificate(certificate), serialization.load_pem_private_key(key, None))

    def key(self, device: str) -> bytes:
        """The symmetric key that was entered at a phone, and is known here, for its configuration file."""
        return hashlib.sha256(self._secret + device.upper().encode()).digest()

    # -- files -------------------------------------------------------------------------------------------------------

    def ctl(self, name: str) -> bytes | None:
        """The CTL file under that name; None in a non-secure cluster."""
        return trust_list.trust_list(self._records(), name, self.signer) if self.mixed else None

    def itl(self, name: str) -> bytes:
        """The ITL file under that name."""
        return trust_list.trust_list(self._records(), name, self.signer)

    def foreign_itl(self, name: str) -> bytes:
        """The ITL file of another cluster."""
        records = (Record(role, "cucm-hq", self.stranger.der) for role in (SAST, CCM_TFTP, TVS))
        return trust_list.trust_list(records, name, self.stranger)

    def outdated_ctl(self, name: str) -> bytes:
        """The CTL file from before the CallManagers' certificates were made anew."""
        old = [record for record in self._records() if record.role not in CALL_MANAGER_ROLES]
        old += [Record(CCM_TFTP, self._nodes[node], der(self._other(node)[0])) for node in self._nodes]
        return trust_list.trust_list(old, name, self.signer)

    def signed(self, name: str, content: bytes) -> bytes:
        """`NAME.sgn`: signed under the name without the suffix."""
        return trust_list.sign(content, name, self.signer)

    def encrypted(self, name: str, content: bytes, key: bytes) -> bytes:
        """`NAME.enc.sgn`, encrypted for a phone with that key."""
        return trust_list.encrypt(content, name, self.signer, key, secrets.token_bytes(16), os.urandom(16))

    def _records(self) -> list[Record]:
        records = [Record(SAST, next(iter(self._nodes)), self.signer.der)]
        for name, address in self._nodes.items():
            role = CCM_TFTP if name in self._tftp else CCM
            records.append(Record(role, address, der(self._chains[name][0])))
        first = next(iter(self._nodes.values()))
        return [*records, *(Record(role, first, certificate) for role, certificate in self._services.items())]

    # -- TLS ---------------------------------------------------------------------------------------------------------

    def regenerate(self, node: str, on: bool) -> None:
        """Have a CallManager show a certificate that is in no trust list, or its own again.

        So it is after its certificate was made anew and the CTL wasn't updated.
        """
        load_chain(self._other(node) if on else self._chains[node], self._folder, self.contexts[node])
        self.regenerated = self.regenerated | {node} if on else self.regenerated - {node}

    def _other(self, node: str) -> tuple[bytes, bytes]:
        """Another certificate of a CallManager than the one that the trust lists name."""
        if node not in self._others:
            rsa_key = is_rsa(self._chains[node])
            chain = self._authority.issue(node, [self._nodes[node]], unit="CallManager", rsa_key=rsa_key)
            self._others[node] = chain
        return self._others[node]

    def shown(self, node: str) -> bytes:
        """The certificate (DER) that a CallManager shows now."""
        return der((self._other(node) if node in self.regenerated else self._chains[node])[0])

    def tls(self, node: str) -> ssl.SSLContext:
        """The TLS context of a node's CallManager, which its file service uses too."""
        return self.contexts[node]


def der(pem: bytes) -> bytes:
    """A certificate in DER."""
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)


def is_rsa(chain: tuple[bytes, bytes]) -> bool:
    """Whether a chain's key is an RSA key: a context can hold one of each kind, and only the same kind replaces it."""
    return not isinstance(serialization.load_pem_private_key(chain[1], None), ec.EllipticCurvePrivateKey)

"""Certificates for the clusters of tests: made once for each address, since an RSA key takes its time."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from lab.cucm.security import Security
from lab.pki import CertificateAuthority


@functools.cache
def security(address: str, *, mixed: bool = False) -> Security:
    """The certificates of one node."""
    with tempfile.TemporaryDirectory() as folder:
        return Security({"cucm-pub": address}, authority=CertificateAuthority(), folder=Path(folder), mixed=mixed)

"""What a phone reaches the network with: sockets, or something that evaluates the same conditions without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lab.phone.dhcp_client import DhcpClient
from lab.phone.downloads import Downloader
from lab.phone.sccp_client import SccpSession
from lab.phone.session import Session
from lab.phone.sip_client import SipSession
from lab.phone.web import PageData, PhoneWeb


@dataclass(frozen=True)
class Means:
    """How a phone gets an address and files, registers, and shows its pages; each is called as its default is."""

    downloader: Callable[..., Downloader] = Downloader
    sip: Callable[..., Session] = SipSession
    sccp: Callable[..., Session] = SccpSession
    dhcp: Callable[..., DhcpClient] = DhcpClient
    web: Callable[[Callable[[], PageData]], PhoneWeb] = PhoneWeb

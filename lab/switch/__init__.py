"""The simulated IOS switch: SSH, running configuration as state, PoE, CDP, and a DHCP server with relay."""

from .fabric import Fabric
from .neighbors import Neighbor
from .ports import CdpAdvert, Port
from .switch import Credentials, Switch

__all__ = ["CdpAdvert", "Credentials", "Fabric", "Neighbor", "Port", "Switch"]

"""The simulated Nexus switch: SSH, NX-OS's command line, and a running configuration as state."""

from .neighbors import Neighbor
from .switch import Nexus

__all__ = ["Neighbor", "Nexus"]

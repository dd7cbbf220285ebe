"""The simulated phones: hardware, boot, network, downloads, SIP and web pages."""

from lab.phone.machine import Phone
from lab.phone.status import FAULTS, STEPS, PhoneStatus, Timings

__all__ = ["FAULTS", "STEPS", "Phone", "PhoneStatus", "Timings"]

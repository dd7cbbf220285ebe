"""The simulated phones: hardware, boot, network, downloads, SIP, SCCP and web pages."""

from lab.phone.machine import Phone
from lab.phone.status import FAULTS, PACES, STEPS, PhoneStatus, Timings

__all__ = ["FAULTS", "PACES", "STEPS", "Phone", "PhoneStatus", "Timings"]

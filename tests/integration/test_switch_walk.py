# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's switches take every line of every way between two settings of a port, and a phone on it never notices."""

from __future__ import annotations

import asyncssh
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.switch import Credentials, Switch
from tests.unit.plugins.module_utils._switch.ios_model import IosPort
from tests.unit.plugins.module_utils._switch.port_walks import (
    IOS,
    NAME,
    NEXUS_NAME,
    NEXUS_ROWS,
    NEXUS_SECTIONS,
    NEXUS_TOPS,
    NXOS,
    ROWS,
    TOPS,
    planned,
    sections,
    unharmed,
)

BASE = ["vtp mode transparent", "vlan 10", "name DATA", "vlan 20", "name VOICE", "vlan 30", "name VIDEO", "exit"]
VERSIONS = {"C9300-24P": "IOS-XE", "WS-C2960X-24PS-L": "C2960X-UNIVERSALK9-M"}
STATES = st.sampled_from(["merged", "replaced", "deleted"])
# What the switch writes itself with Auto QoS, and what only the configuration shows.
NOT_TYPED = ("service-policy", "srr-queue", "priority-queue", "switchport access vlan name")


class Walked:
    """A switch that is not started, one line of its port at a time."""

    def __init__(self, model: str, key: asyncssh.SSHKey, lines: list[str]) -> None:
        account = Credentials("netadmin", "password", "secret")
        self.switch = Switch(
            "sw1", address="127.0.0.1", ssh_port=1, model=model, ports=2, credentials=account, host_key=key, fabric=None
        )
        answers = self.switch.execute([*BASE, *lines])
        assert not [answer for answer in answers if self.refused(answer)]

    @staticmethod
    def refused(answer: str) -> bool:
        return any(word in answer for word in ("Invalid", "rejected", "Incomplete", "Ambiguous", "not supported"))

    @property
    def config(self):
        return IOS.parse(self.switch.running_config())

    @property
    def section(self) -> list[str]:
        return self.config.sections[f"interface {NAME}"]

    def take(self, lines: list[str]) -> None:
        seen = [IosPort(self.section).for_a_phone()]
        for line in lines:
            answer = self.switch.execute([f"interface {NAME}", line])[-1]
            assert not self.refused(answer), (line, answer)
            seen.append(IosPort(self.section).for_a_phone())
        unharmed(seen, lines)


@pytest.fixture(scope="module")
def key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


@pytest.mark.parametrize("model", VERSIONS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), TOPS, ROWS, STATES)
def test_the_lab_goes_every_way_there_and_back(model, key, data, tops, row, state):
    typed = [line for line in data.draw(sections("2960" in model)) if not line.startswith(NOT_TYPED)]
    # A port has its mode before anything that depends on it.
    typed.sort(key=lambda line: not line.startswith("switchport mode"))
    walked = Walked(model, key, [*(top for top in tops if top), f"interface {NAME}", *typed])
    start, config = walked.section, walked.config
    plan = planned(config, row, state)
    lines = [step.line for step in IOS.render_port(plan, IOS.style(config, VERSIONS[model]))[1:]]
    stop = data.draw(st.integers(0, len(lines)))
    walked.take(lines[:stop])
    if stop == len(lines) and not plan.portfast_open:
        now = walked.config
        assert IOS.render_port(planned(now, row, state), IOS.style(now, VERSIONS[model])) == [], "a second run"
    walked.take(IOS.restore_lines(start, walked.section))
    assert walked.section == start


class WalkedNexus:
    """The same for a Nexus."""

    def __init__(self, lines: list[str]) -> None:
        nexus = pytest.importorskip("lab.nxos").Nexus
        account = Credentials("netadmin", "password")
        self.switch = nexus("n9k1", address="127.0.0.1", ssh_port=1, ports=2, credentials=account, host_key=None)
        answers = self.switch.execute([*BASE[1:], *lines])
        assert not [answer for answer in answers if self.refused(answer)]

    @staticmethod
    def refused(answer: str) -> bool:
        return any(word in answer for word in ("nvalid", "ERROR", "% "))

    @property
    def config(self):
        return NXOS.parse(self.switch.running_config())

    @property
    def section(self) -> list[str]:
        return self.config.sections[f"interface {NEXUS_NAME}"]

    def take(self, lines: list[str]) -> None:
        seen = [self._for_a_phone()]
        for line in lines:
            answer = self.switch.execute([f"interface {NEXUS_NAME}", line])[-1]
            assert not self.refused(answer), (line, answer)
            seen.append(self._for_a_phone())
        unharmed(seen, lines)

    def _for_a_phone(self) -> dict[str, bool]:
        return {"voice VLAN": any(line.startswith("switchport voice vlan") for line in self.section)}


@settings(deadline=None, max_examples=60)
@given(st.data(), NEXUS_TOPS, NEXUS_SECTIONS, NEXUS_ROWS, STATES)
def test_a_nexus_goes_every_way_there_and_back(data, tops, section, row, state):
    typed = section if "feature lldp" in tops else [line for line in section if "lldp" not in line]
    walked = WalkedNexus([*tops, f"interface {NEXUS_NAME}", *typed])
    start, config = walked.section, walked.config
    plan = planned(config, row, state, NXOS, NEXUS_NAME)
    lines = [step.line for step in NXOS.render_port(plan, NXOS.style(config))[1:]]
    stop = data.draw(st.integers(0, len(lines)))
    walked.take(lines[:stop])
    if stop == len(lines):
        now = walked.config
        assert NXOS.ports(now, NXOS.vlans(now))[NEXUS_NAME].state == plan.after
        assert NXOS.render_port(planned(now, row, state, NXOS, NEXUS_NAME), NXOS.style(now)) == [], "a second run"
    walked.take(NXOS.restore_lines(start, walked.section))
    assert walked.section == start

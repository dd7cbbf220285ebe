# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""phone_info against the lab's web pages of phones, as the door runs it and by ansible-playbook."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._phone import web
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard
from ansible_collections.dialtone.voice.plugins.modules import phone_info
from lab.phone.models import MODELS
from lab.phone.web import PageData, PhoneWeb

FIRST, SECOND, NOBODY = "127.0.6.1", "127.0.6.2", "127.0.6.9"


def page(model: str, mac: str, address: str) -> PageData:
    return PageData(
        model=MODELS[model],
        name=f"SEP{mac}",
        mac=mac,
        number="1001",
        load=MODELS[model].firmware[0],
        inactive_load="",
        address=address,
        mask="255.255.255.0",
        router="127.0.6.254",
        dhcp_server="127.0.6.253",
        tftp_servers=("127.0.0.10",),
        call_managers=("127.0.0.10 Active",),
        operational_vlan=20,
        neighbor="access-sw1",
        neighbor_port="GigabitEthernet1/0/1",
        messages=("[8:52:30am 10/01/19] ITL installed", "[8:52:31am 10/01/19] TFTP Timeout : x.cnf.xml"),
    )


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Two phones show their pages; the port on which they do."""
    with socket.socket() as probe:
        probe.bind((FIRST, 0))
        port = probe.getsockname()[1]
    phones = {FIRST: page("8841", "00005E005301", FIRST), SECOND: page("7975G", "00005E005302", SECOND)}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    webs = {address: PhoneWeb(lambda data=data: data) for address, data in phones.items()}
    for address, phone in webs.items():
        asyncio.run_coroutine_threadsafe(phone.start(address, port), loop).result(10)
    yield port
    for phone in webs.values():
        asyncio.run_coroutine_threadsafe(phone.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def run(check: bool = False, **params: Any) -> dict[str, Any]:
    with Guard(set()) as guard:
        validated = validate(phone_info.ARGUMENT_SPEC, params)
        guard.result = phone_info.run(validated.params, check_mode=check, report=lambda line: None)
    return guard.result


def test_phones_are_asked_for() -> None:
    with pytest.raises(InvalidPlan, match="missing required arguments: phones"):
        validate(phone_info.ARGUMENT_SPEC, {})


def test_bad_rows_are_all_named() -> None:
    result = run(
        phones=["10.1.1.256", {"adress": "192.0.2.1", "name": "SEP001122334455"}, {"name": "x"}, {}], parallel=0
    )
    assert result["failed"]
    for words in (
        "phones[0] (10.1.1.256): '10.1.1.256' is neither an address nor a host name",
        "phones[1] (SEP001122334455): unknown key adress, did you mean address?",
        "phones[2] (x): 'x' is not a MAC address",
        "phones[3]: give an address, or a mapping with name and address",
        "parallel must be 1 or more",
    ):
        assert words in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_what_phones_say_is_told_by_the_same_names(port: int, check: bool) -> None:
    result = run(check, phones=[SECOND, {"name": "SEP00005E005301", "address": FIRST}], phone_http_port=port)
    assert "failed" not in result, result["msg"]
    assert (result["changed"], result["shown"]) == (False, 2)
    old, new = result["results"]
    assert (old["key"], new["key"], new["status"], new["finding"]) == (SECOND, "SEP00005E005301", "unchanged", None)
    assert (old["fields"]["model"], new["fields"]["model"]) == ("CP-7975G", "CP-8841")
    assert new["fields"]["active_load"] == MODELS["8841"].firmware[0]
    for row, mac, address in ((old, "00005E005302", SECOND), (new, "00005E005301", FIRST)):
        fields = row["fields"]
        assert (fields["mac"], fields["host_name"], fields["address"]) == (mac, f"SEP{mac}", address)
        assert (fields["vlan"], fields["tftp_1"], fields["tftp_2"]) == ("20", "127.0.0.10", "")
        assert (fields["call_manager_1"], fields["gateway"]) == ("127.0.0.10 Active", "127.0.6.254")
        assert (fields["neighbor"], fields["neighbor_port"]) == ("access-sw1", "GigabitEthernet1/0/1")
        assert row["messages"] == ["ITL installed", "TFTP Timeout : x.cnf.xml"]
        assert list(row["pages"]) == ["device", "network", "port", "log"]
    assert run(phones=[SECOND, {"name": "SEP00005E005301", "address": FIRST}], phone_http_port=port) == result


def test_what_a_person_should_know_is_a_finding_and_no_failure(port: int) -> None:
    rows = [
        {"name": "SEP00005E005399", "address": FIRST},
        NOBODY,
        # As the results of cucm_registrations_info are.
        {"key": "SEP00005E005302", "ip_address": SECOND, "state": "registered"},
        {"key": "SEP00005E005398", "ip_address": "", "state": "not seen"},
    ]
    result = run(phones=rows, phone_http_port=port)
    assert "failed" not in result, result["msg"]
    stranger, dark, known, nowhere = result["results"]
    assert stranger["finding"] == f"another phone, SEP00005E005301, has the address {FIRST} now"
    assert (dark["shown"], dark["fields"], dark["messages"]) == (False, {}, None)
    assert f"phone {NOBODY}:{port} has web access off (connection refused): turn web access on" in dark["finding"]
    assert (known["shown"], known["finding"]) == (True, None)
    assert (nowhere["status"], nowhere["finding"]) == ("not_attempted", "no address is given")
    assert result["shown"] == 2


def test_html_tells_the_same_as_xml(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    xml = run(phones=[FIRST, SECOND], phone_http_port=port)
    monkeypatch.setattr(web, "_XML", dict.fromkeys(web._XML, ()))
    html = run(phones=[FIRST, SECOND], phone_http_port=port)
    for one, other in zip(xml["results"], html["results"], strict=True):
        shared = set(one["fields"]) & set(other["fields"])
        assert {"mac", "host_name", "model", "active_load"} <= shared
        assert {name: one["fields"][name] for name in shared} == {name: other["fields"][name] for name in shared}
        assert one["messages"] == other["messages"]


def test_a_play_finds_the_port_in_the_hosts_variables(port: int, tmp_path: Path) -> None:
    tasks = [
        {"dialtone.voice.phone_info": {"phones": [FIRST]}, "register": "pages"},
        {"ansible.builtin.debug": {"msg": "at {{ pages.results[0].fields.neighbor_port }}"}},
    ]
    host = {"ansible_connection": "local", "voice_phone_http_port": "{{ own_port }}", "own_port": port}
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": {"cucm-pub": host}}}))
    (tmp_path / "play.yml").write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    playbook = str(Path(sys.executable).with_name("ansible-playbook"))
    environment = {
        **os.environ,
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "ANSIBLE_NOCOLOR": "1",
        "http_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [playbook, "-i", "inventory.yml", "play.yml"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "at GigabitEthernet1/0/1" in done.stdout

"""Kea as the server of a site, as far as it goes without a Kea: what is told without one, its leases, its faults."""

from __future__ import annotations

import asyncio
import signal
import stat
from pathlib import Path

import pytest
import yaml

from lab import kea
from lab.background import greeting
from lab.control import ControlError
from lab.kea import KeaServer, missing
from lab.net import PORTS, Block
from lab.ready import NotReady
from lab.site import DEFAULT_SITE, DhcpSpec, Site, load_site
from lab.state import StateFolder
from lab.world import World

HEADER = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context"
SPEC = DhcpSpec("dhcp1")
WITHOUT = "Kea is not installed (no {}): the pools of the switches serve instead of dhcp1."


@pytest.fixture
def site() -> Site:
    return load_site(DEFAULT_SITE.with_name("kea.yml"))


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str, script: str = "exit 0") -> None:
    """Have only these programs be there, each a shell script."""
    places = {name: folder / name for name in names}
    for path in places.values():
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setattr(kea, "program", lambda name: str(places[name]) if name in places else None)


def configured(site: Site, folder: Path, *lines: str) -> World:
    """The site with its switch as it is when it has started, and these lines."""
    world = World(site, Block(250), folder)
    (spec,) = site.switches
    world.switches[spec.name].execute([*world.block.fill(spec.config).splitlines(), *lines])
    return world


@pytest.mark.parametrize(
    ("names", "absent"), [((), "kea-dhcp4 and kea-ctrl-agent"), (("kea-dhcp4",), "kea-ctrl-agent")]
)
def test_without_kea_a_word_and_the_switches_pools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, names: tuple[str, ...], absent: str
) -> None:
    told = WITHOUT.format(absent)
    installed(monkeypatch, tmp_path, *names)
    assert missing(site) == [told]
    assert told in greeting(site, tmp_path, "127.10")
    folder = StateFolder(tmp_path / "state")
    folder.claim()
    world = configured(site, folder.path)
    world.write_files(folder)
    assert world.kea is None
    overlay = yaml.safe_load(folder.inventory_path.read_text())["all"]
    assert overlay["children"]["dhcp_servers"]["hosts"] == {"access-sw1": {"voice_dhcp_provider": "ios"}}
    assert "dhcp1" not in overlay["hosts"]


def test_with_kea_the_inventory_leads_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    installed(monkeypatch, tmp_path, kea.SERVER, kea.AGENT)
    assert missing(site) == []
    assert "-i inventories/lab-kea -i" in greeting(site, tmp_path, "127.10")
    folder = StateFolder(tmp_path / "state")
    folder.claim()
    world = World(site, Block(250), folder.path)
    world.write_files(folder)
    overlay = yaml.safe_load(folder.inventory_path.read_text())["all"]
    assert overlay["children"]["dhcp_servers"]["hosts"] == {
        "dhcp1": {
            "ansible_host": "127.250.0.20",
            "voice_dhcp_provider": "kea",
            "voice_kea_host": "127.250.0.20",
            "voice_kea_port": 8000,
            "voice_kea_username": kea.USERNAME,
            "voice_kea_password": world.kea.password,
            "voice_kea_use_tls": False,
        }
    }


def test_a_fault_of_a_scope_is_asked_of_kea(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    installed(monkeypatch, tmp_path, kea.SERVER, kea.AGENT)
    world = configured(site, tmp_path, "vlan 20", "interface GigabitEthernet1/0/1", "switchport voice vlan 20")
    with pytest.raises(ControlError, match="dhcp1 does not answer: .*refused"):
        world.breaker.break_all([("SEP00005E005301", "scope_missing")])


def test_a_site_that_wants_none_is_told_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(monkeypatch, tmp_path)
    assert missing(load_site()) == []
    assert greeting(load_site(), tmp_path, "127.10").splitlines()[1].strip().startswith("ansible-playbook")


def test_what_is_leased_now(tmp_path: Path) -> None:
    server = KeaServer(SPEC, Block(250), PORTS, tmp_path, "pw")
    assert server.leases() == {}
    rows = [
        "127.250.20.11,00:00:5e:00:53:01,,86400,1,1,0,0,one,0,",
        "127.250.20.12,00:00:5e:00:53:02,,86400,1,1,0,0,two,0,",
        "127.250.20.13,,,86400,1,1,0,0,declined,1,",
        "127.250.20.12,00:00:5e:00:53:02,,0,1,1,0,0,given back,0,",
        "127.250.20.11,00:00:5e:00:53:09,,86400,1,1,0,0,another,0,",
        "127.250.20.14,00:00:5e",
    ]
    (tmp_path / "leases.csv").write_text("\n".join([HEADER, *rows]))
    assert server.leases() == {"127.250.20.11": "00:00:5e:00:53:09"}


async def test_a_kea_that_ends_at_once_is_named_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, tmp_path, kea.SERVER, kea.AGENT, script="echo no such interface; exit 3")
    server = KeaServer(SPEC, Block(251), PORTS, tmp_path / "kea", "pw")
    try:
        await server.start()
        with pytest.raises(NotReady, match=r"ended \(exit code 3\); it logged:\n") as caught:
            await server.wait_ready()
        assert "no such interface" in str(caught.value)
    finally:
        await server.stop()
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kea").iterdir()}
    assert set(files.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "kea").stat().st_mode) == 0o700


async def test_a_kea_that_does_not_heed_is_ended_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kea, "_ENDED_WITHIN", 0.2)
    installed(monkeypatch, tmp_path, kea.SERVER, kea.AGENT, script="trap '' TERM; echo deaf; exec sleep 60")
    server = KeaServer(SPEC, Block(251), PORTS, tmp_path / "kea", "pw")
    try:
        await server.start()
        processes = list(server._processes.values())
        while any("deaf" not in (tmp_path / "kea" / f"{name}.log").read_text() for name in (kea.SERVER, kea.AGENT)):
            await asyncio.sleep(0.01)
    finally:
        await server.stop()
    assert [process.returncode for process in processes] == [-signal.SIGKILL] * 2

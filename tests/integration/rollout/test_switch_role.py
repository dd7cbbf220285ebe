"""What the role switch_ports can be told beside the plan, on a stack and on a Nexus in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.labs import LabCli

SITE = {
    "switches": [
        {
            "name": "stack1",
            "stack": 2,
            "uplink": "GigabitEthernet1/0/24",
            "config": "archive\n path flash:archive\ninterface GigabitEthernet2/0/3\n description old\n"
            " storm-control broadcast level 5.00\n",
        },
        {"name": "nexus1", "platform": "nxos", "uplink": "Ethernet1/24"},
    ]
}
PORTS = {
    "stack1": [{"interface": "Gi2/0/3", "voice_vlan": "VOICE", "port_security": True, "qos": "auto"}],
    "nexus1": [{"interface": "Eth1/3", "voice_vlan": "VOICE", "portfast": True}],
}
ROLE = {
    "voice_vlans": [{"id": 20, "name": "VOICE"}],
    "switch_ports_ports": "{{ ports_of[inventory_hostname] }}",
    "ports_of": PORTS,
    "switch_ports_state": "replaced",
    "switch_ports_on_error": "restore",
    "switch_ports_confirm": "{{ inventory_hostname == 'stack1' }}",
    "switch_ports_confirm_minutes": 3,
}


def section(lab: LabCli, host: str, interface: str) -> list[str]:
    lines = lab.snapshot()["switches"][host]["running_config"].splitlines()
    start = lines.index(f"interface {interface}") + 1
    end = next(number for number in range(start, len(lines)) if not lines[number].startswith(" "))
    return [line.strip() for line in lines[start:end]]


def test_its_variables(cli: LabCli, play_on: Callable[[LabCli], Any]) -> None:
    (cli.state.parent / "site.yml").write_text(yaml.safe_dump(SITE))
    playbooks = play_on(cli.up("--site", str(cli.state.parent / "site.yml")))
    hosts = playbooks.folder / "hosts.yml"
    hosts.write_text(yaml.safe_dump({"all": {"children": {"switches": {"hosts": dict.fromkeys(PORTS)}}}}))
    playbooks.inventories[0] = str(hosts)
    before = section(cli, "stack1", "GigabitEthernet2/0/3")

    # The VLAN and its name are the first lines; the port's voice VLAN is refused.
    cli.run("hostile", "stack1", "refuse_line=6", "hostile_times=1")
    refused = playbooks.run("configure_switch_ports", variables=ROLE)
    assert {host: failed for host, (_changed, failed) in refused.recap.items()} == {"stack1": 1, "nexus1": 0}
    assert "everything was put back as it was" in refused.output
    assert "no vlan 20" not in refused.output, "the switch's own timer did it"
    assert section(cli, "stack1", "GigabitEthernet2/0/3") == before
    nexus = ["switchport voice vlan 20", "spanning-tree port type edge"]
    assert set(section(cli, "nexus1", "Ethernet1/3")) == set(nexus)

    done = playbooks.run("configure_switch_ports", "-v", variables=ROLE)
    assert done.code == 0, done.output
    found = section(cli, "stack1", "GigabitEthernet2/0/3")
    assert "storm-control broadcast level 5.00" in found, "a line that no option owns"
    assert {"switchport voice vlan 20", "switchport port-security", "auto qos voip cisco-phone"} <= set(found)
    assert "description old" not in found
    assert playbooks.run("configure_switch_ports", variables=ROLE).changed == 0

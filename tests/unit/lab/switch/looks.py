"""Looking at a switch as an administrator does, and parsing what it says with the public templates."""

from pathlib import Path

from ntc_templates.parse import parse_output

from lab.switch.session import Session

CAPTURES = Path(__file__).parents[5] / "shared" / "captures" / "cisco_ios"
PORT = "GigabitEthernet1/0/1"


def show(switch, command):
    """The answer to one exec command."""
    return Session(switch, user="netadmin", privilege=15, line="vty0").execute(command)


def parsed(switch, command):
    """The answer as the templates read it."""
    return parse_output(platform="cisco_ios", command=command, data=show(switch, command))


def interface(switch, name=PORT):
    """The lines of an interface in the running configuration."""
    lines = switch.running_config().splitlines()
    start = lines.index(f"interface {name}") + 1
    return lines[start : lines.index("!", start)]


def voice_port(switch, name=PORT, *more):
    """Make an access port with VLANs 10 and 20."""
    switch.execute(
        [f"interface {name}", "switchport mode access", "switchport access vlan 10", "switchport voice vlan 20", *more]
    )

"""Whatever is typed, the switch answers and its configuration stays printable."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lab.switch import Fabric, Switch
from lab.switch.session import Session
from lab.switch.terminal import Terminal

from .conftest import CREDENTIALS

VOCABULARY = """
    show run int interface range vlan 20 5000 gi1/0/1 gi1/0/99 te1/1/1 vlan30 switchport access voice trunk allowed
    native mode power inline auto static never max 15400 no default description shutdown ip dhcp pool VOICE network
    10.0.0.0 255.255.255.0 option 150 ascii hex lease infinite exit end do | include section begin ^ ( banner motd #
    line vty 0 4 archive log config name spanning-tree portfast edge trunk copy running-config startup-config write
    revert timer now confirm path flash:a maximum port-security violation restrict sticky mac-address aging time
    auto qos voip cisco-phone trust device class-map policy-map match-any class priority match lldp neighbors detail
    errdisable recovery cause interval bpduguard module switch provision gi2/0/1 show
    configure terminal enable cdp mac address-table clear * helper-address address all none add - , 1-5,7
"""
WORDS = st.sampled_from(VOCABULARY.split())
LINES = st.one_of(st.lists(WORDS, max_size=6).map(" ".join), st.text(max_size=30))


def bare():
    return Switch(
        "sw1",
        address="127.0.0.1",
        ssh_port=0,
        credentials=CREDENTIALS,
        host_key=None,
        fabric=Fabric(dhcp_port=6067),
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=12))
def test_any_lines(lines):
    switch = bare()
    session = Session(switch, user="x", privilege=15, line="vty0")
    for line in ["conf t", *lines]:
        assert isinstance(session.execute(line), str)
        assert isinstance(session.prompt, str)
    # Hashing the passwords is slow and not what this is about.
    switch.config.users.clear()
    switch.config.enable_secret = None
    assert switch.running_config().endswith("end\n")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("conf t\r\n?\t\x03\x1a\x15\x17\b\x1b[A show run qX"), max_size=60))
def test_any_keys(keys):
    shown, ends = [], []
    session = Session(bare(), user="x", privilege=15, line="vty0")
    terminal = Terminal(
        session, write=shown.append, close=lambda: ends.append("close"), abort=lambda: ends.append("cut")
    )
    terminal.start()
    terminal.feed(keys)
    terminal.feed("q\x03logout\r")
    assert "".join(shown).startswith("\r\nsw1#")
    assert ends == ["close"]

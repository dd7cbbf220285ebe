"""The archive, and changes that go back unless they are confirmed in time."""

import asyncio

import pytest

from lab.switch.session import Session

from .looks import CAPTURES, PORT, parsed, show, voice_port

ARCHIVE = ["archive", "path flash:archive"]
VOICE = "switchport voice vlan 20"


class Timers:
    """Time that passes when a test says so."""

    def __init__(self):
        self.due = []

    def later(self, seconds, callback):
        entry = [seconds, callback]
        self.due.append(entry)

        class Handle:
            def cancel(_self):
                if entry in self.due:
                    self.due.remove(entry)

        return Handle()

    def pass_by(self, seconds):
        for entry in sorted(self.due, key=lambda entry: entry[0]):
            entry[0] -= seconds
            if entry[0] <= 0 and entry in self.due:
                self.due.remove(entry)
                entry[1]()


@pytest.fixture
def timers():
    return Timers()


@pytest.fixture
async def switch(make_switch, timers):
    made = await make_switch(clock=lambda: 1_700_000_000.25, later=timers.later)
    made.execute(ARCHIVE)
    return made


def login(switch):
    return Session(switch, user="netadmin", privilege=15, line="vty0")


def changed(switch, command="configure terminal revert timer 5"):
    """A session that armed the timer and changed a port."""
    session = login(switch)
    answer = session.execute(command)
    assert session.mode == "config"
    for line in (f"interface {PORT}", VOICE, "vlan 77", "end"):
        session.execute(line)
    return answer


async def test_armed_with_the_words_of_ios(switch):
    assert changed(switch) == (
        "Rollback Confirmed Change: Backing up current running config to flash:archive-Nov-14-22-13-20.250-0\n"
        "\nEnter configuration commands, one per line.  End with CNTL/Z."
    )
    assert show(switch, "show archive config rollback timer") == (
        "Time configured(or reconfigured): 22:13:20 UTC Tue Nov 14 2023\n"
        "Timer type: absolute timer\nTimer value: 5 min\nUser: netadmin"
    )


async def test_the_configuration_goes_back_when_the_time_is_up(switch, timers):
    before = switch.running_config()
    changed(switch)
    assert VOICE in switch.running_config()
    timers.pass_by(299)
    assert VOICE in switch.running_config()
    timers.pass_by(1)
    after = switch.running_config()
    without_stamp = [line for line in after.splitlines() if "Last configuration change" not in line]
    assert without_stamp == [line for line in before.splitlines() if "Last configuration change" not in line]
    assert show(switch, "show archive config rollback timer") == "%No Rollback Confirmed Change pending"


async def test_a_phone_follows_the_configuration_back(switch, timers, phone):
    voice_port(switch)
    switch.ports[PORT].attach(phone)
    session = login(switch)
    for line in ("configure terminal revert timer 1", f"interface {PORT}", "power inline never"):
        session.execute(line)
    assert not switch.ports[PORT].powered
    timers.pass_by(60)
    assert switch.ports[PORT].powered
    assert switch.ports[PORT].cdp().voice_vlan == 20


async def test_confirmed_in_time(switch, timers):
    changed(switch)
    assert show(switch, "configure confirm") == ""
    assert timers.due == []
    assert VOICE in switch.running_config()
    assert show(switch, "configure confirm") == "%No Rollback Confirmed Change pending"


async def test_reverted_at_once(switch, timers):
    changed(switch)
    assert show(switch, "configure revert now") == (
        "Rollback Confirmed Change: Rolling to:flash:archive-Nov-14-22-13-20.250-0\n"
        "\nTotal number of passes: 1\nRollback Done\n"
    )
    assert VOICE not in switch.running_config()
    assert timers.due == []
    assert show(switch, "configure revert now") == "%No Rollback Confirmed Change pending"


async def test_the_timer_can_be_set_again(switch, timers):
    changed(switch)
    timers.pass_by(200)
    show(switch, "configure revert timer 10")
    assert "Timer value: 10 min" in show(switch, "show archive config rollback timer")
    timers.pass_by(599)
    assert VOICE in switch.running_config()
    timers.pass_by(1)
    assert VOICE not in switch.running_config()


async def test_an_idle_timer_counts_from_the_last_line(switch, timers):
    changed(switch, "configure terminal revert timer idle 2")
    timers.pass_by(119)
    assert "Timer type: idle timer" in show(switch, "show archive config rollback timer")
    timers.pass_by(119)
    assert VOICE in switch.running_config()
    timers.pass_by(1)
    assert VOICE not in switch.running_config()


@pytest.mark.parametrize("path", [[], ["no path"]])
async def test_refused_without_an_archive(make_switch, path):
    switch = await make_switch("bare")
    switch.execute([*ARCHIVE, *path] if path else [])
    session = login(switch)
    assert session.execute("configure terminal revert timer 5") == (
        "%Turn config archive on before using Rollback Confirmed Change"
    )
    assert session.mode == "exec"
    assert show(switch, "show archive") == " Archive feature not enabled"


async def test_refused_while_another_change_is_pending(switch):
    changed(switch)
    session = login(switch)
    assert session.execute("configure terminal revert timer 5").startswith("%Rollback Confirmed Change already pending")
    assert session.mode == "exec"
    assert session.execute("configure terminal").startswith("Enter configuration commands")


@pytest.mark.parametrize("minutes", ["0", "121", "x"])
async def test_minutes_out_of_range(switch, minutes):
    assert "% Invalid input" in show(switch, f"configure terminal revert timer {minutes}")


async def test_the_session_is_warned_a_minute_before(switch, timers):
    session = login(switch)
    said = []
    session.notify = said.append
    session.execute("configure terminal revert timer 2")
    timers.pass_by(60)
    assert said[0].startswith("Rollback Confirmed Change: Rollback will begin in one minute.\n")
    timers.pass_by(60)
    assert said[1].startswith("Rollback Confirmed Change: Rolling to:flash:archive-")


async def test_show_archive_lists_what_is_kept(switch):
    switch.execute(["archive", "maximum 3", "write-memory"])
    for _ in range(4):
        show(switch, "archive config")
    show(switch, "write memory")
    (record,) = parsed(switch, "show archive")
    assert record["next_filename"] == "flash:archive-<timestamp>-5"
    assert [name.rpartition("-")[2] for name in record["filenames"]] == ["2", "3", "4"]
    assert record["current_index"] == "3"
    assert "archive\n path flash:archive\n maximum 3\n write-memory\n" in switch.running_config()


async def test_show_archive_labels_are_those_of_the_capture(switch):
    if not CAPTURES.exists():
        pytest.skip("the captures are not here")
    show(switch, "archive config")
    theirs = [line.strip() for line in (CAPTURES / "archive_10slots.txt").read_text().splitlines()]
    ours = [line.strip() for line in show(switch, "show archive").splitlines()]
    assert ours[:2] + ours[3:4] == theirs[:2] + theirs[3:4]
    assert [line.split()[0] for line in ours[4:]] == [line.split()[0] for line in theirs[4:] if line]


async def test_no_maximum_for_a_server(switch):
    assert switch.execute(["archive", "path tftp://192.168.0.10/a", "maximum 3"])[-1] == (
        "Cannot set maximum when backing up to network path"
    )


async def test_the_event_loop_ends_the_time(make_switch):
    switch = await make_switch("timed")
    switch.execute(ARCHIVE)
    switch.minute = 0.01
    session, ended = login(switch), asyncio.Event()
    session.notify = lambda text: ended.set() if "Rollback Done" in text else None
    session.execute("configure terminal revert timer 2")
    session.execute("vlan 88")
    await asyncio.wait_for(ended.wait(), 30)
    assert 88 not in switch.config.vlans


async def test_a_terminal_shows_the_notices(make_switch, netmiko):
    switch = await make_switch("timed")
    switch.execute(ARCHIVE)
    loop = asyncio.get_running_loop()

    def work(connection):
        connection.enable()
        connection.write_channel("configure terminal revert timer 1\n")
        warning = connection.read_until_pattern(pattern="you've configured")
        connection.send_command("vlan 88", expect_string=r"\(config-vlan\)#")
        loop.call_soon_threadsafe(switch.rollback.expire)
        return warning + connection.read_until_pattern(pattern="Rollback Done")

    said = await asyncio.wait_for(netmiko(switch, work), 30)
    assert "Rollback will begin in one minute." in said
    assert "Rolling to:flash:archive-" in said
    assert 88 not in switch.config.vlans


async def test_power_off_forgets_the_timer(switch, timers):
    changed(switch)
    await switch.stop()
    assert timers.due == []
    assert not switch.rollback.pending

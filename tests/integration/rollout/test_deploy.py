"""From the carton to registered: the customer's playbooks on the lab, whole, in check mode and with faults."""

from __future__ import annotations

from typing import Any

from tests.integration.rollout.snapshots import PHONES, configuration, registered

FAULTY = "SEP00005E005303"


def writes(snapshot: dict[str, Any]) -> dict[str, int]:
    """How often each AXL operation that changes something was asked for."""
    return {
        name: count
        for name, count in snapshot["cucm"]["requests"]["axl"].items()
        if name.startswith(("add", "update", "remove", "do"))
    }


def config_lines(snapshot: dict[str, Any]) -> int:
    """How many configuration lines access-sw1 was sent."""
    return snapshot["switches"]["access-sw1"]["requests"]["config_lines"]


def where_stuck(lab: Any) -> dict[str, str]:
    """The step at which each phone is stuck, once all of them are."""
    phones = lab.wait(lambda phones: all(phone["stuck_at"] for phone in phones.values()))
    return {name: phone["stuck_at"] for name, phone in phones.items()}


def told(output: str) -> list[str]:
    """The first line of what is reported of each phone."""
    return [line for line in output.splitlines() if line.startswith("SEP")]


class TestFreshSite:
    """One lab for the tests of this class, in their order: each leaves it as the next finds it."""

    def test_check_mode_shows_every_stage_and_changes_nothing(self, lab: Any, playbooks: Any) -> None:
        # Phones that have only just got power are still on their way to where they get stuck.
        stuck = where_stuck(lab)
        before = configuration(lab.snapshot())
        run = playbooks.run("deploy_phones", "--check", "--diff")
        assert run.code == 0, run.output
        shown = ("vlans 20", "+voice_vlan: 20", "+poe: auto", "scopes VOICE", "+tftp_servers", "lines 1012")
        for words in (*shown, *(f"phones {name}" for name in PHONES)):
            assert words in run.output, words
        assert run.changed == 5, run.output
        assert "waiting is skipped" in run.output
        assert configuration(lab.snapshot()) == before
        assert where_stuck(lab) == stuck

    def test_the_first_run_registers_all_and_the_second_changes_nothing(self, lab: Any, playbooks: Any) -> None:
        first = playbooks.run("deploy_phones")
        assert first.code == 0, first.output
        assert first.changed == 5
        assert "12 of 12 phones registered" in first.output
        assert registered(lab.status()) == PHONES
        after = lab.snapshot()
        second = playbooks.run("deploy_phones", "--diff")
        assert second.code == 0, second.output
        assert second.changed == 0, second.output
        assert configuration(lab.snapshot()) == configuration(after)
        assert writes(lab.snapshot()) == writes(after)

    def test_a_saved_configuration_is_the_running_one(self, lab: Any) -> None:
        for switch in configuration(lab.snapshot())["switches"].values():
            running, startup = switch["running_config"], switch["startup_config"]
            assert [line for line in running if "Building" not in line] == startup

    def test_a_faulty_port_leaves_one_phone_out_and_it_is_named(self, lab: Any, playbooks: Any) -> None:
        lab.run("break", FAULTY, "poe_fault")
        lab.wait(lambda phones: phones[FAULTY]["state"] == "off")
        short = {"voice_registration_timeout": 6}
        run = playbooks.run("deploy_phones", variables=short)
        assert run.code != 0
        assert "11 of 12 phones registered as planned; stuck: 1 poe_fault" in run.output
        assert told(run.output) == [f"{FAULTY} (access-sw1 GigabitEthernet1/0/3): stuck at power: poe_fault (certain)"]
        assert registered(lab.status()) == [name for name in PHONES if name != FAULTY]

        before = lab.snapshot()
        lab.run("heal", FAULTY)
        run = playbooks.run("deploy_phones")
        assert run.code == 0, run.output
        assert run.changed == 0
        assert registered(lab.status()) == PHONES
        assert configuration(lab.snapshot()) == configuration(before)

    def test_a_wrong_configuration_is_named_by_verify_and_mended_by_deploy(self, lab: Any, playbooks: Any) -> None:
        lab.run("break", FAULTY, "poe_disabled")
        lab.wait(lambda phones: phones[FAULTY]["state"] == "off")
        before = configuration(lab.snapshot())
        run = playbooks.run("verify_phones", variables={"voice_registration_timeout": 6})
        assert run.code != 0
        assert run.changed == 0
        assert told(run.output) == [
            f"{FAULTY} (access-sw1 GigabitEthernet1/0/3): stuck at power: poe_disabled (certain)"
        ]
        assert "power inline never" in run.output
        assert configuration(lab.snapshot()) == before

        lines = config_lines(lab.snapshot())
        run = playbooks.run("deploy_phones")
        assert run.code == 0, run.output
        assert run.recap["access-sw1"][0] == 1
        assert run.changed == 1
        assert config_lines(lab.snapshot()) - lines == 2
        assert registered(lab.status()) == PHONES

    def test_each_stage_alone_changes_nothing_more(self, playbooks: Any) -> None:
        for stage in ("check_plan", "configure_switch_ports", "configure_dhcp_scopes", "add_phones", "verify_phones"):
            run = playbooks.run(stage)
            assert run.code == 0, run.output
            assert run.changed == 0, run.output

"""Trust and `auto qos voip cisco-phone`, on switches with policies alone and on those with `mls qos`."""

import pytest

from .looks import CAPTURES, PORT, interface, show
from .test_config import bare

OLD, NEW = "WS-C2960X-24PS-L", "C9300-24P"
ON_MQC = [
    " trust device cisco-phone",
    " auto qos voip cisco-phone ",
    " service-policy input AutoQos-4.0-CiscoPhone-Input-Policy",
    " service-policy output AutoQos-4.0-Output-Policy",
]
ON_MLS = [
    " srr-queue bandwidth share 1 30 35 5",
    " priority-queue out ",
    " mls qos trust device cisco-phone",
    " mls qos trust cos",
    " auto qos voip cisco-phone ",
    " service-policy input AUTOQOS-SRND4-CISCOPHONE-POLICY",
]


@pytest.mark.parametrize(("model", "lines"), [(NEW, ON_MQC), (OLD, ON_MLS)])
def test_auto_qos_writes_the_port_and_leaves_the_rest_behind(model, lines):
    box = bare(model=model)
    before = box.running_config()
    assert box.execute([f"interface {PORT}", "auto qos voip cisco-phone"]) == ["", ""]
    assert interface(box) == lines
    once = box.running_config()
    box.execute([f"interface {PORT}", "auto qos voip cisco-phone"])
    assert box.running_config() == once
    box.execute([f"interface {PORT}", "no auto qos voip cisco-phone"])
    assert interface(box) == []
    left = [line for line in box.running_config().splitlines() if line not in before.splitlines()]
    assert any(line.startswith("policy-map ") for line in left)
    assert any(line.startswith("class-map match-") for line in left)
    assert any(line.startswith("mls qos srr-queue output") for line in left) is (model == OLD)


@pytest.mark.parametrize(("model", "lines"), [(NEW, ON_MQC), (OLD, ON_MLS)])
def test_what_auto_qos_wrote_can_be_replayed_and_removed(model, lines):
    box, other = bare(model=model), bare(model=model)
    before = box.running_config()
    box.execute([f"interface {PORT}", "auto qos voip cisco-phone"])
    text = box.running_config()
    answers = other.execute(line for line in text.splitlines() if not line.startswith(("version", "end", "enable")))
    assert [answer for answer in answers if "%" in answer] == []
    assert interface(other) == lines
    # The accounts have hashes of their own.
    assert [line for line in other.running_config().splitlines() if "$9$" not in line] == [
        line for line in text.splitlines() if "$9$" not in line
    ]
    box.execute([f"interface {PORT}", "no auto qos voip cisco-phone"])
    left = [line for line in box.running_config().splitlines() if line not in before.splitlines() and line[0] != " "]
    box.execute([f"no {line}" for line in left if line[0] != "!"])
    after = [line for line in box.running_config().splitlines() if "Last configuration change" not in line]
    assert after == before.splitlines()


def test_a_policy_of_ones_own_stays_when_auto_qos_goes():
    box = bare()
    box.execute([f"interface {PORT}", "auto qos voip cisco-phone", "service-policy input MINE"])
    box.execute([f"interface {PORT}", "no auto qos voip cisco-phone"])
    assert interface(box) == [" service-policy input MINE"]


@pytest.mark.parametrize(
    ("model", "line", "column"),
    [
        (OLD, "trust device cisco-phone", 0),
        (OLD, " no trust device", 4),
        (NEW, "mls qos trust device cisco-phone", 0),
        (NEW, "mls qos trust cos", 0),
        (NEW, " no mls qos trust", 4),
        (NEW, "srr-queue bandwidth share 1 30 35 5", 0),
        (NEW, "priority-queue out", 0),
    ],
)
def test_the_other_family_does_not_have_the_command(model, line, column):
    box = bare(model=model)
    answers = box.execute([f"interface {PORT}", line, "shutdown"])
    assert answers[1] == f"{' ' * (len('sw1(config-if)#') + column)}^\n% Invalid input detected at '^' marker.\n"
    assert interface(box) == [" shutdown"]


def test_trust_lines_of_mls_are_two():
    box = bare(model=OLD)
    box.execute([f"interface {PORT}", "mls qos trust device cisco-phone", "mls qos trust cos", "no mls qos trust"])
    assert interface(box) == [" mls qos trust device cisco-phone"]
    box.execute([f"interface {PORT}", "mls qos trust dscp", "no mls qos trust device cisco-phone"])
    assert interface(box) == [" mls qos trust dscp"]


def test_policies_are_kept_as_typed():
    box = bare()
    lines = ["class-map match-any VOICE", "match dscp ef", "match cos 5", "policy-map P", "class VOICE", "priority"]
    lines += ["class class-default", "bandwidth remaining percent 10", "class VOICE", "set dscp ef", "exit", "exit"]
    assert set(box.execute(lines)) == {""}
    assert (
        "!\nclass-map match-any VOICE\n match dscp ef\n match cos 5\n!\npolicy-map P\n class VOICE\n  priority\n"
        "  set dscp ef\n class class-default\n  bandwidth remaining percent 10\n!\n"
    ) in box.running_config()
    box.execute(["policy-map P", "no class VOICE", "no class-map VOICE"])
    assert "VOICE" not in box.running_config()


def test_the_lines_are_those_of_the_captured_port():
    if not CAPTURES.exists():
        pytest.skip("the captures are not here")
    box = bare()
    box.execute([f"interface {PORT}", "auto qos voip cisco-phone"])
    theirs = (CAPTURES / "run_interface_16.txt").read_text().splitlines()
    ours = show(box, f"show running-config interface {PORT}").splitlines()
    of_qos = ("trust", "auto qos", "service-policy in", "service-policy out")
    assert [line for line in ours if line.strip().startswith(of_qos)] == [
        line for line in theirs if line.strip().startswith(of_qos)
    ]

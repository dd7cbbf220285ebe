"""What `auto qos voip cisco-phone` writes, on switches with policies alone and on those with `mls qos`."""

from __future__ import annotations

from typing import NamedTuple


class Written(NamedTuple):
    """`interface`: key and line on the port; `blocks`: header and lines; `lines`: single global ones."""

    interface: dict[str, str]
    blocks: dict[str, list[str]]
    lines: list[str]


_QUEUES = {
    "Priority-Queue": ("dscp cs4 cs5 ef", "cos 5"),
    "Control-Mgmt-Queue": ("dscp cs2 cs3 cs6 cs7", "cos 3"),
    "Multimedia-Conf-Queue": ("dscp af41 af42 af43", "cos 4"),
    "Trans-Data-Queue": ("dscp af21 af22 af23", "cos 2"),
    "Bulk-Data-Queue": ("dscp af11 af12 af13", "cos 1"),
    "Scavenger-Queue": ("dscp cs1",),
    "Multimedia-Strm-Queue": ("dscp af31 af32 af33",),
}
_SHARES = {
    "Control-Mgmt-Queue": 10,
    "Multimedia-Conf-Queue": 10,
    "Trans-Data-Queue": 10,
    "Bulk-Data-Queue": 4,
    "Scavenger-Queue": 1,
    "Multimedia-Strm-Queue": 10,
}


def _output_policy() -> list[str]:
    lines = ["class AutoQos-4.0-Output-Priority-Queue", " priority level 1 percent 30"]
    for queue, share in _SHARES.items():
        lines += [f"class AutoQos-4.0-Output-{queue}", f" bandwidth remaining percent {share}"]
        if queue == "Control-Mgmt-Queue":
            lines += [
                f" queue-limit dscp {value} percent {most}"
                for value, most in (("cs2", 80), ("cs3", 90), ("cs6", 100), ("cs7", 100))
            ]
        lines.append(" queue-buffers ratio 10")
    return [*lines, "class class-default", " bandwidth remaining percent 25", " queue-buffers ratio 25"]


MQC = Written(
    interface={
        "trust": "trust device cisco-phone",
        "service-policy input": "service-policy input AutoQos-4.0-CiscoPhone-Input-Policy",
        "service-policy output": "service-policy output AutoQos-4.0-Output-Policy",
    },
    blocks={
        "table-map policed-dscp": ["map from 0 to 8", "map from 10 to 8", "map from 18 to 8", "map from 24 to 8"],
        **{
            f"class-map match-any AutoQos-4.0-Output-{queue}": [f"match {match}" for match in matches]
            for queue, matches in _QUEUES.items()
        },
        "class-map match-any AutoQos-4.0-Voip-Data-CiscoPhone-Class": ["match cos  5"],
        "class-map match-any AutoQos-4.0-Voip-Signal-CiscoPhone-Class": ["match cos  3"],
        "class-map match-any AutoQos-4.0-Default-Class": ["match access-group name AutoQos-4.0-Acl-Default"],
        "policy-map AutoQos-4.0-Output-Policy": _output_policy(),
        "policy-map AutoQos-4.0-CiscoPhone-Input-Policy": [
            "class AutoQos-4.0-Voip-Data-CiscoPhone-Class",
            " set dscp ef",
            " police cir 128000 bc 8000 exceed-action set-dscp-transmit table policed-dscp",
            "class AutoQos-4.0-Voip-Signal-CiscoPhone-Class",
            " set dscp cs3",
            " police cir 32000 bc 8000 exceed-action set-dscp-transmit table policed-dscp",
            "class AutoQos-4.0-Default-Class",
            " set dscp default",
        ],
        "ip access-list extended AutoQos-4.0-Acl-Default": ["permit ip any any"],
    },
    lines=[],
)

MLS = Written(
    interface={
        "srr-queue bandwidth share": "srr-queue bandwidth share 1 30 35 5",
        "priority-queue": "priority-queue out ",
        "mls qos trust device": "mls qos trust device cisco-phone",
        "mls qos trust": "mls qos trust cos",
        "service-policy input": "service-policy input AUTOQOS-SRND4-CISCOPHONE-POLICY",
    },
    blocks={
        "class-map match-all AUTOQOS_VOIP_DATA_CLASS": ["match ip dscp ef"],
        "class-map match-all AUTOQOS_DEFAULT_CLASS": ["match access-group name AUTOQOS-ACL-DEFAULT"],
        "class-map match-all AUTOQOS_VOIP_SIGNAL_CLASS": ["match ip dscp cs3"],
        "policy-map AUTOQOS-SRND4-CISCOPHONE-POLICY": [
            "class AUTOQOS_VOIP_DATA_CLASS",
            " set dscp ef",
            " police 128000 8000 exceed-action policed-dscp-transmit",
            "class AUTOQOS_VOIP_SIGNAL_CLASS",
            " set dscp cs3",
            " police 32000 8000 exceed-action policed-dscp-transmit",
            "class AUTOQOS_DEFAULT_CLASS",
            " set dscp default",
            " police 10000000 8000 exceed-action policed-dscp-transmit",
        ],
        "ip access-list extended AUTOQOS-ACL-DEFAULT": ["permit ip any any"],
    },
    lines=[
        "mls qos map policed-dscp  0 10 18 24 46 to 8",
        "mls qos map cos-dscp 0 8 16 24 32 46 48 56",
        "mls qos srr-queue output cos-map queue 1 threshold 3 4 5",
        "mls qos srr-queue output cos-map queue 2 threshold 1 2",
        "mls qos srr-queue output cos-map queue 2 threshold 2 3",
        "mls qos srr-queue output cos-map queue 2 threshold 3 6 7",
        "mls qos srr-queue output cos-map queue 3 threshold 3 0",
        "mls qos srr-queue output cos-map queue 4 threshold 3 1",
        "mls qos srr-queue output dscp-map queue 1 threshold 3 32 33 40 41 42 43 44 45",
        "mls qos srr-queue output dscp-map queue 1 threshold 3 46 47",
        "mls qos srr-queue output dscp-map queue 2 threshold 3 48 49 50 51 52 53 54 55",
        "mls qos srr-queue output dscp-map queue 3 threshold 3 0 1 2 3 4 5 6 7",
        "mls qos srr-queue output dscp-map queue 4 threshold 1 8 9 11 13 15",
        "mls qos queue-set output 1 threshold 1 100 100 50 200",
        "mls qos queue-set output 1 threshold 2 125 125 100 400",
        "mls qos queue-set output 1 threshold 3 100 100 100 400",
        "mls qos queue-set output 1 threshold 4 60 150 50 200",
        "mls qos queue-set output 1 buffers 15 25 40 20",
        "mls qos",
    ],
)

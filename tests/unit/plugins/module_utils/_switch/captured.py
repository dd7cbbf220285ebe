# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: E501
"""What stands in the captures of real switches, read by people. ``1/0/5..7`` are three ports; a dash is nothing."""

from __future__ import annotations

# interface | kind | name | platform | address | port | power asked for in mW | voice VLAN | name of the phone;
# what is not there at the end is nothing.
CDP = {
    "cisco_ios/cdp_detail2.txt": """\
GigabitEthernet0/3 | switch | switchxxxxx | cisco WS-C3560X-24P | 1.1.1.1 | GigabitEthernet0/8
""",
    "cisco_ios/cdp_detail_3560_phones.txt": """\
FastEthernet0/15 | phone | SEP001F9EAB59F1 | Cisco IP Phone 7941 | 10.243.14.48 | Port 1 | 6300 | - | SEP001F9EAB59F1
GigabitEthernet0/1 | switch | AA1AASW07 | cisco WS-C3560-24PS | 10.240.14.3 | GigabitEthernet0/1
""",
    "cisco_ios/cdp_detail_switch_uplink.txt": """\
TwoGigabitEthernet1/0/13 | switch | javelin-morph-mini2-dut2 | cisco C9300-24UX | 10.10.10.10 | TenGigabitEthernet1/0/1
""",
    "cisco_ios/cdp_detail_sx80_sep.txt": """\
GigabitEthernet3/0/38 | other | SEP009E2E69AC48 | CTS-CODEC-SX80 | 10.0.0.8 | gbe0
""",
    "cisco_ios/cisco_ios_show_cdp_neighbors_detail.txt": """\
GigabitEthernet1/0/16 | switch | desktop-switch | cisco WS-C2960-8TC-L | 10.1.1.2 | GigabitEthernet0/1
GigabitEthernet1/0/22 | router | ce-router | Cisco 3825 | 10.1.1.1 | GigabitEthernet0/0
GigabitEthernet1/0/19 | other | server | VMware | 10.1.1.232 | eth0
GigabitEthernet0/3 | switch | vIOS-L2-1 | Cisco | - | GigabitEthernet0/3
""",
    "cisco_nxos/cdp_detail.txt": """\
mgmt0 | switch | PERIMETER | cisco WS-C3750-48TS | 10.1.100.1 | FastEthernet1/0/32
Ethernet1/1 | switch | dc-lf03 | N9K-C9372TX | 10.1.100.226 | Ethernet1/1
Ethernet1/3 | switch | dc-lf03 | N9K-C9372TX | 10.1.100.226 | Ethernet1/3
Ethernet1/49 | switch | dc-sp01 | N9K-C9372TX | 10.1.1.1 | Ethernet1/52
Ethernet1/50 | switch | dc-sp02 | N9K-C9372TX | 10.1.1.9 | Ethernet1/52
""",
}

# As above; the platform is cut at 24 characters.
LLDP = {
    "cisco_ios/cisco_ios_show_lldp_neighbors_detail1.txt": """\
GigabitEthernet1/0/2 | switch | - | Juniper Networks, Inc. e | - | 502
GigabitEthernet1/0/1 | switch | HpSwitch | HPE OfficeConnect Switch | 192.168.1.81 | 94f1.2879.5555
GigabitEthernet1/0/9 | access_point | 44:48:c1:c4:dd:dd | ArubaOS (MODEL: 225), Ve | 192.168.1.40 | 4448.c1c4.dddd | 19000
""",
    "cisco_ios/issue_lldp_detail_85_no_local_intf.txt": """\
- | phone | - | 1220 IP Deskphone | - | 7018.dec7.88dc | 6000 | 210
""",
    "cisco_ios/lldp_detail_7962_med.txt": """\
GigabitEthernet0/1/7 | phone | SEPC8F9F9D61BC2 | CP-7962G | 10.10.0.1 | C8F9F9D61BC2:P1 | 6300 | 10 | SEPC8F9F9D61BC2
""",
    "cisco_ios/lldp_detail_genie_3.txt": """\
GigabitEthernet1/0/32 | other | - | {"SN":"SN-NR","Owner":"O | 0000:0000:0000:0000:0000:ffff:7f00:0001 | 222
""",
    "cisco_ios/lldp_detail_ntc2.txt": """\
- | switch | USSC-CAMPUS-CORE-GW2 | Cisco NX-OS(tm) n7700, S | 10.100.1.11 | Eth1/6
- | switch | USSC-CAMPUS-CORE-GW1.acme123.com | Cisco NX-OS(tm) n7700, S | 10.101.1.3 | Eth1/6
- | switch | DMZ-SW1 | Cisco IOS Software, C375 | 10.102.1.55 | Gi2/0/24
- | other | - | - | - | g2
""",
    "cisco_ios/lldp_detail_ntc3.txt": """\
GigabitEthernet0/1/7 | phone | SEPC8F9F9D61BC2 | CP-7962G | 10.10.0.1 | C8F9F9D61BC2:P1 | 6300 | 10 | SEPC8F9F9D61BC2
""",
    "cisco_ios/lldp_detail_ntc5.txt": """\
- | access_point | system1 | Cisco AP Software, ap3g3 | 172.31.176.154 | 0
- | other | system2 | Dragonfly | 10.132.14.52 | 0004.7a2a.bbbb | 25000
- | other | system3 | Dragonfly | 10.132.14.53 | 0004.7a2a.cccc | 25000
- | other | - | Siemens, SIMATIC S7, CPU | 10.176.0.245 | port-001.ploobdfad
""",
    "cisco_ios/lldp_detail_ntc6.txt": """\
GigabitEthernet1/0/22 | phone | SEPaabbccddeeff.phones.company.domain | CP-6901 | 10.20.30.40 | aabbccddeeff:P1 | 2600 | - | SEPAABBCCDDEEFF
""",
    "cisco_ios/lldp_detail_ntc_02.txt": """\
Ethernet0/0 | switch | SW-MGMT.cisco.com | Cisco IOS Software [IOSX | 192.168.128.102 | Et0/1
""",
    "cisco_nxos/lldp_detail.txt": """\
mgmt0 | switch | Switch.cisco.com | Cisco IOS Software, C375 | 10.30.140.1 | Fa1/0/9
Ethernet1/1 | switch | n9k2.company.com | Cisco Nexus Operating Sy | 10.30.140.21 | Ethernet1/1
Ethernet1/2 | switch | n9k2.company.com | Cisco Nexus Operating Sy | 10.30.140.21 | Ethernet1/2
Ethernet2/2 | switch | N3K.cisconxapi.com | Cisco Nexus Operating Sy | 10.30.140.30 | Ethernet1/49
""",
}

# number | name
VLANS = {
    "cisco_ios/cisco_ios_show_vlan.txt": """\
1 | default
10 | Management
50 | VLan50
60 | VLan60
1002 | fddi-default
1003 | token-ring-default
1004 | fddinet-default
1005 | trnet-default
""",
    "cisco_ios/vlan_1.txt": """\
1 | default
2 | VLAN0002
20 | VLAN0020
100 | V100
101 | VLAN0101
102 | VLAN0102
103 | VLAN0103
104 | VLAN0104
""",
    "cisco_ios/vlan_3.txt": """\
1 | default
104 | VLAN0104
319 | VLAN0319
320 | VLAN0320
333 | VLAN0333
999 | VLAN0999
1002 | fddi-default
1003 | token-ring-default
1004 | fddinet-default
1005 | trnet-default
""",
    "cisco_ios/vlan_4.txt": """\
1 | default
3 | Part1 Part2
4 | Part1 Part/2
9 | Misc. Name
130 | SO MANY SPACES
""",
    "cisco_ios/vlan_brief.txt": """\
1 | default
50 | VLAN0050
666 | VLAN0666
777 | VLAN0777
1005 | trnet-default
""",
    "cisco_nxos/vlan.txt": """\
1 | default
10 | WEB
20 | VLAN0020
30 | VLAN0030
40 | VLAN0040
50 | VLAN0050
""",
}

# Other commands' output, given to the reader of the plain command: the line that it must show.
NOT_PLAIN = {
    "cisco_ios/power_inline_consumption_all.txt": "Interface  Consumption      Admin",
    "cisco_ios/power_inline_detail_5.txt": " Interface: Te7/0/25",
    "cisco_ios/power_inline_detail_lldp_shutdown.txt": " Interface: Tw1/0/25",
    "cisco_ios/power_inline_detail_off.txt": "Interface: Te7/0/38",
    "cisco_ios/power_inline_detail_on_altab.txt": "Interface: Te7/0/37",
    "cisco_ios/power_inline_if_powerdeny_adminconsumption.txt": "Interface  AdminPowerMax   AdminConsumption",
    "cisco_ios/power_inline_meter.txt": "Interface    Meter Update              Hourly Metered",
    "cisco_ios/power_inline_police_9300.txt": "Interface Admin  Oper       Admin      Oper       Cutoff Oper",
    "cisco_ios/power_inline_priority_low.txt": "Interface  Admin  Oper       Admin",
    "cisco_ios/power_inline_upoe_plus.txt": "Interface   Admin  Type Oper-State      Power(Watts)",
    "cisco_ios/power_inline_upoe_plus_lldp_shutdown.txt": "Device IEEE Mode - BT",
    "cisco_ios/power_inline_upoe_plus_module.txt": "Device IEEE Mode - BT",
    "cisco_ios/issue_power_inline_2349_cat6k_rows.txt": "Gi1/30    auto   off        0          0          n/a",
    "cisco_ios/controllers_power_inline_module.txt": "  Alchemy instance 0, address 0",
    "cisco_ios/cdp_neighbors_phones.txt": "Device# show cdp neighbors",
}

# interface | status | VLAN | duplex | speed | type
STATUS = {
    "cisco_ios/cisco_ios_show_interfaces_status.txt": """\
GigabitEthernet1/0/1 | notconnect | 1 | auto | auto | 10/100/1000BaseTX
GigabitEthernet1/0/2 | connected | 8 | a-full | a-1000 | 10/100/1000BaseTX
GigabitEthernet1/0/3 | notconnect | 1 | auto | auto | 10/100/1000BaseTX
GigabitEthernet1/0/4 | connected | 1 | a-full | a-100 | 10/100/1000BaseTX
GigabitEthernet1/0/5 | connected | 1000 | a-full | a-1000 | 10/100/1000BaseTX
GigabitEthernet1/0/6 | connected | 8 | a-full | a-100 | 10/100/1000BaseTX
GigabitEthernet1/0/7 | suspended | trunk | a-full | a-1000 | 1000BaseSX SFP
GigabitEthernet1/0/8..9 | notconnect | 1 | auto | auto | Not Present
GigabitEthernet1/0/10 | notconnect | routed | auto | auto | 10/100BaseTX
GigabitEthernet1/0/11..13 | notconnect | 16 | a-half | auto | 10/100BaseTX
GigabitEthernet1/0/14 | notconnect | 16 | a-half | auto | Not Present
GigabitEthernet1/0/15 | notconnect | 16 | a-half | auto | 10/100BaseTX
GigabitEthernet1/0/16 | err-disabled | 16 | a-half | auto | 10/100BaseTX
GigabitEthernet1/0/17 | disabled | 16 | a-half | auto | 10/100BaseTX
GigabitEthernet1/0/18 | monitoring | routed | a-full | auto | 10/100/1000BaseT
GigabitEthernet1/0/19 | notconnect | 1 | a-full | a-100 | 10/100/1000BaseTX
GigabitEthernet1/0/20 | connected | 1 | a-full | a-100 | 10/100/1000BaseTX
GigabitEthernet1/0/21 | monitoring | unassigned | a-full | auto | 10/100/1000BaseT
GigabitEthernet1/0/22 | notconnect | 1 | a-full | a-100 | 10/100/1000BaseTX
GigabitEthernet1/0/23 | connected | 1 | a-full | a-100 | 10/100/1000BaseTX
FastEthernet1/6 | notconnect | 1 | auto | auto | 10/100BaseTX
Port-channel1 | connected | trunk | a-full | a-1000 |
""",
    "cisco_ios/interfaces_status_2.txt": """\
fc2/1..4 | up |  |  |  |
fc2/5..6 | down |  |  |  | SFP not present
Ethernet1/1 | connected | 111 | full | 1000 | SFP-1000BAS
Ethernet1/2 | connected | 112 | full | 1000 | SFP-1000BAS
Ethernet1/3 | connected | 115 | full | 1000 | SFP-1000BAS
Ethernet1/4..5 | connected | trunk | full | 10G | 10Gbase-SR
Ethernet1/6 | connected | trunk | full | 1000 | SFP-1000BAS
Ethernet1/7..10 | connected | 4093 | full | 10G | Fabric Exte
Port-channel3 | notconnect | unassigned | auto | auto |
""",
    "cisco_ios/interfaces_status_genie.txt": """\
GigabitEthernet1/1 | notconnect | 1 | auto | auto | 10/100/1000-TX
GigabitEthernet1/2 | notconnect | 125 | full | 100 | 10/100/1000-TX
GigabitEthernet1/3 | connected | 132 | a-full | a-1000 | 10/100/1000-TX
GigabitEthernet1/7 | notconnect | 99 | auto | auto | 10/100/1000-TX
GigabitEthernet1/10 | connected | trunk | a-full | a-1000 | 10/100/1000-TX
GigabitEthernet1/44 | connected | 550 | a-full | a-1000 | 10/100/1000-TX
GigabitEthernet1/45 | connected | trunk | a-full | a-1000 | 10/100/1000-TX
GigabitEthernet1/46 | notconnect | 99 | auto | auto | 10/100/1000-TX
GigabitEthernet2/11 | connected | 136 | a-full | a-1000 | 10/100/1000-TX
GigabitEthernet2/12 | notconnect | 99 | auto | auto | 10/100/1000-TX
GigabitEthernet2/23 | connected | 140 | a-full | a-100 | 10/100/1000-TX
GigabitEthernet2/24 | connected | trunk | a-full | a-1000 | 10/100/1000-TX
TenGigabitEthernet3/2 | inactive | 1 | full | auto | No XCVR
GigabitEthernet3/4 | notconnect | 99 | full | 1000 | No Gbic
GigabitEthernet3/5..6 | connected | trunk | full | 1000 | 1000BaseSX
GigabitEthernet1/1/0/1 | connected | 4094 | a-full | a-1000 | 10/100/1000BaseTX
TenGigabitEthernet1/1/2 | connected | trunk | full | a-10G | 10GBase-SR
TenGigabitEthernet2/1/20..21 | disabled | 1 | full | auto | No XCVR
Port-channel10 | connected | trunk | a-full | a-10G |
""",
    "cisco_ios/interfaces_status_keywords_in_name.txt": """\
FastEthernet0/1 | notconnect | 150 | auto | auto | 10/100BaseTX
FastEthernet0/2 | notconnect | trunk | auto | auto | 10/100BaseTX
FastEthernet0/3 | notconnect | routed | auto | auto | 10/100BaseTX
FastEthernet0/4 | notconnect | 123 | auto | auto | 10/100BaseTX
FastEthernet0/5 | notconnect | 456 | auto | auto | 10/100BaseTX
FastEthernet0/6 | disabled | 789 | auto | auto | 10/100BaseTX
""",
    "cisco_ios/interfaces_status_module.txt": """\
HundredGigE1/0/1 | connected | 1 | full | 40G | QSFP 40G AOC5M
HundredGigE1/0/2..3 | notconnect | 1 | auto | auto | unknown
HundredGigE1/0/4..5 | connected | 1 | full | a-40G | QSFP 4X10G LR SFP
HundredGigE1/0/6..7 | connected | 1 | full | 40G | QSFP 40G CSR4 SFP
HundredGigE1/0/8..9 | connected | 1 | full | 40G | QSFP 40G LR4 SFP
HundredGigE1/0/10..11 | connected | 1 | full | 40G | QSFP 40GE CSR-S
HundredGigE1/0/12..13 | connected | 1 | full | 40G | QSFP 40G AOC15M
HundredGigE1/0/14..15 | connected | 1 | full | 40G | QSFP 40G LR4 SFP
HundredGigE1/0/16..17 | connected | 1 | full | 40G | QSFP 40G AOC10M
HundredGigE1/0/18..19 | connected | 1 | full | 40G | QSFP 40G AOC1M
HundredGigE1/0/20..21 | connected | 1 | full | 40G | QSFP 40G AOC3M
HundredGigE1/0/22..23 | connected | 1 | full | 40G | QSFP 40G AOC2M
HundredGigE1/0/24..25 | connected | 1 | full | 40G | QSFP 40G CU3M
HundredGigE1/0/26 | connected | 1 | full | 40G | QSFP 40G AOC1M
FourHundredGigE1/0/27 | connected | 1 | full | 40G | QSFP 40G AOC1M
HundredGigE1/0/28..29 | err-disabled | 1 | full | 400G | QSFP-DD 400G DR4 S
HundredGigE1/0/30 | connected | 1 | full | 40G | QSFP 40G CU1M
FourHundredGigE1/0/31 | connected | 1 | full | 40G | QSFP 40G CU1M
HundredGigE1/0/32 | connected | 1 | full | 100G | QSFP 100G AOC2M
""",
    "cisco_nxos/interface_status.txt": """\
mgmt0 | connected | routed | full | 100 |
Ethernet1/1 | disabled | routed | auto | auto | SFP-H10GB-CU2M
Ethernet1/2 | disabled | 1 | auto | auto | SFP-H10GB-CU2M
Ethernet1/3 | xcvrAbsent | 1 | auto | auto |
Ethernet1/4..7 | xcvrAbsent | trunk | auto | auto |
Ethernet1/8..9 | xcvrAbsent | 1 | auto | auto |
Ethernet1/10 | xcvrAbsent | routed | auto | auto |
Ethernet1/11..48 | xcvrAbsent | 1 | auto | auto |
Ethernet2/1..4 | notconnect | routed | auto | auto | QSFP-40G-SR-BD
Ethernet2/5..6 | xcvrAbsent | trunk | auto | auto |
Ethernet2/7..10 | xcvrAbsent | 1 | auto | auto |
Ethernet2/11..12 | disabled | 1 | auto | auto | QSFP-40G-SR-BD
Port-channel10..12 | noOperMembers | 1 | auto | auto |
Loopback10 | connected | routed | auto | auto |
Vlan1 | down | routed | auto | auto |
Vlan5 | down | routed | auto | auto |
Vlan10 | down | routed | auto | auto |
Vlan20 | down | routed | auto | auto |
Vlan66 | down | routed | auto | auto |
Vlan77 | down | routed | auto | auto |
Vlan146 | down | routed | auto | auto |
nve1 | connected | -- | auto | auto |
""",
}

# interface | reason
ERRDISABLED = {
    "cisco_ios/cisco_ios_show_interfaces_status_err-disabled.txt": """\
Ethernet1 | psecure-violation
Ethernet2 | bpduguard
Ethernet3 | loopback
""",
    "cisco_ios/interfaces_status_errdisabled_loopdetect.txt": """\
FiveGigabitEthernet1/7/0/1..24 | loopdetect
""",
    "cisco_nxos/interface_status_errdisabled.txt": """\
Ethernet1..2 | linkFlapErrDisabled
Ethernet3 | Error disabled
Ethernet4 | linkFlapErrDisabled
""",
}

# interface | administrative mode | operational mode | access VLAN | voice VLAN
SWITCHPORT = {
    "cisco_ios/cisco_ios_show_interfaces_switchport.txt": """\
GigabitEthernet0/1 | trunk | trunk | 1 (default) | none
GigabitEthernet0/2 | dynamic auto | static access | 100 (PLC1) | none
GigabitEthernet0/3 | dynamic auto | static access | 101 (HMI1) | none
GigabitEthernet1/0 | dynamic auto | static access | 110 (PLC2) | none
GigabitEthernet1/1 | dynamic auto | static access | 111 (HMI2) | none
FastEthernet0/1 | dynamic auto | static access | 1 (default) | none
GigabitEthernet1/0/1 | static access | static access | 1 (default) | none
""",
    "cisco_ios/cisco_ios_show_interfaces_switchport_voice_vlan.txt": """\
GigabitEthernet0/1 | trunk | trunk | 1 (default) | none
GigabitEthernet0/2 | dynamic auto | static access | 100 (PLC1) | none
GigabitEthernet0/3 | dynamic auto | static access | 101 (HMI1) | none
GigabitEthernet1/0 | dynamic auto | static access | 110 (PLC2) | none
GigabitEthernet1/1 | dynamic auto | static access | 111 (HMI2) | none
""",
    "cisco_ios/noc_switchport_2960_ios12.txt": """\
GigabitEthernet0/2 | static access | static access | 115 (vishka) | none
GigabitEthernet0/4 | dynamic auto | down | 1 (default) | none
""",
    "cisco_ios/switchport2.txt": """\
TenGigabitEthernet5/0/1..2 | trunk | trunk | 1 (default) | none
""",
    "cisco_ios/switchport4.txt": """\
GigabitEthernet0/1/3 | dynamic auto | down | 1 (default) | none
Wl0/1/4 | dynamic auto | static access | 41 (wirelessmgmt) | none
""",
    "cisco_ios/switchport_app_interfaces.txt": """\
GigabitEthernet1/0/1 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/2 | static access | down | 100 (data) | 200 (Voice)
GigabitEthernet1/0/3 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/4 | trunk | trunk | 100 (data) | none
GigabitEthernet1/0/5..6 | static access | down | 100 (data) | 200 (Voice)
GigabitEthernet1/0/7..8 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/9..10 | static access | down | 100 (data) | 200 (Voice)
GigabitEthernet1/0/11..12 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/13..14 | static access | down | 100 (data) | 200 (Voice)
GigabitEthernet1/0/15..20 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/21..25 | static access | down | 100 (data) | none
GigabitEthernet1/0/26 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/27..28 | static access | down | 100 (data) | 200 (Voice)
GigabitEthernet1/0/29 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/30..35 | static access | down | 100 (data) | none
GigabitEthernet1/0/36 | static access | static access | 100 (data) | 99 (VoIP-TeleMed)
GigabitEthernet1/0/37..38 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/39 | static access | static access | 100 (data) | none
GigabitEthernet1/0/40 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/41..42 | static access | down | 100 (data) | none
GigabitEthernet1/0/43 | static access | static access | 100 (data) | 99 (VoIP-TeleMed)
GigabitEthernet1/0/44 | static access | static access | 100 (data) | none
GigabitEthernet1/0/45 | static access | static access | 100 (data) | 200 (Voice)
GigabitEthernet1/0/46..47 | static access | static access | 100 (data) | none
GigabitEthernet1/0/48 | trunk | trunk | 100 (data) | none
TenGigabitEthernet1/1/1 | trunk | trunk | 100 (data) | none
TenGigabitEthernet1/1/2 | trunk | down | 100 (data) | none
TenGigabitEthernet1/1/3 | trunk | trunk | 100 (data) | none
TenGigabitEthernet1/1/4 | trunk | down | 100 (data) | none
""",
    "cisco_ios/switchport_bundle.txt": """\
TenGigabitEthernet1/1/2 | trunk | trunk (member of bundle Po12) | 1 (default) | none
Port-channel12 | trunk | trunk | 1 (default) | none
""",
    "cisco_ios/switchport_disabled.txt": """\
TenGigabitEthernet1/1/6 | - | - | - | -
""",
    "cisco_ios/switchport_ethertype.txt": """\
TenGigabitEthernet1/1..6 | trunk | trunk | 1 (default) | none
TenGigabitEthernet1/7 | static access | static access | 64 (7th-flr-voice-East) | none
TenGigabitEthernet1/8 | trunk | trunk | 1 (default) | none
TenGigabitEthernet1/10 | trunk | trunk | 1 (default) | none
TenGigabitEthernet1/17 | trunk | down | 1 (default) | none
TenGigabitEthernet1/21 | trunk | down (suspended member of bundle Po2) | 1 (default) | none
TenGigabitEthernet1/23..24 | trunk | trunk (member of bundle Po1) | 1 (default) | none
TenGigabitEthernet1/25 | static access | static access | 49 (Server) | none
TenGigabitEthernet1/26 | static access | down | 90 (MPLS_WAN) | none
TenGigabitEthernet1/27 | static access | static access | 49 (Server) | none
TenGigabitEthernet1/29 | static access | static access | 49 (Server) | none
TenGigabitEthernet1/32 | static access | down | 1 (default) | none
TenGigabitEthernet1/36 | static access | down | 99 (inside) | none
TenGigabitEthernet1/40 | trunk | down (suspended member of bundle Po2) | 1 (default) | none
Port-channel1 | trunk | trunk | 1 (default) | none
Port-channel2 | trunk | down | unassigned | none
""",
    "cisco_ios/switchport_static_access_negotiate.txt": """\
GigabitEthernet1/1 | static access | static access (member of bundle Po17) | 607 (<SANITIZED>) | none
""",
    "cisco_ios/switchport_voice_many.txt": """\
GigabitEthernet1/0/2 | trunk | trunk (member of bundle Po12) | 1 (default) | none
GigabitEthernet1/0/4 | trunk | trunk | 1 (default) | none
GigabitEthernet1/0/5 | static access | down | 1 (default) | none
Port-channel12 | trunk | down | 100 (Falback-Data) | 100 (Fallback-Voice)
""",
    "cisco_nxos/switchport_monitor.txt": """\
Ethernet1/36 | - | access | 1 (default) | none
Port-channel24 | - | trunk | 1 (default) | none
""",
    "cisco_nxos/switchport_voice_vlan.txt": """\
Ethernet1/1 | - | access | 3 (Vlan not created) | none
Ethernet1/2..3 | - | trunk | 1 (default) | none
""",
}

# interface | VLAN | address | type, sorted
MACS = {
    "cisco_ios/cisco_ios_show_mac-address-table.txt": """\
FastEthernet0/1 | 1 | 00100DE0E289 | dynamic
FastEthernet0/1 | 1 | 00605CF40076 | dynamic
FastEthernet0/1 | 1 | 00605CF40077 | dynamic
FastEthernet0/1 | 1 | 00605CF41315 | dynamic
FastEthernet0/1 | 1 | 006070CBF301 | dynamic
FastEthernet0/1 | 1 | 00E01E429978 | dynamic
FastEthernet0/1 | 1 | 00E01E9F3900 | dynamic
FastEthernet0/5 | 2 | 00107B001540 | dynamic
FastEthernet0/5 | 2 | 00107B001545 | dynamic
""",
    "cisco_ios/cisco_ios_show_mac-address-table2.txt": """\
Port-channel3 | 666 | 30A330A35AB8 | dynamic
Port-channel6 | 664 | 30A330A358B5 | dynamic
Port-channel6 | 668 | 30A330A3E401 | dynamic
TenGigabitEthernet1/21 | 60 | 30A330A34D54 | dynamic
TenGigabitEthernet1/30 | 666 | 30A330A3A1C3 | dynamic
TenGigabitEthernet3/20 | 2000 | 30A330A35A22 | dynamic
TenGigabitEthernet3/20 | 667 | 30A330A3DAF5 | dynamic
TenGigabitEthernet3/20 | 669 | 30A330A35A22 | dynamic
""",
    "cisco_ios/mac_interface_static_drop.txt": """\
GigabitEthernet4/0/3 | 2000 | 000C290E8A72 | static
GigabitEthernet4/0/3 | 2000 | D824BDBBB7F9 | static
""",
    "cisco_ios/mac_napalm_2960_format.txt": """\
FastEthernet0/16 | 6 | 0018B974528F | dynamic
""",
    "cisco_ios/mac_napalm_3560_format.txt": """\
FastEthernet0/1 | 1 | 0018B9219278 | dynamic
FastEthernet0/13 | 1 | 00190617660F | dynamic
FastEthernet0/13 | 6 | 0019069C80E0 | dynamic
FastEthernet0/14 | 1 | 001906176610 | dynamic
FastEthernet0/15 | 1 | 001906176611 | dynamic
FastEthernet0/16 | 1 | 000AB82D10E0 | dynamic
FastEthernet0/16 | 1 | 001280B64CD9 | dynamic
FastEthernet0/16 | 1 | 001469154100 | dynamic
FastEthernet0/16 | 1 | 0018B9219200 | dynamic
FastEthernet0/16 | 1 | 0018B974528F | dynamic
FastEthernet0/16 | 4 | 0018B974528F | dynamic
FastEthernet0/16 | 45 | 0018B974528F | dynamic
FastEthernet0/16 | 56 | 0018B945F781 | dynamic
FastEthernet0/16 | 56 | 0018B974528F | dynamic
FastEthernet0/16 | 6 | 0018B974528F | dynamic
FastEthernet0/19 | 1 | 001BD450970F | dynamic
FastEthernet0/19 | 45 | 0018B945D5A9 | dynamic
FastEthernet0/19 | 56 | 0019069C80E1 | dynamic
FastEthernet0/20 | 1 | 001BD4509710 | dynamic
FastEthernet0/21 | 1 | 001BD4509711 | dynamic
FastEthernet0/3 | 1 | 001280B64CD8 | dynamic
FastEthernet0/5 | 45 | 0018B945F780 | dynamic
""",
    "cisco_ios/mac_napalm_4500_format2.txt": """\
GigabitEthernet2/47 | 11 | 0004F2FE82DA | static
GigabitEthernet3/15 | 11 | 0004F2FE7F95 | static
Port-channel21 | 1 | 001121E48710 | dynamic
Port-channel21 | 1 | 00179415EEC0 | dynamic
""",
    "cisco_ios/mac_napalm_4948_format.txt": """\
Port-channel1 | 999 | 111122223333 | dynamic
""",
    "cisco_ios/mac_napalm_6500_missing_vlan.txt": """\
GigabitEthernet110/1/0/3 | 1201 | 002264AE6328 | dynamic
GigabitEthernet111/1/0/3 | 1200 | 002264AE6329 | dynamic
Port-channel220 | 111 | 0050566D3DE1 | dynamic
Port-channel220 | 111 | 0050566DE5BD | dynamic
Port-channel220 | 1111 | 001CC4AE8C1A | dynamic
Port-channel220 | 1112 | 005056BB734D | dynamic
Port-channel220 | 1114 | 0050566E4E41 | dynamic
Port-channel220 | 1114 | 0050566E5791 | dynamic
Port-channel220 | 113 | D023DB307661 | dynamic
Port-channel220 | 123 | 0050566D3899 | dynamic
TenGigabitEthernet1/3/6 | 1202 | 00809FB1EFDD | dynamic
""",
    "cisco_ios/mac_napalm_isr_multiple_ehwic_format.txt": """\
GigabitEthernet0/0/1 | 2 | 111122223333 | dynamic
GigabitEthernet0/1/1 | 1 | 333322221111 | dynamic
""",
    "cisco_ios/mac_ntc12.txt": """\
GigabitEthernet0/37 | 10 | 131312121234 | dynamic
GigabitEthernet0/37 | 10 | ABCDEFAB8641 | dynamic
GigabitEthernet0/39 | 10 | DCBABEEF1236 | dynamic
GigabitEthernet0/42 | 10 | 121212631212 | dynamic
GigabitEthernet0/44 | 10 | 001212DA1212 | dynamic
GigabitEthernet0/44 | 10 | 6789FEEDABC1 | dynamic
GigabitEthernet0/48 | 10 | 0012B67E1212 | dynamic
GigabitEthernet0/48 | 2099 | 542112229988 | dynamic
Port-channel100 | 10 | 12345678ABCD | dynamic
Port-channel15 | 10 | 0002D18067FB | dynamic
Port-channel15 | 10 | 0012E16012AD | dynamic
Port-channel82 | 10 | 121212811313 | dynamic
""",
    "cisco_ios/mac_ntc3.txt": """\
Port-channel1 | 1 | 30A330A3A1C3 | dynamic
Port-channel1 | 2000 | 30A330A3A1CA | dynamic
Port-channel1 | 99 | 30A330A3A1C4 | dynamic
Port-channel1 | 99 | 30A330A3A1C5 | dynamic
Port-channel1 | 99 | 30A330A3A1C6 | dynamic
Port-channel1 | 99 | 30A330A3A1C7 | dynamic
Port-channel1 | 99 | 30A330A3A1C8 | dynamic
Port-channel1 | 99 | 30A330A3A1C9 | dynamic
Port-channel1 | 99 | 30A330A3A1CA | dynamic
""",
    "cisco_ios/mac_ntc4.txt": """\
Port-channel1 | 1 | 30A330A3A1C3 | dynamic
Port-channel1 | 1 | 30A330A3A1C4 | dynamic
Port-channel1 | 1 | 30A330A3A1C5 | dynamic
Port-channel1 | 1 | 30A330A3A1C6 | dynamic
Port-channel6 | 2000 | 30A330A3A1CD | dynamic
Port-channel6 | 99 | 30A330A3A1CD | dynamic
TenGigabitEthernet1/1/3 | 1 | 30A330A3A1C7 | dynamic
TenGigabitEthernet1/1/3 | 99 | 30A330A3A1C8 | dynamic
TenGigabitEthernet1/1/3 | 99 | 30A330A3A1C9 | dynamic
TenGigabitEthernet1/1/3 | 99 | 30A330A3A1CA | dynamic
TenGigabitEthernet1/1/3 | 99 | 30A330A3A1CB | dynamic
Vlan99 | 99 | 30A330A3A1CC | static
""",
    "cisco_ios/mac_ntc6.txt": """\
GigabitEthernet1/0/1 | 2 | FCECDA7AC955 | dynamic
GigabitEthernet1/0/22 | 2 | FCECDA800A3E | dynamic
GigabitEthernet1/0/3 | 2 | D052A8265D8D | dynamic
GigabitEthernet1/0/36 | 2 | E46F13A908E5 | dynamic
GigabitEthernet1/0/37 | 2 | E8EB1190D0FF | dynamic
GigabitEthernet1/0/41 | 2 | FCA1831B8BA9 | dynamic
GigabitEthernet1/0/41 | 2 | FCECDA800AF9 | dynamic
GigabitEthernet1/0/7 | 2 | C869CD541F71 | dynamic
""",
    "cisco_ios/mac_ntc7.txt": """\
GigabitEthernet1/15 | 46 | 000CAB661C75 | dynamic
GigabitEthernet7/13 | 46 | AC9B0ACCFF55 | dynamic
TenGigabitEthernet1/10 | 48 | 002A106051DA | dynamic
TenGigabitEthernet5/1 | 46 | 00000C07AC04 | dynamic
TenGigabitEthernet7/1 | 48 | 002A101EE33E | dynamic
""",
    "cisco_ios/mac_ntc9.txt": """\
Port-channel4 | 361 | 000000000CA6 | dynamic
Port-channel4 | 361 | 000000001BEA | dynamic
Port-channel4 | 361 | 000000007565 | dynamic
Port-channel4 | 401 | 000000001FCB | dynamic
Port-channel4 | 402 | 0000000021DE | dynamic
TenGigabitEthernet1/1/10 | 402 | 000000000000 | dynamic
TenGigabitEthernet1/1/11 | 174 | 00000000ACE0 | dynamic
TenGigabitEthernet1/1/8 | 200 | 000000003CC0 | dynamic
TenGigabitEthernet1/1/8 | 216 | 000000004B10 | dynamic
TenGigabitEthernet1/1/9 | 111 | 000000000F00 | dynamic
TenGigabitEthernet1/1/9 | 24 | 000000000F00 | dynamic
TenGigabitEthernet1/5/11 | 67 | 000000000004 | static
TenGigabitEthernet1/5/13 | 10 | 000000001300 | dynamic
TenGigabitEthernet1/5/13 | 10 | 000001000000 | dynamic
TenGigabitEthernet1/5/4 | 302 | 000000000400 | dynamic
TenGigabitEthernet1/5/4 | 39 | 000000000D00 | dynamic
TenGigabitEthernet2/1/5 | 310 | 00000000E903 | dynamic
TenGigabitEthernet2/1/5 | 60 | 0000000039C9 | dynamic
TenGigabitEthernet2/1/9 | 141 | 000000003E00 | dynamic
TenGigabitEthernet2/1/9 | 703 | 000000004000 | dynamic
TenGigabitEthernet2/5/10 | 3 | 000000003800 | dynamic
TenGigabitEthernet2/5/3 | 8 | 000000003900 | dynamic
TenGigabitEthernet2/5/4 | 75 | 000000004500 | dynamic
TenGigabitEthernet2/5/4 | 82 | 000000003900 | dynamic
TenGigabitEthernet2/5/8 | 6 | 00000000A3EA | dynamic
""",
    "cisco_nxos/mac.txt": """\
Port-channel10 | 145 | 000E000E000E | static
""",
    "cisco_nxos/mac_genie.txt": """\
Port-channel103 | 390 | 000F53FF1446 | dynamic
Port-channel113 | 390 | 000F53FFE5A5 | dynamic
Port-channel115 | 390 | 000F53FFD708 | dynamic
Port-channel116 | 390 | 000F53FFFD77 | dynamic
Port-channel124 | 390 | 000F53FF1E9C | dynamic
Port-channel125 | 390 | 000F53FF1F1D | dynamic
Port-channel127 | 390 | 000F53FFD0FC | dynamic
Port-channel132 | 390 | 000F53FF061E | dynamic
Port-channel133 | 390 | 000F53FF037D | dynamic
""",
}

# module number | available | used | remaining, and interface | admin | oper | watts | device | class | max
POWER = {
    "cisco_ios/cisco_ios_show_power_inline.txt": """\
module 1 | 740.0 | 330.0 | 410.0
GigabitEthernet1/0/1..3 | auto | on | 30.0 | AIR-AP1562I-E-K9 | 4 | 30.0
GigabitEthernet1/0/4 | auto | off | 0.0 | - | - | -
GigabitEthernet1/0/5 | auto | faulty | 0.0 | - | - | 30.0
GigabitEthernet1/0/10 | auto | on | 23.2 | C9120AXE-E | 4 | 30.0
GigabitEthernet1/0/11 | auto | on | 30.0 | AIR-AP1562I-E-K9 | 4 | 30.0
GigabitEthernet1/0/12..13 | auto | off | 0.0 | - | - | 30.0
""",
    "cisco_ios/cisco_ios_show_power_inline_faulty.txt": """\
module 2 | 1440.0 | 75.8 | 1364.2
GigabitEthernet2/0/21 | auto | on | 3.8 | Ieee PD | 1 | 30.0
GigabitEthernet2/0/35 | auto | on | 6.0 | Ieee PD | 2 | 30.0
GigabitEthernet2/0/36..37 | auto | off | 0.0 | - | - | 30.0
GigabitEthernet2/0/38 | auto | faulty | 0.0 | - | - | 30.0
""",
    "cisco_ios/cisco_ios_show_power_inline_ios12.txt": """\
module switch | 370.0 | 55.6 | 314.4
FastEthernet0/1 | auto | off | 0.0 | - | - | 15.4
FastEthernet0/2 | auto | on | 6.3 | IP Phone 7962 | 2 | 15.4
FastEthernet0/4 | auto | on | 6.3 | Ieee PD | 2 | 15.4
FastEthernet0/5 | auto | off | 0.0 | - | - | 15.4
FastEthernet0/21 | auto | on | 15.4 | C9115AXI-B | 4 | 15.4
FastEthernet0/22 | auto | on | 15.4 | Ieee PD | 4 | 15.4
FastEthernet0/23 | auto | off | 0.0 | - | - | 15.4
""",
    "cisco_ios/issue_power_inline_2086_older_switch.txt": """\
module switch | 124.0 | 61.6 | 62.4
FastEthernet0/1..2 | auto | on | 15.4 | Ieee PD | 3 | 15.4
FastEthernet0/3 | auto | on | 15.4 | CW9162I-MR | 4 | 15.4
FastEthernet0/4..10 | auto | off | 0.0 | - | - | 15.4
""",
    "cisco_ios/issue_power_inline_2115_short_row.txt": """\
module 3 | 390.0 | 0.0 | 390.0
GigabitEthernet3/0/7 | auto | off | 0.0 | - | - | -
GigabitEthernet3/0/8 | auto | off | 0.0 | - | - | 30.0
""",
    "cisco_ios/power_inline_5g_stack3.txt": """\
module 1 | 1827.0 | 526.6 | 1300.4
module 2 | 1779.0 | 462.2 | 1316.8
module 3 | 1734.0 | 386.6 | 1347.4
module 4 | 1648.0 | 374.4 | 1273.6
module 5 | 1902.0 | 685.5 | 1216.5
FiveGigabitEthernet1/0/1 | auto | off | 0.0 | - | - | 90.0
FiveGigabitEthernet1/0/2 | auto | on | 6.3 | IP Phone 8841 | 2 | 90.0
FiveGigabitEthernet1/0/32 | auto | on | 6.3 | IP Phone 7940 | - | 90.0
FiveGigabitEthernet1/0/33 | auto | off | 0.0 | - | - | 90.0
FiveGigabitEthernet1/0/34 | auto | on | 30.0 | CW9166I-B | 6 | 90.0
FiveGigabitEthernet1/0/35 | auto | on | 15.4 | Ieee PD | 0 | 90.0
TenGigabitEthernet1/0/48 | auto | on | 30.0 | C9130AXE-B | 6 | 90.0
FiveGigabitEthernet2/0/1 | auto | off | 0.0 | - | - | 90.0
TenGigabitEthernet2/0/48 | auto | on | 39.5 | C9124AXI-B | 6 | 90.0
FiveGigabitEthernet3/0/1 | auto | off | 0.0 | - | - | 90.0
TenGigabitEthernet3/0/48 | auto | on | 23.2 | C9120AXE-B | 4 | 90.0
FiveGigabitEthernet4/0/1 | auto | on | 6.3 | IP Phone 8841 | 2 | 90.0
TenGigabitEthernet4/0/48 | auto | on | 30.0 | CW9166I-B | 6 | 90.0
FiveGigabitEthernet5/0/1 | auto | on | 15.4 | Ieee PD | 0 | 90.0
TenGigabitEthernet5/0/48 | auto | on | 23.2 | C9120AXE-B | 4 | 90.0
""",
    "cisco_ios/power_inline_cat4510.txt": """\
module switch | 6200 | 443 | 5757
GigabitEthernet2/1 | auto | off | 0.0 | - | - | -
GigabitEthernet2/5 | auto | on | 15.4 | Ieee PD | 4 | -
GigabitEthernet3/47 | auto | on | 30.0 | C9120AXI-A | 4 | -
GigabitEthernet9/48 | auto | off | 0.0 | - | - | -
""",
    "cisco_ios/power_inline_module_stack_mgig.txt": """\
module 4 | 865.0 | 90.0 | 775.0
GigabitEthernet4/0/1..4 | auto | off | 0.0 | - | - | 60.0
GigabitEthernet4/0/5 | auto | on | 15.4 | CIVS-IPC-6000P | 0 | 60.0
GigabitEthernet4/0/6..7 | auto | off | 0.0 | - | - | 60.0
GigabitEthernet4/0/8 | auto | on | 6.3 | IP Phone 8841 | 2 | 60.0
GigabitEthernet4/0/9..10 | auto | off | 0.0 | - | - | 60.0
GigabitEthernet4/0/11 | auto | on | 15.4 | CIVS-IPC-6000P | 0 | 60.0
GigabitEthernet4/0/12 | auto | on | 15.4 | CIVS-IPC-4300 | 3 | 60.0
GigabitEthernet4/0/13..15 | auto | on | 3.8 | IP Phone 6945 | 1 | 60.0
GigabitEthernet4/0/16 | auto | off | 0.0 | - | - | 60.0
GigabitEthernet4/0/17..18 | auto | on | 3.8 | IP Phone 6945 | 1 | 60.0
GigabitEthernet4/0/19 | auto | off | 0.0 | - | - | 60.0
GigabitEthernet4/0/20 | auto | on | 6.3 | IP Phone 8841 | 2 | 60.0
GigabitEthernet4/0/21..23 | auto | off | 0.0 | - | - | 60.0
GigabitEthernet4/0/24 | auto | on | 12.0 | IP Phone 7965 | 3 | 60.0
""",
    "cisco_ios/power_inline_module_tw.txt": """\
module 1 | 525.0 | 0.0 | 525.0
TwoGigabitEthernet1/0/1..36 | auto | off | 0.0 | - | - | 60.0
TenGigabitEthernet1/0/37..48 | auto | off | 0.0 | - | - | 60.0
""",
    "cisco_ios/power_inline_no_ports.txt": """\
module switch | 0.0 | 0.0 | 0.0
""",
    "cisco_ios/power_inline_one_table_ios15.txt": """\
module switch | 1170.0 | 212.2 | 957.8
GigabitEthernet0/1 | auto | off | 0.0 | - | - | 30.0
GigabitEthernet0/2 | auto | on | 6.4 | IP Phone 8945 | 2 | 30.0
GigabitEthernet0/3 | auto | on | 6.4 | IP Phone 8845 | 2 | 30.0
GigabitEthernet0/4 | auto | off | 0.0 | - | - | 30.0
""",
    "cisco_ios/power_inline_powerdeny_isr.txt": """\
module switch | 80.0 | 0.0 | 80.0
GigabitEthernet0/1/0 | auto | off | 0.0 | - | - | 30.0
GigabitEthernet0/1/1 | auto | power-deny | 0.0 | - | - | 4.0
GigabitEthernet0/1/2..3 | auto | off | 0.0 | - | - | 30.0
""",
    "cisco_ios/power_inline_stack4_c3650_badorder.txt": """\
module 1 | 1550.0 | 147.0 | 1403.0
module 2 | 1550.0 | 424.7 | 1125.3
module 3 | 1550.0 | 397.4 | 1152.6
module 4 | 1550.0 | 267.0 | 1283.0
module 5 | 1550.0 | 80.6 | 1469.4
GigabitEthernet1/0/1..3 | auto | off | 0.0 | - | - | 30.0
GigabitEthernet2/0/1 | auto | on | 7.1 | IP Phone 8845 | 2 | 30.0
GigabitEthernet2/0/2 | auto | off | 0.0 | - | - | 30.0
GigabitEthernet2/0/3 | auto | on | 26.1 | AIR-AP2802I-E-K9 | 4 | 30.0
GigabitEthernet3/0/1..2 | auto | on | 26.1 | AIR-AP2802I-E-K9 | 4 | 30.0
GigabitEthernet4/0/1..3 | auto | off | 0.0 | - | - | 30.0
GigabitEthernet4/0/4 | auto | on | 14.8 | IP Phone 8865 | 4 | 30.0
GigabitEthernet5/0/1..12 | auto | off | 0.0 | - | - | 30.0
GigabitEthernet5/0/13 | auto | on | 15.2 | IP Phone 8865 | 4 | 30.0
""",
}

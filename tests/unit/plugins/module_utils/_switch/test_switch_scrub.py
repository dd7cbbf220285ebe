# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every place of a configuration that holds a secret, and what stays readable."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._switch.scrub import Scrubber, scrub, scrub_line

# CANARY stands where a secret is.
SECRETS = """\
enable secret 5 $1$CANARY$CANARYabc
enable secret CANARY
enable password 7 CANARY
enable algorithm-type scrypt secret CANARY
username bob privilege 15 secret 9 $9$CANARY$CANARY
username bob password 0 CANARY
username bob privilege 15 password 7 CANARY
username admin password 5 $5$CANARY$CANARY  role network-admin
sw1(config)#username bob secret CANARY
snmp-server community CANARY RO 99
snmp-server community CANARY group network-operator
snmp-server community-map CANARY
snmp mib community-map  CANARY engineid 80000009
Community name: CANARY
snmp-server host 10.1.1.1 version 2c CANARY
snmp-server host 10.1.1.1 CANARY udp-port 162
snmp-server host 10.1.1.1 traps version 3 priv CANARY
snmp-server user bob group v3 auth sha CANARY priv aes 128 CANARY
snmp-server user bob group v3 encrypted auth md5 CANARY
snmp-server user bob network-admin auth md5 0xCANARY priv 0xCANARY localizedkey
tacacs-server key CANARY
tacacs-server key 7 "CANARY"
tacacs-server host 10.1.1.1 single-connection key 7 CANARY
radius-server key 7 CANARY
radius-server host 10.1.1.1 auth-port 1812 acct-port 1813 key CANARY
 key 7 CANARY
 key CANARY with blanks CANARY
 server-private 10.1.1.1 key 7 CANARY
 client 10.1.1.1 server-key 7 CANARY
 pac key 7 CANARY
  key-string 7 CANARY
  key-string CANARY
crypto isakmp key CANARY address 10.1.1.1
crypto isakmp key 6 CANARY address 10.1.1.1
 pre-shared-key local CANARY
key config-key password-encrypt CANARY
 ppp chap password 7 CANARY
 ppp pap sent-username bob password 0 CANARY
ip ftp password 7 CANARY
ip http client password CANARY
ntp authentication-key 1 md5 CANARY 7
 ip ospf message-digest-key 1 md5 7 CANARY
 ip ospf authentication-key CANARY
 neighbor 10.1.1.1 password 7 CANARY
 standby 1 authentication CANARY
 standby 1 authentication md5 key-string 7 CANARY
 vrrp 1 authentication text CANARY
 ip nhrp authentication CANARY
vtp password CANARY
 wpa-psk ascii 0 CANARY
 security wpa psk set-key ascii 8 CANARY
dot1x credentials uplink
 password 7 CANARY
cts credentials id sw1 password 7 CANARY
 sap pmk CANARY mode-list gcm-encrypt
license smart trust idtoken CANARY
 path ftp://bob:CANARY@10.1.1.1/$h
 action 2.0 mail server "bob:CANARY@10.1.1.1" to "a@b" from "c@d"
 action 3.0 cli command "username bob password CANARY"
 http-proxy http://bob:CANARY@10.1.1.1:8080
 anything that ends with $1$CANARY$CANARY
 anything that ends with 7 0822CANARY
 tunnel key CANARY
 bfd auth-string CANARY
""".replace("0822CANARY", "0822455D0A16").splitlines()

HARMLESS = """\
service password-encryption
hostname secret-sw1
secret-sw1#show running-config
aaa group server tacacs+ ISE
snmp-server location Building 7
snmp-server enable traps port-security
snmp-server group readers v3 priv
 switchport voice vlan 20
 description Phone 7 in room 1234
GigabitEthernet1/0/7 7 0011.2233.4455
mac address-table aging-time 300
 1/0/1   auto   on         7.0     IP Phone 8845       3     30.0
Interface Vlan7 is up, line protocol is up
ntp server 10.1.1.1
ip ssh version 2
logging host 10.1.1.1
username bob
no enable password
""".splitlines()


@pytest.mark.parametrize("line", SECRETS)
def test_a_secret_is_masked(line):
    masked = scrub_line(line)
    assert "CANARY" not in masked
    assert "0822455D0A16" not in masked
    # The first word stays, so that a reader sees what the line was about.
    assert masked.split()[0] == line.split()[0]
    assert ("***" in masked) == (masked != line)


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_secret_stays(line):
    assert scrub_line(line) == line


BLOCKS = """\
crypto pki certificate chain TP-self-signed-1
 certificate self-signed 01
  CANARY01 02020101 300D0609
  2A864886 CANARY01
  \tquit
-----BEGIN RSA PRIVATE KEY-----
CANARY
-----END RSA PRIVATE KEY-----
ip ssh pubkey-chain
  username bob
   key-string
    CANARY
    CANARY
   exit
interface GigabitEthernet1/0/1
"""


def test_blocks_are_masked_to_their_end():
    text = scrub(BLOCKS)
    assert "CANARY" not in text
    assert text.splitlines()[-1] == "interface GigabitEthernet1/0/1"
    assert "username bob" in text
    assert len(text.splitlines()) == len(BLOCKS.splitlines())


def test_the_secrets_of_the_session_are_masked_wherever_they_stand():
    assert scrub("so he typed hunter2hunter2, hunter2", {"hunter2", "", "hunter2hunter2"}) == "so he typed ***, ***"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("line", [*SECRETS, "own-secret"])
def test_a_line_cut_anywhere_gives_the_same(line, end):
    text = f"{line}{end}end{end}"
    whole = Scrubber({"own-secret"}).feed(text)
    assert "CANARY" not in whole
    assert "own-secret" not in whole
    for cut in range(1, len(text)):
        scrubber = Scrubber({"own-secret"})
        assert scrubber.feed(text[:cut]) + scrubber.feed(text[cut:]) + scrubber.flush() == whole


def test_single_characters_give_the_same():
    text = "\r\n".join([*SECRETS, *BLOCKS.splitlines(), ""])
    scrubber = Scrubber()
    assert "".join(scrubber.feed(character) for character in text) == scrub(text)


def test_what_is_kept_back_is_masked_too():
    scrubber = Scrubber()
    assert scrubber.feed("enable secret CAN") == ""
    assert scrubber.feed("ARY") == ""
    assert scrubber.flush() == "enable secret ***\n"
    assert scrubber.flush() == ""

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes of what a phone downloads before it registers."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue_cause import (
    PHONES,
    RESET,
    Cause,
)

_NO_TFTP = ("TFTP Timeout", "TFTP Timeout : *")

TABLE = (
    Cause(
        name="tftp_unreachable",
        step="ctl",
        stops=True,
        seen="The phone stays at `Opening` its address or configuration, or starts with what it kept.",
        proven=(
            "Nobody answers at the phone's TFTP servers though the service is started; or the phone says so of a "
            "server that answers others."
        ),
        remedy=(
            "Look at routes, access lists and firewalls between the voice network and the TFTP servers (UDP 69 and "
            "what follows it, TCP 6970 and 6971), and at the phone's alternative TFTP server."
        ),
        messages=_NO_TFTP,
    ),
    Cause(
        name="tftp_service_stopped",
        step="ctl",
        stops=True,
        seen="All phones stay without files.",
        proven="Control Center says that Cisco Tftp isn't started on the nodes that are the phone's TFTP servers.",
        remedy=(
            "Start Cisco Tftp in Cisco Unified Serviceability (Tools, Control Center - Feature Services), or "
            "activate it."
        ),
        messages=_NO_TFTP,
    ),
    Cause(
        name="ctl_missing",
        step="ctl",
        stops=True,
        seen="A phone with a secured profile asks for its trust list for ever.",
        proven=(
            "The TFTP service hasn't got the CTL file, and the cluster is in mixed mode or the phone's profile is "
            "secured."
        ),
        remedy=(
            "Make the CTL file (`utils ctl update CTLFile`) and restart Cisco Tftp and Cisco CallManager; or give "
            "the phone a non-secure profile."
        ),
        messages=(
            "File Not Found : CTLFile.tlv",
            "No Trust List Installed",
        ),
    ),
    Cause(
        name="itl_missing",
        step="itl",
        stops=False,
        seen="The phone works, but can't check signatures nor reach HTTPS services.",
        proven="The TFTP service hasn't got the ITL file.",
        remedy="Restart Cisco Trust Verification Service and Cisco Tftp, which makes the ITL file anew.",
        messages=(
            "File Not Found : ITLFile.tlv",
            "No Trust List Installed",
        ),
    ),
    Cause(
        name="trust_list_mismatch",
        step="itl",
        stops=True,
        seen="The phone keeps its old configuration, often after it came from another cluster.",
        proven="The phone says that it refused the trust list or the signature of a file that the TFTP service has.",
        remedy=(
            "Erase the trust list on the phone (Settings, Security), or bulk: give the cluster the certificates of "
            "the old one before the move."
        ),
        messages=(
            "Trust List Update Failed",
            "CTL update failed",
            "TFTP Server Not Authorized",
            "invalid file *.cnf.xml.sgn, authenticated fail",
        ),
    ),
    Cause(
        name="device_not_in_cucm",
        step="config_file",
        stops=True,
        seen="The phone says that it isn't provisioned, or takes a number by auto-registration.",
        proven="CUCM's database has no phone of this name.",
        remedy="Add the phone.",
        reasons=(2,),
        messages=(
            "File Not Found : *.cnf.xml",
            "CFG file not found",
        ),
        mendable=PHONES,
    ),
    Cause(
        name="config_missing",
        step="config_file",
        stops=True,
        seen="The phone is in CUCM, and gets no configuration.",
        proven="The TFTP service hasn't got the configuration file of a phone that is in the database.",
        remedy=(
            "Save the phone again in CUCM, or restart Cisco Tftp, which makes the files anew. Look at the database "
            "replication if the node stays without it."
        ),
        messages=(
            "File Not Found : *.cnf.xml",
            "CFG file not found",
        ),
        mendable=RESET,
    ),
    Cause(
        name="config_stale",
        step="config_file",
        stops=True,
        seen="The phone goes by settings that were changed in CUCM.",
        proven=(
            "The version stamp of the phone's file is older than that of its record in the database, and the two "
            "differ in lines, load, protocol or CallManagers."
        ),
        remedy="Save the phone again in CUCM and reset it. Restart Cisco Tftp if the file stays old.",
        mendable=RESET,
    ),
    Cause(
        name="config_undecryptable",
        step="config_file",
        stops=True,
        seen="The phone stays without configuration, or with the one that it kept.",
        proven="The phone's file is encrypted, and the phone says that it can't decrypt it.",
        remedy=(
            "Erase the phone's trust list and its security settings, install its certificate (LSC) again, or take "
            "encryption off its security profile until it has one."
        ),
        messages=("Failed to decrypt *.cnf.xml.enc.sgn",),
    ),
    Cause(
        name="firmware_missing",
        step="firmware_upgrade",
        stops=True,
        seen="The phone runs another load than its configuration asks for.",
        proven="The TFTP service hasn't got the load that the phone's configuration names.",
        remedy="Install the load on all TFTP servers and restart Cisco Tftp, or name one that is there.",
        messages=(
            "File Not Found : *.loads",
            "TFTP file not found",
        ),
        mendable=PHONES,
    ),
    Cause(
        name="firmware_wrong_model",
        step="firmware_upgrade",
        stops=True,
        seen="The phone tries to upgrade again and again, and keeps its old load.",
        proven=(
            "The configuration names a load that is made for another family of phones, or the phone says that the "
            "load doesn't fit."
        ),
        remedy="Name a load of the phone's own family, or none, for the cluster's default.",
        messages=(
            "Load Rejected HC",
            "Load ID incorrect",
            "Version Error",
        ),
        mendable=PHONES,
    ),
    Cause(
        name="firmware_download_failed",
        step="firmware_upgrade",
        stops=True,
        seen="The phone tries to upgrade again and again, and keeps its old load.",
        proven="The load is on the server, and RIS or the phone says that its download failed.",
        remedy=(
            "Look at the way between the phone and the TFTP server (a slow link, an access list on the ports after "
            "69); use a load server at the site or peer firmware sharing."
        ),
        messages=(
            "TFTP Error : *.loads",
            "TFTP Size Error",
            "Checksum Error",
        ),
        mendable=RESET,
    ),
    Cause(
        name="dial_rules_missing",
        step="dial_rules",
        stops=False,
        seen="Numbers are dialled only after a pause, or by the Dial key.",
        proven="The configuration names a file of dial rules that the TFTP service hasn't got.",
        remedy="Save the SIP dial rules again and restart Cisco Tftp.",
        messages=("File Not Found : *.xml",),
    ),
)

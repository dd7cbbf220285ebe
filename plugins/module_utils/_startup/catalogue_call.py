# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes between a phone and its CallManagers, and of what it downloads afterwards."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue_cause import (
    PHONES,
    Cause,
)

TABLE = (
    Cause(
        name="cucm_name_unresolvable",
        step="cucm_connection",
        stops=True,
        seen="The phone has its configuration and stays at `Registering`.",
        proven="The configuration names a CallManager by a name that can't be resolved.",
        remedy=(
            "Give the servers their addresses as names in CUCM (System, Server), or add the names to the DNS that "
            "the phones use."
        ),
        reasons=(4,),
        messages=(
            "DNS unknown IPv4 Host",
            "DNS unknown host",
            "DNS timeout",
            "No DNS server IP",
        ),
    ),
    Cause(
        name="cucm_port_blocked",
        step="cucm_connection",
        stops=True,
        seen="The phone has its configuration and stays at `Registering`.",
        proven=(
            "Cisco CallManager is started, and connections to its port time out: the phone's, by its own word, or "
            "everybody's."
        ),
        remedy=(
            "Look at routes, access lists and firewalls between the voice network and the CallManagers (SIP 5060 "
            "and 5061, SCCP 2000 and 2443)."
        ),
        reasons=(
            6,
            13,
        ),
        messages=("Last=TCP-timeout",),
    ),
    Cause(
        name="callmanager_stopped",
        step="cucm_connection",
        stops=True,
        seen="All phones of the CallManager group stay at `Registering`, or are at another node.",
        proven="Control Center says that Cisco CallManager isn't started on the nodes of the phone's group.",
        remedy=(
            "Start Cisco CallManager in Cisco Unified Serviceability (Tools, Control Center - Feature Services), or "
            "activate it."
        ),
        reasons=(15,),
        messages=("Last=CM-closed-TCP",),
    ),
    Cause(
        name="tls_handshake_failed",
        step="cucm_connection",
        stops=True,
        seen="A phone with a secured profile has its configuration and stays at `Registering`.",
        proven=(
            "TLS is expected, TCP is open, and the certificate that the CallManager shows isn't one that the "
            "phone's CTL knows; or the phone says so."
        ),
        remedy=(
            "Update the CTL file after a certificate was made anew (`utils ctl update CTLFile`), restart Cisco Tftp "
            "and Cisco CallManager, then reset the phones. Look at the phone's own certificate (LSC) too."
        ),
        messages=(
            "TLS handshake failed",
            "Certificate not trusted",
        ),
    ),
    Cause(
        name="protocol_mismatch",
        step="registration",
        stops=True,
        seen="The phone resets again and again, or is rejected.",
        proven="The phone's record is for another signalling protocol than the phone speaks, or than the plan says.",
        remedy="Delete the record and add the phone with the right protocol; a record's protocol can't be changed.",
        reasons=(14,),
        mendable=PHONES,
    ),
    Cause(
        name="model_mismatch",
        step="registration",
        stops=True,
        seen="The phone is rejected.",
        proven="The phone's record is of another model than the phone itself.",
        remedy="Delete the record and add the phone with its own model; a record's model can't be changed.",
        reasons=(14,),
    ),
    Cause(
        name="digest_authentication_failed",
        step="registration",
        stops=True,
        seen="The phone is rejected.",
        proven="CUCM refuses the registration, and the phone's security profile asks for digest authentication.",
        remedy=(
            "Set the digest user of the phone and the user's digest credentials, save the phone and reset it, so "
            "that its file holds them."
        ),
        reasons=(
            1,
            3,
        ),
    ),
    Cause(
        name="duplicate_registration",
        step="registration",
        stops=True,
        seen="The phone is rejected, or comes and goes.",
        proven="RIS gives reason 16: a device of this name registers at another node or from another address.",
        remedy=(
            "Find the other device of that name by its address, and take it off; a soft phone or a phone that "
            "registers at two nodes does the same."
        ),
        reasons=(16,),
        messages=("Registration Rejected: Duplicate",),
    ),
    Cause(
        name="maximum_devices_exceeded",
        step="registration",
        stops=True,
        seen="New phones are rejected, the others stay.",
        proven="RIS gives reason 5: the node has as many devices as it takes.",
        remedy=(
            "Raise the service parameter Maximum Number of Registered Devices, or spread the phones over more nodes "
            "by their device pools."
        ),
        reasons=(5,),
        messages=("Registration Rejected: Maximum devices",),
    ),
    Cause(
        name="no_line",
        step="registration",
        stops=True,
        seen="The phone says that it isn't provisioned, or lacks a number.",
        proven="The phone's record has no line, or not the planned one.",
        remedy="Give the phone its lines.",
        messages=("Unprovisioned",),
        mendable=PHONES,
    ),
    Cause(
        name="locale_missing",
        step="localization",
        stops=False,
        seen="The phone speaks English, or has other tones.",
        proven="The TFTP service hasn't got the files of the locale that the configuration names.",
        remedy="Install the locale's files (COP) on all TFTP servers and restart Cisco Tftp.",
        messages=(
            "Error Updating Locale",
            "Error update locale",
        ),
    ),
    Cause(
        name="softkeys_missing",
        step="softkeys",
        stops=False,
        seen="The phone has its standard softkeys.",
        proven="The configuration names a softkey file that the TFTP service hasn't got.",
        remedy="Save the softkey template again and restart Cisco Tftp.",
        messages=("File Not Found : *.xml",),
    ),
    Cause(
        name="ringlist_missing",
        step="ringtones",
        stops=False,
        seen="The phone has its built-in ring tones only.",
        proven="The TFTP service hasn't got the list of ring tones.",
        remedy="Put Ringlist.xml (Ringlist-wb.xml for 78xx and 88xx) on all TFTP servers and restart Cisco Tftp.",
        messages=("File Not Found : Ringlist.xml",),
    ),
)

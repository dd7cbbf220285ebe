# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of the Bulk Administration Tool's phone files, by the names that an export of all details has.

The spelling is BAT's own and uneven ("Ring setting" beside "Ring Setting", "AAR Group(Line)", two blanks before the
number in one column), and is kept as it stands. A line's column gets a blank and the line's number; files of specific
details, which BAT's spreadsheet makes, have the same names in capitals and two blanks before the number.
"""

from __future__ import annotations

_TARGETS = ("Voice Mail", "Destination", "CSS")


def _forwards(*kinds: str) -> tuple[str, ...]:
    return tuple(f"{kind} {target}" for kind in kinds for target in _TARGETS)


DEVICE_COLUMNS = (
    *("Device Name", "Description", "Device Pool", "Phone Button Template", "CSS", "AAR CSS", "Location"),
    *("Extension Mobility", "Network Locale", "Media Resource Group List", "User Hold MOH Audio Source"),
    *("Network Hold MOH Audio Source", "Device User Locale", "Packet Capture Mode", "Packet Capture Duration"),
    *("Built in Bridge", "Privacy", "Retry Video Call as Audio", "Ignore Presentation Indicators"),
    *("Softkey Template", "Module 1", "Module 2", "Phone Load Name", "Module 1 Load Name", "Module 2 Load Name"),
    *("Information", "Directory", "Messages", "Services", "Authentication Server", "Proxy Server", "Idle"),
    *("Idle Timer", "MLPP Indication", "MLPP Preemption", "MLPP Domain", "Device Type", "User ID 1"),
    *("Common Phone Profile", "Owner User ID", "Allow CTI Control Flag", "Device Presence Group"),
    *("Device Security Profile", "Device Subscribe CSS", "Unattended Port", "Require DTMF Reception"),
    *("RFC2833 Disabled", "Certificate Operation", "Authentication String", "Operation Completes By"),
    *("Device Protocol", "Secure Shell User", "Secure Shell Password", "XML", "Dial Rules", "CSS Reroute"),
    *("Rerouting Calling Search Space", "DTMF Signalling", "Default DTMF Capability", "SIP Profile"),
    *("MTP Preferred Originating Codec", "Logout Profile", "MTP Required", "Digest User", "Signaling Port"),
    *("Outgoing Caller ID Pattern", "Calling Party Selection", "Calling Party Presentation"),
    *("Display IE Delivery", "Redirecting Number IE Delivery Outbound", "Redirecting Number IE Delivery Inbound"),
    *("Gatekeeper Name", "E.164", "Technology Prefix", "Zone", "Motorola WSM Connection"),
    *("Subscriber Cellular Number", "Follow me only when caller has dialed cellular num"),
    *("Disable Application Dial Rules", "AAR Group", "Logged Into Hunt Group", "Remote Device"),
    *("Device Mobility Mode", "Common Device Configuration", "Mobility User ID", "DND Option"),
    *("DND Incoming Call Alert", "Do Not Disturb", "Join Across Lines", "Single Button Barge"),
    *("BLF Audible Alert Setting (Phone Idle)", "BLF Audible Alert Setting (Phone Busy)"),
    *("Calling Party Transformation CSS", "Use Trusted Relay Point", "Services Provisioning"),
    *("Mobile Smart Client Profile", "Outbound Call Rollover", "Phone Personalization", "Protected Device"),
    *("Primary Phone", "Geo Location", "Always Use Prime Line", "Always Use Prime Line for Voice Message"),
    *("SRTP Allowed", "Feature Control Policy", "Module 3", "Module 3 Load Name", "Mobility Identity Name"),
    *("Mobility Identity Destination Number", "Mobility Identity Answer Too Soon Timer"),
    *("Mobility Identity Answer Too Late Timer", "Mobility Identity Delay Before Ringing Cell"),
    *("Mobility Identity Time of Day Access", "Mobility Identity Time Zone"),
    *("Mobility Identity Is Mobile Phone", "Mobility Identity Enable Mobile Connect"),
)

LINE_COLUMNS = (
    *("Directory Number", "Route Partition", "Voice Mail Profile", "Line CSS", "AAR Group(Line)"),
    *("Line User Hold MOH Audio Source", "Line Network Hold MOH Audio Source ", "Auto Answer"),
    *_forwards("Forward All", "Forward Busy Internal", "Forward Busy External"),
    *_forwards("Forward No Answer Internal", "Forward No Answer External"),
    *_forwards("Forward No Coverage Internal", "Forward No Coverage External"),
    *("Forward No Answer Ring Duration", "Call Pickup Group", "MLPP Target", "MLPP CSS"),
    *("MLPP No Answer Ring Duration", "Line Text Label", "External Phone Number Mask"),
    *("Maximum Number of Calls", "Busy Trigger", "Visual Message Waiting Indicator Policy"),
    *("Ring setting (Phone Idle)", "Ring Setting (Phone Active)", "Caller Name", "Caller Number"),
    *("Redirected Number", "Dialed Number", "Line Description", "Alerting Name", "ASCII Alerting Name"),
    *("Line Presence Group", "Secondary CSS for Forward All", *_forwards("Forward on CTI Failure"), "Display"),
    *("ASCII Display", "ASCII Line Text Label", "AAR Destination Mask", "AAR Voice Mail"),
    *_forwards("Forward Unregistered Internal", "Forward Unregistered External"),
    *("Hold Reversion Ring Duration", "Hold Reversion Notification Interval"),
    *("Retain this destination in call forwarding history", "Audible Message Waiting Indicator Policy"),
    *("Call Recording Option", "Recording Profile", "Monitoring Calling Search Space"),
    *("Calling Search Space Activation Policy", "Allow Control of Device from CTI"),
    *("CPG Audio Alert Setting(Phone Idle)", "CPG Audio Alert Setting(Phone Active)"),
    *("Park Monitor Forward No Retrieve Ext Voice Mail", "Park Monitor Forward No Retrieve Ext CSS"),
    *("Park Monitor Forward No Retrieve Int CSS", "Park Monitoring Reversion Timer"),
    *("Park Monitor Forward No Retrieve Ext Destination", "Park Monitor Forward No Retrieve Int Destination"),
    *("Park Monitor Forward No Retrieve Int Voice Mail", "Party Entrance Tone", "Log Missed Calls"),
)

# Options of a phone, of a line and of a line's appearance on a phone -> the column of an export.
PHONE_COLUMNS = {
    "model": "Device Type",
    "protocol": "Device Protocol",
    "description": "Description",
    "device_pool": "Device Pool",
    "phone_button_template": "Phone Button Template",
    "css": "CSS",
    "location": "Location",
    "softkey_template": "Softkey Template",
    "load": "Phone Load Name",
    "user_locale": "Device User Locale",
    "network_locale": "Network Locale",
    "media_resource_list": "Media Resource Group List",
    "user_hold_audio_source": "User Hold MOH Audio Source",
    "network_hold_audio_source": "Network Hold MOH Audio Source",
    "presence_group": "Device Presence Group",
    "ssh_user": "Secure Shell User",
    "digest_user": "Digest User",
    "common_phone_profile": "Common Phone Profile",
    "owner": "Owner User ID",
    "security_profile": "Device Security Profile",
    "sip_profile": "SIP Profile",
}
_FORWARDS = {
    "all": "Forward All",
    "busy": "Forward Busy External",
    "busy_internal": "Forward Busy Internal",
    "no_answer": "Forward No Answer External",
    "no_answer_internal": "Forward No Answer Internal",
    "no_coverage": "Forward No Coverage External",
    "no_coverage_internal": "Forward No Coverage Internal",
    "cti_failure": "Forward on CTI Failure",
    "not_registered": "Forward Unregistered External",
    "not_registered_internal": "Forward Unregistered Internal",
}
NUMBER_COLUMNS = {
    "description": "Line Description",
    "alerting_name": "Alerting Name",
    "ascii_alerting_name": "ASCII Alerting Name",
    "css": "Line CSS",
    "voice_mail_profile": "Voice Mail Profile",
    "presence_group": "Line Presence Group",
    "call_pickup_group": "Call Pickup Group",
    "auto_answer": "Auto Answer",
    "user_hold_audio_source": "Line User Hold MOH Audio Source",
    "network_hold_audio_source": "Line Network Hold MOH Audio Source ",
    **{
        f"forwards.{kind}.{option}": f"{column} {target}"
        for kind, column in _FORWARDS.items()
        for option, target in (("voice_mail", "Voice Mail"), ("destination", "Destination"), ("css", "CSS"))
    },
    "forwards.all.secondary_css": "Secondary CSS for Forward All",
    "forwards.no_answer.duration": "Forward No Answer Ring Duration",
    "forwards.alternate_party.destination": "MLPP Target",
    "forwards.alternate_party.css": "MLPP CSS",
    "forwards.alternate_party.duration": "MLPP No Answer Ring Duration",
}
APPEARANCE_COLUMNS = {
    "label": "Line Text Label",
    "display": "Display",
    "display_ascii": "ASCII Display",
    "external_mask": "External Phone Number Mask",
    "maximum_calls": "Maximum Number of Calls",
    "busy_trigger": "Busy Trigger",
    "ring_setting": "Ring setting (Phone Idle)",
    "ring_setting_active": "Ring Setting (Phone Active)",
    "pickup_alert": "CPG Audio Alert Setting(Phone Idle)",
    "pickup_alert_active": "CPG Audio Alert Setting(Phone Active)",
    "recording": "Call Recording Option",
    "recording_profile": "Recording Profile",
    "monitoring_css": "Monitoring Calling Search Space",
    "message_waiting_lamp": "Visual Message Waiting Indicator Policy",
    "message_waiting_tone": "Audible Message Waiting Indicator Policy",
    "missed_call_logging": "Log Missed Calls",
    "show_caller_name": "Caller Name",
    "show_caller_number": "Caller Number",
    "show_redirected_number": "Redirected Number",
    "show_dialed_number": "Dialed Number",
}

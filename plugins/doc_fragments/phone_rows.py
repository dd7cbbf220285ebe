# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of `cucm_phones`, documented apart because they are many."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  phones:
    description: The phones, one row each.
    type: list
    elements: dict
    required: true
    suboptions:
      mac:
        description: MAC address in any usual notation, in quotes. The device name is C(SEP) and its twelve digits.
          One of O(phones[].mac) and
          O(phones[].name) is needed.
        type: str
      name:
        description: Device name, if it is not to be made from the MAC address.
        type: str
      profile:
        description: Name of one of O(profiles), whose options the row takes where it gives none itself.
        type: str
      model:
        description:
          - Model as it stands on the phone or in CUCM, such as V(8841), V(CP-8841-K9), V(7961G) or V(Cisco 8841).
            Needed to add a phone.
          - CUCM can not change the model of a phone, so a phone that is there with another one is refused.
        type: str
      protocol:
        description: Signalling protocol. A new phone gets V(SIP) where it is not given. It can not be changed either.
        type: str
        choices: [SIP, SCCP]
      device_pool:
        description: Name of the device pool. Needed to add a phone.
        type: str
      description:
        description: Description, up to 128 characters. An empty text clears it.
        type: str
      css:
        description: Name of the device's calling search space. An empty text clears it.
        type: str
      location:
        description: Name of the location. A new phone gets V(Hub_None) where it is not given.
        type: str
      common_phone_profile:
        description: Name of the common phone profile. A new phone gets V(Standard Common Phone Profile) where it is
          not given.
        type: str
      phone_button_template:
        description: Name of the phone button template. A new phone gets the standard one of its model, such as
          V(Standard 8841 SIP).
        type: str
      security_profile:
        description: Name of the device security profile. A new phone gets the standard non-secure one of its model,
          such as
          V(Cisco 8841 - Standard SIP Non-Secure Profile).
        type: str
      sip_profile:
        description: Name of the SIP profile. A new SIP phone gets V(Standard SIP Profile) where it is not given.
        type: str
      softkey_template:
        description: Name of the softkey template. An empty text clears it.
        type: str
      owner:
        description: User ID of the owner. An empty text clears it.
        type: str
      load:
        description: Name of the phone load, if it is not to be the model's default. An empty text clears it.
        type: str
      user_locale:
        description: User locale as CUCM names it, such as V(German Germany). An empty text clears it.
        type: str
      network_locale:
        description: Network locale as CUCM names it, such as V(Germany). An empty text clears it.
        type: str
      media_resource_list:
        description: Name of the media resource group list. An empty text clears it.
        type: str
      user_hold_audio_source:
        description: Number of the music that a caller hears whom the user holds.
        type: int
      network_hold_audio_source:
        description: Number of the music that a caller hears whom the network holds, for instance in a transfer.
        type: int
      presence_group:
        description: Name of the presence group.
        type: str
      ssh_user:
        description: User name for SSH to the phone. Its password is V(sshPwd) in O(phones[].secrets).
        type: str
      digest_user:
        description: User ID of the end user whose digest credentials the phone has.
        type: str
      secrets:
        description:
          - Elements that AXL takes and never gives back, by their names in AXL, such as C(sshPwd). They are not shown.
          - They are sent with a phone that is added, and otherwise only together with another change, since they can't
            be compared; or see C(update_secrets).
        type: dict
      expansion_modules:
        description: The expansion modules; a given list is the whole list, an empty one takes them off.
        type: list
        elements: dict
        suboptions:
          model:
            description: Model as CUCM names it, such as V(8800-Audio 28-Button Key Expansion Module).
            type: str
            required: true
          index:
            description: Place of the module, from 1. Without it, the place in the list.
            type: int
          load:
            description: Name of its load, if it is not to be the default.
            type: str
      services:
        description: The IP phone services that the phone is subscribed to; a given list is the whole list, an empty one
          ends all subscriptions.
        type: list
        elements: dict
        suboptions:
          service:
            description: Name of the IP phone service in CUCM.
            type: str
            required: true
          name:
            description: Name of the subscription; the service's own where it is not given.
            type: str
          ascii_name:
            description: Name of the subscription in ASCII.
            type: str
          url:
            description: URL with the subscription's parameters, if it is not to be the service's own.
            type: str
          button:
            description: Service URL button that it is on, from 1; 0 is none.
            type: int
          button_label:
            description: Label of that button.
            type: str
      speed_dials:
        description: The speed dials; a given list is the whole list, an empty one clears it. What one of the list does
          not give stays as the one at its index has it.
        type: list
        elements: dict
        suboptions:
          number:
            description: Number to dial, in quotes.
            type: str
            required: true
          index:
            description: Place of the speed dial, from 1. Without it, the place in the list.
            type: int
          label:
            description: Text beside the button.
            type: str
      busy_lamp_fields:
        description: The busy lamp fields; a given list is the whole list, an empty one clears it. What one of the list
          does not give stays as the one at its index has it.
        type: list
        elements: dict
        suboptions:
          index:
            description: Place of the busy lamp field, from 1. Without it, the place in the list.
            type: int
          destination:
            description: Number or URI to watch and to dial. Either this or a pattern is needed.
            type: str
          pattern:
            description: Directory number to watch, in quotes.
            type: str
          partition:
            description: Partition of the pattern.
            type: str
          label:
            description: Text beside the button.
            type: str
          pickup:
            description: Whether the button picks up a call that rings there.
            type: bool
      vendor_config:
        description:
          - Product-specific configuration, by the names and with the values that AXL has in C(vendorConfig), such as
            C(webAccess), C(sshAccess), C(pcPort) and C(settingsAccess). What is not given stays as it is.
          - A section, such as C(desktopClient) of soft phones, is a mapping.
          - Names and values differ by model and are not part of the schema, so they can't be checked; a phone that is
            set up by hand shows them in C(before).
        type: dict
      axl:
        description:
          - Any other element that the cluster's own schema has for a phone, by its name in AXL. Names, lengths and
            enumerations are checked against that schema before anything is sent.
          - An element that an option of this module fills is refused here.
        type: dict
      lines:
        description:
          - The phone's lines. They must be there (see M(dialtone.voice.cucm_lines)); in check mode a missing one
            counts as planned, or only those of the type V(Line) in C(planned) where there are any.
          - Lines of the phone that are not in the list stay, unless one of the list takes their button or
            C(lines_mode=replace).
        type: list
        elements: dict
        suboptions:
          pattern:
            description: The directory number, in quotes.
            type: str
            required: true
          partition:
            description: The line's partition. An empty text is the partition C(<None>); without it, the number must
              be in one partition only.
            type: str
          index:
            description: The line's button, from 1. Without it, the place in the list; but a line that the phone has
              already keeps its button where that place holds a line that is not in the list.
            type: int
          label:
            description: Line text label, shown beside the button.
            type: str
          display:
            description: Internal caller ID.
            type: str
          display_ascii:
            description: Internal caller ID in ASCII.
            type: str
          external_mask:
            description: External phone number mask.
            type: str
          maximum_calls:
            description: Maximum number of calls.
            type: int
          busy_trigger:
            description: Number of calls from which on the line is busy; not above the maximum number of calls.
            type: int
          ring_setting:
            description: Ring setting while the phone is idle, such as V(Ring), V(Ring Once), V(Flash Only),
              V(Beep Only), V(Disable) or V(Use System Default).
            type: str
          ring_setting_active:
            description: Ring setting while the phone is in a call.
            type: str
          pickup_alert:
            description: Audio alert for the call pickup group while the phone is idle.
            type: str
          pickup_alert_active:
            description: Audio alert for the call pickup group while the phone is in a call.
            type: str
          recording:
            description: V(Call Recording Disabled), V(Automatic Call Recording Enabled) or
              V(Selective Call Recording Enabled).
            type: str
          recording_profile:
            description: Name of the recording profile. An empty text clears it.
            type: str
          recording_media_source:
            description: V(Gateway Preferred) or V(Phone Preferred).
            type: str
          monitoring_css:
            description: Name of the calling search space for monitoring. An empty text clears it.
            type: str
          message_waiting_lamp:
            description: V(Use System Policy), V(Light and Prompt), V(Prompt Only), V(Light Only) or V(None).
            type: str
          message_waiting_tone:
            description: Whether there is a tone for waiting messages, V(On), V(Off) or V(Default).
            type: str
          missed_call_logging:
            description: Whether missed calls are logged.
            type: bool
          show_caller_name:
            description: Whether the caller's name is shown for forwarded calls.
            type: bool
          show_caller_number:
            description: Whether the caller's number is shown for forwarded calls.
            type: bool
          show_redirected_number:
            description: Whether the redirecting number is shown for forwarded calls.
            type: bool
          show_dialed_number:
            description: Whether the dialed number is shown for forwarded calls.
            type: bool
          users:
            description: User IDs of the end users that are associated with the line on this phone; a given list is the
              whole list.
            type: list
            elements: str
          shared:
            description: Whether the line may be on other phones too. Otherwise, which is the default, a line that
              another phone has is refused, because CUCM would silently make it a shared line.
            type: bool
          axl:
            description: Any other element that the cluster's own schema has for a line of a phone, by its name in AXL,
              checked as O(phones[].axl).
            type: dict
  profiles:
    description:
      - What many phones share, by name. A profile has options of O(phones) except C(mac), C(name), C(profile) and
        C(lines), and C(line) with options that go under every line of the phone, except C(pattern) and C(index).
      - What a row gives itself goes first. C(vendor_config), C(axl) and C(secrets) are merged key by key.
      - The filter P(dialtone.voice.effective_phones#filter) shows what comes of it, as does RV(results[].after) in
        check mode.
    type: dict
"""

    # What only the module that changes them needs.
    CHANGING = r"""
options:
  lines_mode:
    description:
      - With V(merge), lines of a phone that its row does not give stay.
      - With V(replace), the lines of a row are all that the phone has; an empty list takes all lines off. A row without
        O(phones[].lines) says nothing of lines.
    type: str
    choices: [merge, replace]
    default: merge
  update_secrets:
    description: Whether O(phones[].secrets) are sent to phones that are there though nothing else differs. Such a row
      is always V(changed).
    type: bool
    default: false
  remove_lines:
    description:
      - With O(state=absent), whether the lines of the phones are removed too, after the phones, where nothing else uses
        them; other devices, line groups, call forwards and extensions of users do.
      - Lines in O(phones[].lines) with their partition count as the phone's where it is gone already.
    type: bool
    default: false
"""

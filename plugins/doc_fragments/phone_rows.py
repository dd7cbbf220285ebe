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
      lines:
        description:
          - The phone's lines. They must be there (see M(dialtone.voice.cucm_lines)); in check mode a missing one
            counts as planned.
          - Lines of the phone that are not in the list stay, unless one of the list takes their button.
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
          shared:
            description: Whether the line may be on other phones too. Otherwise a line that another phone has is
              refused, because CUCM would
              silently make it a shared line.
            type: bool
            default: false
"""

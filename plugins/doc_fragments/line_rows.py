# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of `cucm_lines`, documented apart because they are many."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  lines:
    description: The lines, one row each.
    type: list
    elements: dict
    required: true
    suboptions:
      pattern:
        description:
          - The directory number. Put it in quotes, because YAML reads C(0100) as another number.
          - A leading plus sign is written V(\\+), as in CUCM.
        type: str
        required: true
      partition:
        description:
          - The line's partition. An empty text is the partition C(<None>).
          - Without it, the row means the line in whatever partition it is. There must be exactly one then, and none
            is added.
        type: str
      description:
        description: Description of the line. An empty text clears it, as in all options that follow.
        type: str
      alerting_name:
        description: Name that callers see while it rings, up to 50 characters.
        type: str
      ascii_alerting_name:
        description: The same in ASCII, up to 32 characters.
        type: str
      css:
        description: Name of the line's calling search space.
        type: str
      presence_group:
        description: Name of the presence group. It can not be empty.
        type: str
      voice_mail_profile:
        description: Name of the voice mail profile.
        type: str
      call_pickup_group:
        description: Name of the call pickup group.
        type: str
      usage:
        description:
          - What the number is for, by the word that AXL has. A new line gets V(Device) where it is not given.
          - CUCM can not change it, so a line that is there with another one is refused.
        type: str
      auto_answer:
        description: How the line answers by itself, by the words that AXL has, V(Auto Answer Off), V(Auto Answer with
          Headset) or V(Auto Answer with Speakerphone). It can not be empty.
        type: str
      user_hold_audio_source:
        description: Number of the audio source that callers hear when the user puts them on hold.
        type: str
      network_hold_audio_source:
        description: Number of the audio source that callers hear when the network puts them on hold, such as in a
          transfer.
        type: str
      forwards:
        description: Where calls are forwarded. Kinds that are not given, and what is not given of a kind, stay as they
          are.
        type: dict
        suboptions:
          all:
            description: All calls.
            type: dict
            suboptions:
              destination: &forward_destination
                description: Number to forward to, as it is dialled, up to 50 characters. An empty text clears it.
                type: str
              voice_mail: &forward_voice_mail
                description: Whether to forward to voice mail. It goes before a destination.
                type: bool
              css: &forward_css
                description: Name of the calling search space for these forwarded calls. An empty text clears it.
                type: str
              secondary_css:
                description: Name of the secondary calling search space. An empty text clears it.
                type: str
          busy:
            description: External calls while the line is busy.
            type: dict
            suboptions: &forward
              destination: *forward_destination
              voice_mail: *forward_voice_mail
              css: *forward_css
          busy_internal:
            description: Internal calls while the line is busy.
            type: dict
            suboptions: *forward
          no_answer:
            description: External calls that nobody answers.
            type: dict
            suboptions: &timed_forward
              destination: *forward_destination
              voice_mail: *forward_voice_mail
              css: *forward_css
              duration:
                description: Seconds to ring before the call is forwarded. V(0) is the cluster's default.
                type: int
          no_answer_internal:
            description: Internal calls that nobody answers.
            type: dict
            suboptions: *timed_forward
          no_coverage:
            description: External calls that a hunt pilot sends back because nobody took them.
            type: dict
            suboptions: *forward
          no_coverage_internal:
            description: Internal calls that a hunt pilot sends back because nobody took them.
            type: dict
            suboptions: *forward
          cti_failure:
            description: Calls to a CTI port or route point whose application is away.
            type: dict
            suboptions: *forward
          not_registered:
            description: External calls while no phone with the line is registered.
            type: dict
            suboptions: *forward
          not_registered_internal:
            description: Internal calls while no phone with the line is registered.
            type: dict
            suboptions: *forward
          alternate_party:
            description: Calls of high precedence that nobody answers (MLPP alternate party).
            type: dict
            suboptions:
              destination: *forward_destination
              css: *forward_css
              duration:
                description: Seconds to ring before the call is forwarded. V(0) is the cluster's default.
                type: int
      e164_number:
        description:
          - The line's +E.164 alternate number. What is not given of it stays as it is.
          - AXL takes it in an update only, so a line that is added gets it by a second request.
        type: dict
        suboptions:
          enabled: &number_enabled
            description: Whether the line has one. V(false) takes it away.
            type: bool
            default: true
          mask:
            description: Number mask, such as V(+44207946XXXX), whose X stand for digits of the directory number. An
              empty text clears it.
            type: str
          partition: &number_partition
            description: Name of the partition that the number is put in. An empty text clears it.
            type: str
          add_to_partition: &number_add_to_partition
            description: Whether the number is put in a partition of this cluster, so that it can be dialled here.
            type: bool
          urgent: &number_urgent
            description: Whether the number is urgent, so that no further digits are waited for.
            type: bool
          advertise: &number_advertise
            description: Whether the number is advertised to other clusters by ILS.
            type: bool
      enterprise_number:
        description:
          - The line's enterprise alternate number. What is not given of it stays as it is.
          - AXL takes it in an update only, so a line that is added gets it by a second request.
        type: dict
        suboptions:
          enabled: *number_enabled
          mask:
            description: Number mask, such as V(8200XXXX), whose X stand for digits of the directory number. An
              empty text clears it.
            type: str
          partition: *number_partition
          add_to_partition: *number_add_to_partition
          urgent: *number_urgent
          advertise: *number_advertise
      uris:
        description:
          - The line's directory URIs. The list is the whole list, an empty one takes them all away.
          - URIs in the partition C(Directory URI) are made by CUCM from users, and stay.
        type: list
        elements: dict
        suboptions:
          uri:
            description: The URI, C(name@host), up to 128 characters.
            type: str
            required: true
          partition:
            description: Name of its partition.
            type: str
          primary:
            description: Whether it is the line's primary URI. Where none is, the first one becomes it.
            type: bool
          advertise:
            description: Whether it is advertised to other clusters by ILS. A new one is where this is not given.
            type: bool
      axl:
        description:
          - Any other field of a line in the schema of the cluster, by the name that it has in AXL, such as
            C(rejectAnonymousCall). Names and values are checked against the schema.
          - What is nested is given as a mapping, and what of it is not given stays as it is.
        type: dict
"""

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of `cucm_objects` may hold."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  objects:
    description: The objects, one row each. Their types, keys and fields are those of the cluster's own AXL schema.
    type: list
    elements: dict
    required: true
    suboptions:
      type:
        description:
          - Type of the object as AXL spells it after C(add) or C(update), such as V(RoutePartition), V(Css),
            V(DevicePool) or V(User). Case, blanks, dashes and underscores do not matter.
        type: str
        required: true
      name:
        description:
          - What the object is known by, where that is one field, whatever AXL calls it (C(name), a user's C(userid)).
          - For types known by several fields give O(objects[].key). Of some types there is one object only, which is
            given neither.
        type: str
      key:
        description:
          - The fields that the object is known by, such as C(pattern) and C(routePartitionName), or its C(uuid).
          - An empty C(routePartitionName) is the partition C(<None>).
        type: dict
      fields:
        description:
          - The fields that the object is to have, by AXL's names. Fields that are not given are left as they are.
          - An empty text clears a field. A field with elements of its own is a mapping, a repeated one a list in it,
            as in C({members{:} {member{:} [...]}}). Of such a field the elements that are not given stay too.
          - Members of a list that have a position (C(index), C(priority) ...) get that in the list where they are
            given without.
        type: dict
        default: {}
      secrets:
        description:
          - Fields that CUCM never tells, such as a user's C(password) and C(pin).
          - They are sent when the object is added, and later together with something else that differs, or always
            with O(update_secrets=true).
        type: dict
"""

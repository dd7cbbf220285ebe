# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to phones, documented once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  phone_http_port:
    description:
      - Port of the phones' web pages.
      - Taken from the variable C(voice_phone_http_port) where the task does not give it.
    type: int
    default: 80
  phone_https_port:
    description:
      - Port of the web pages of phones that send whoever asks by HTTP to HTTPS.
      - Taken from the variable C(voice_phone_https_port) where the task does not give it.
    type: int
    default: 443
  phone_ca_path:
    description:
      - File with the CA certificates (PEM) that have signed the phones' certificates, or a folder of such files. That
        is Cisco's manufacturing CAs, or the cluster's CAPF where phones have certificates of its making.
      - Phones that show their pages by HTTPS only are read where it is given, and left alone without it. Their
        certificates carry their names and not their addresses, so only the signature is verified.
      - Taken from the variable C(voice_phone_ca_path), then from the environment variable E(PHONE_CA_PATH).
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for each piece of an answer.
      - Taken from the variable C(voice_phone_timeout) where the task does not give it.
    type: int
    default: 3
  parallel:
    description:
      - How many phones are asked at once.
      - Taken from the variable C(voice_phone_parallel) where the task does not give it.
    type: int
    default: 10
requirements:
  - urllib3
  - lxml
"""

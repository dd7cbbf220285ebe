# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands to Kea's DHCPv4 server: through its control agent by HTTP or HTTPS, or through its unix socket.

Python's own HTTP client is used, to which nothing in the environment says whom to trust or which proxy to take.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import ssl
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.tls import tls_context, tls_failure
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import authority
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    TimedOut,
    Unreachable,
    Unsupported,
)
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

HTTP_PORT = 8000
MOST = 256 * 2**20

SUCCESS, ERROR, UNSUPPORTED, EMPTY = 0, 1, 2, 3

_OFFLINE = ("unable to forward command", "forwarding socket is not configured", "likely to be offline")
_GIVE_CA = (
    "Give the PEM file of the CA that signed it, or the certificate itself, as ca_path, and as host a name that "
    "the certificate carries."
)
_RESTARTING = "Kea may have been stopped or restarted just now: see that it runs, and run this again."


class AnswerLost(Unreachable):
    """The command went out and no answer came: it may have been carried out or not."""


class Kea:
    """The control channel of one DHCPv4 server. Each command has a connection of its own.

    :param params: the connection options of a module (see `options.py`)
    :ivar where: what messages call the server
    """

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._timeout: int = params["timeout"]
        self.socket_path: str | None = params.get("socket_path")
        if self.socket_path:
            self.where = f"Kea at {self.socket_path}"
            return
        self._host: str = params["host"]
        self._port: int = params.get("port") or HTTP_PORT
        self._username: str | None = params.get("username")
        self._password: str = params.get("password") or ""
        self.where = f"Kea at {authority(self._host, self._port)}"
        self._context = tls_context(params["validate_certs"], params.get("ca_path")) if params["use_tls"] else None

    def command(self, name: str, arguments: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Send a command and return its `arguments`, empty where there is nothing (result 3).

        :raises Refused: result 1, in Kea's words
        :raises Unsupported: result 2, this server does not know the command
        :raises Unreachable: nothing was taken; :class:`AnswerLost` and TimedOut where that is not known
        """
        request: dict[str, t.Any] = {"command": name}
        if arguments is not None:
            request["arguments"] = arguments
        if self.socket_path:
            body = self._by_socket(name, json.dumps(request).encode())
        else:
            body = self._by_http(name, json.dumps({**request, "service": ["dhcp4"]}).encode())
        return self._result(name, body)

    def _result(self, name: str, body: bytes) -> dict[str, t.Any]:
        try:
            answer = json.loads(body)
            answer = answer[0] if isinstance(answer, list) else answer
            result, text = int(answer["result"]), one_line(str(answer.get("text", "")))
            arguments = answer.get("arguments") or {}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            if isinstance(error, json.JSONDecodeError) and body.lstrip()[:1] in (b"", b"{", b"["):
                how = "in the middle of its answer" if body else "without an answer"
                raise AnswerLost(f"{self.where} took {name} and ended {how}", _RESTARTING) from None
            raise Refused(
                f"what answers at {self.where} to {name} is not Kea: {one_line(body.decode(errors='replace'), 120)}",
                "Check host, port and socket_path.",
            ) from None
        if result == SUCCESS:
            return arguments
        if result == EMPTY:
            return {}
        if result == UNSUPPORTED:
            raise Unsupported(
                f"{self.where} does not know {name} (result 2): {text}",
                "It is a command of a hook that is not loaded, or of a newer release.",
            )
        if any(words in text for words in _OFFLINE):
            raise Unreachable(
                f"the control agent answers for {self.where}, the DHCPv4 server behind it does not: {text}",
                "Start kea-dhcp4, and check that the control agent's control-sockets name its socket.",
            )
        raise Refused(f"{self.where} refused {name} (result {result}): {text}", words=text, code=str(result))

    def _by_socket(self, name: str, request: bytes) -> bytes:
        path = str(self.socket_path)
        sent = False
        parts: list[bytes] = []
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(self._timeout)
                link.connect(path)
                sent = True
                link.sendall(request)
                while part := link.recv(1 << 20):
                    parts.append(part)
                    self._check_size(name, sum(map(len, parts)))
        except TimeoutError:
            raise self._too_late(name, sent) from None
        except OSError as error:
            if sent:
                raise self._lost(name, error) from None
            raise self._no_socket(path, error) from None
        return b"".join(parts)

    def _no_socket(self, path: str, error: OSError) -> Unreachable:
        if isinstance(error, PermissionError):
            hint = "Run as a user that may use Kea's socket, or go through its control agent."
        elif isinstance(error, FileNotFoundError):
            hint = "See that Kea runs, and that 'control-socket' of its configuration names this path."
        else:
            hint = "See that Kea runs."
        return Unreachable(f"{self.where} can't be reached: {error.strerror or error}", hint)

    def _by_http(self, name: str, request: bytes) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self._username:
            pair = base64.b64encode(f"{self._username}:{self._password}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        link = self._link()
        sent = False
        try:
            link.connect()
            sent = True
            link.request("POST", "/", request, headers)
            response = link.getresponse()
            body = response.read(MOST + 1)
            self._check_size(name, len(body))
        except TimeoutError:
            raise self._too_late(name, sent) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._explain(name, error, sent) from None
        finally:
            link.close()
        self._check_access(name, response.status, response.reason)
        return body

    def _link(self) -> http.client.HTTPConnection:
        host = self._host.strip("[]")
        if self._context is None:
            return http.client.HTTPConnection(host, self._port, timeout=self._timeout)
        return http.client.HTTPSConnection(host, self._port, timeout=self._timeout, context=self._context)

    def _check_access(self, name: str, status: int, reason: str) -> None:
        if status == 200:
            return
        if status == 401:
            who = f"the user '{self._username}'" if self._username else "a request without a user"
            raise AuthenticationFailed(
                f"the control agent of {self.where} did not accept {who} (HTTP 401)",
                "Check username and password against 'authentication' of its configuration.",
            )
        hint = "Check that host and port are those of Kea's control agent."
        if status == 400 and self._context is None:
            hint += " Where it speaks HTTPS, leave use_tls on."
        raise Refused(f"{self.where} answered {name} with HTTP {status} {reason}", hint, code=str(status))

    def _explain(self, name: str, error: Exception, sent: bool) -> Unreachable:
        tls = tls_failure(error) if isinstance(error, ssl.SSLError) else None
        if tls is not None:
            hint = (
                _GIVE_CA
                if isinstance(error, ssl.SSLCertVerificationError)
                else ("Where the control agent speaks HTTP only, have TLS set up for it, or set use_tls to false.")
            )
            return Unreachable(f"the TLS connection to {self.where} did not come about: {tls[0]}", hint)
        if not sent:
            words = getattr(error, "strerror", None) or one_line(str(error))
            return Unreachable(
                f"{self.where} can't be reached: {words}",
                "See that the control agent runs, and check host, port and the firewalls on the way.",
            )
        return self._lost(name, error)

    def _lost(self, name: str, error: Exception) -> AnswerLost:
        words = getattr(error, "strerror", None) or one_line(str(error)) or type(error).__name__
        return AnswerLost(f"{self.where} took {name} and the answer was lost: {words}", _RESTARTING)

    def _too_late(self, name: str, sent: bool) -> TimedOut:
        what = f"did not answer {name}" if sent else "could not be connected to"
        return TimedOut(
            f"{self.where} {what} within {self._timeout} s",
            "Check the way to it, or give a longer timeout.",
        )

    def _check_size(self, name: str, size: int) -> None:
        if size > MOST:
            raise Refused(f"the answer of {self.where} to {name} is larger than {MOST} bytes and was not taken")


def is_written(answer: t.Mapping[str, t.Any], socket_path: str | None) -> bool:
    """Whether the file that config-write speaks of is really whole.

    Kea 2.2 answers a full disk with success and a size of -1. Through its socket, on the same machine, the file itself
    is looked at.
    """
    size, path = answer.get("size"), str(answer.get("filename") or "")
    if not isinstance(size, int) or size <= 0:
        return False
    if not socket_path or not os.path.isabs(path):
        return True
    try:
        return os.path.getsize(path) == size
    except OSError:
        return True

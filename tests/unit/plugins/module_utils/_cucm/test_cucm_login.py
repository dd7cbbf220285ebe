"""One login for all threads: its cookie, a stale one, and a user who is not accepted."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer, _Login
from ansible_collections.dialtone.voice.plugins.module_utils._errors import AuthenticationFailed

WITHIN = 10


class Server:
    """Knows some cookies, gives a new one at each login where it has sessions, and counts what it got."""

    def __init__(self, *, sessions: bool = True, accepts: bool = True) -> None:
        self.sessions, self.accepts = sessions, accepts
        self.known: set[str] = set()
        self.logins, self.stale = 0, 0
        self._lock = threading.Lock()

    def send(self, cookie: str) -> Answer:
        with self._lock:
            if cookie:
                self.stale += cookie not in self.known
                return Answer(200 if cookie in self.known else 404)
            self.logins += 1
            if not self.accepts:
                return Answer(401)
            if not self.sessions:
                return Answer(200)
            self.known = {f"JSESSIONIDSSO=S{self.logins}"}
            return Answer(200, cookies=(f"JSESSIONIDSSO=S{self.logins}; Path=/; Secure; HttpOnly",))


def refuse() -> None:
    raise AuthenticationFailed("not accepted")


def many(login: _Login, server: Server, count: int = 8) -> list[int]:
    """Send from so many threads at once; return the statuses, 401 for a request that was refused here."""
    together = threading.Barrier(count)

    def call() -> int:
        together.wait(WITHIN)
        try:
            return login.run(server.send, refuse).status
        except AuthenticationFailed:
            return 401

    with ThreadPoolExecutor(count) as pool:
        return [future.result(WITHIN) for future in [pool.submit(call) for _ in range(count)]]


def test_one_login_for_all() -> None:
    server, login = Server(), _Login()
    for _ in range(3):
        assert many(login, server) == [200] * 8
    assert server.logins == 1
    assert login.cookie == "JSESSIONIDSSO=S1"


def test_a_stale_cookie_costs_one_login() -> None:
    server, login = Server(), _Login()
    many(login, server)
    server.known.clear()
    assert many(login, server) == [200] * 8
    assert server.logins == 2
    assert 1 <= server.stale <= 8


def test_a_user_who_is_not_accepted_is_tried_once() -> None:
    server, login = Server(accepts=False), _Login()
    assert many(login, server) == [401] * 8
    assert many(login, server) == [401] * 8
    assert server.logins == 1


def test_a_password_that_changes_meanwhile_is_tried_once() -> None:
    server, login = Server(), _Login()
    many(login, server)
    server.accepts = False
    assert many(login, server) == [200] * 8
    server.known.clear()
    assert many(login, server) == [401] * 8
    assert server.logins == 2


def test_a_server_without_sessions_is_not_asked_one_by_one() -> None:
    server, login = Server(sessions=False), _Login()
    assert login.run(server.send, refuse).status == 200
    together = threading.Barrier(4)

    def send(cookie: str) -> Answer:
        together.wait(WITHIN)
        return server.send(cookie)

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(login.run, send, refuse) for _ in range(4)]
        assert [future.result(WITHIN).status for future in futures] == [200] * 4


def test_a_page_that_is_not_there_is_no_question_of_cookies() -> None:
    sent: list[str] = []

    def send(cookie: str) -> Answer:
        sent.append(cookie)
        return Answer(404, cookies=("A=1; Path=/",))

    login = _Login()
    assert [login.run(send, refuse).status for _ in range(2)] == [404, 404]
    assert sent == ["", "A=1", ""]


@pytest.mark.parametrize(
    ("lines", "cookie"),
    [
        (["A=1; Path=/axl", "B=2; Secure"], "A=1; B=2"),
        (["A=1", "B=2", "A=; Max-Age=0"], "B=2"),
        (["A=1", "A=3; Max-Age=0"], ""),
        (["A=1", "B\x01=2"], "A=1"),
        (['A="1 2"'], 'A="1 2"'),
        (["rubbish"], ""),
    ],
)
def test_cookies(lines: list[str], cookie: str) -> None:
    login = _Login()
    login.run(lambda _cookie: Answer(200, cookies=tuple(lines)), refuse)
    assert login.cookie == cookie

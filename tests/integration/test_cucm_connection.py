"""The way to a publisher: whom it trusts, what its refusals say, and where the schema comes from."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import logging
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import throttle
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines
from lab.cucm.schema import installed_schema_dirs

if TYPE_CHECKING:
    from cucm_publisher import Authority, Site, StartSite

pytest_plugins = ["cucm_publisher"]

LINES = [{"pattern": "1001", "partition": "PT-Internal"}]
MANY = [{"pattern": str(number), "partition": "PT-Internal"} for number in range(2000, 2400)]
TOOLKIT = "lab.cucm.toolkit.build"


def look(cucm: Site, **options: Any) -> dict[str, Any]:
    """Ask in check mode for a line; with the schema from the publisher unless a test says otherwise."""
    return cucm.task(cucm_lines, check=True, lines=LINES, **options)


# -- TLS ---------------------------------------------------------------------------------------------------------------


def test_a_ca_that_is_not_known(cucm: Site, new_authority: Callable[[str], Authority]) -> None:
    for ca_path in (str(new_authority("other").ca_path), None):
        result = look(cucm, ca_path=ca_path)
        assert "the certificate was signed by a CA that is not known here" in result["msg"]
        assert "give its path as ca_path" in result["msg"]
        assert result["error"]["type"] == "Unreachable"


def test_a_folder_of_ca_files(cucm: Site, new_authority: Callable[[str], Authority], tmp_path: Path) -> None:
    new_authority("other")
    folder = tmp_path / "cas"
    folder.mkdir()
    (folder / "other.crt").write_bytes((tmp_path / "other" / "ca.pem").read_bytes())
    assert "not known here" in look(cucm, ca_path=str(folder))["msg"]
    (folder / "readme.txt").write_text("CAs of the example company")
    (folder / "mine.crt").write_bytes(Path(cucm.options["ca_path"]).read_bytes())
    assert look(cucm, ca_path=str(folder))["changed"]


def test_the_servers_own_certificate_may_be_given(start_cucm: StartSite, cucm_authority: Authority) -> None:
    cucm = start_cucm()
    leaf = ssl.get_server_certificate((cucm.options["host"], cucm.options["port"]))
    own = cucm_authority.folder / "leaf.pem"
    own.write_text(leaf)
    assert look(cucm, ca_path=str(own))["changed"]


@pytest.mark.parametrize(
    ("certificate", "words", "remedy"),
    [
        ({"address": "127.0.0.9"}, "the certificate is for another address", "host"),
        ({"days": -1}, "the certificate has expired", "renewed"),
    ],
)
def test_bad_certificates(
    start_cucm: StartSite, cucm_authority: Authority, certificate: dict[str, Any], words: str, remedy: str
) -> None:
    result = look(start_cucm(context=cucm_authority.server(**certificate)))
    assert words in result["msg"]
    assert remedy in result["msg"]


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), ("nothing", "no CA certificate could be read")])
def test_a_ca_path_without_certificates(cucm: Site, tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "ca.txt"
    if content:
        path.write_text(content)
    result = look(cucm, ca_path=str(path))
    assert words in result["msg"]
    assert str(path) in result["msg"]


def test_the_environment_has_no_say(
    cucm: Site, new_authority: Callable[[str], Authority], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = str(new_authority("other").ca_path)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, other)
    assert look(cucm)["changed"]
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, cucm.options["ca_path"])
    assert "not known here" in look(cucm, ca_path=other)["msg"]
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.0/8")
    assert look(cucm)["changed"]
    result = look(cucm, no_proxy="cucm.example.com", proxy="http://user:pw1234@127.0.0.1:1")
    assert "through the proxy http://127.0.0.1:1" in result["msg"]
    assert "pw1234" not in json.dumps(result)


# -- who answers, and what ---------------------------------------------------------------------------------------------


def test_refusals(cucm: Site) -> None:
    wrong = look(cucm, password="wr0ng-password")
    assert "did not accept the user 'voiceadmin' for /axl/ (HTTP 401)" in wrong["msg"]
    assert wrong["error"]["type"] == "AuthenticationFailed"
    assert "wr0ng" not in json.dumps(wrong)
    nobody = look(cucm, username="nobody")
    assert "does not let the user 'nobody' use /axl/ (HTTP 403)" in nobody["msg"]
    assert "'Standard AXL API Access'" in nobody["msg"]


def test_nobody_there(cucm: Site) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    result = look(cucm, port=port)
    assert f"CUCM 127.0.0.1:{port} can't be reached: Connection refused" in result["msg"]
    assert "'cucm pub' is no host that can be reached" in look(cucm, host="cucm pub")["msg"]
    result = look(cucm, host="cucm.invalid")
    assert "CUCM cucm.invalid:" in result["msg"]
    assert "can't be reached" in result["msg"]


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], int]]:
    """Return a function that starts a plain TCP server which answers every connection with these bytes."""
    sockets: list[socket.socket] = []

    def start(content: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1000)
                    connection.sendall(content)

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    yield start
    for listener in sockets:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_a_port_that_speaks_no_tls(cucm: Site, answering: Callable[[bytes], int]) -> None:
    result = look(cucm, port=answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert "does not speak TLS" in result["msg"]


def test_a_proxy_that_refuses(cucm: Site, answering: Callable[[bytes], int]) -> None:
    port = answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    result = look(cucm, proxy=f"http://127.0.0.1:{port}", no_proxy="")
    assert f"through the proxy http://127.0.0.1:{port} can't be reached: the proxy answered" in result["msg"]
    assert "407" in result["msg"]


def test_a_page_instead_of_soap(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<html><head><title>Company Proxy</title></head><body><h1>Please log in</h1></body></html>"

    async def portal(*_args: Any) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    monkeypatch.setattr(cucm.publisher, "_axl_reply", portal)
    result = look(cucm)
    assert "answered with something that is no SOAP: 'Company Proxy: Please log in'" in result["msg"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "answered with something that is no SOAP: 'HTTP Status 404"),
        (503, "is too busy: HTTP 503, 'HTTP Status 503"),
    ],
)
def test_a_service_that_is_not_activated(cucm: Site, monkeypatch: pytest.MonkeyPatch, status: int, words: str) -> None:
    async def inactive(*_args: Any) -> web.Response:
        page = f"<html><head><title>HTTP Status {status}</title></head></html>"
        return web.Response(status=status, text=page, content_type="text/html")

    monkeypatch.setattr(cucm.publisher, "_axl_reply", inactive)
    result = look(cucm, throttle_timeout=0)
    assert words in result["msg"]
    assert "Cisco AXL Web Service" in result["msg"]
    assert [row["status"] for row in result["results"]] == ["not_attempted"]


@pytest.mark.parametrize("proxy", ["http://user:pw-1234@127.0.0.1:{}", "user:pw-1234@127.0.0.1:{}"])
def test_a_proxy_gets_its_password_and_nobody_else_sees_it(
    cucm: Site, answering: Callable[[bytes], int], caplog: pytest.LogCaptureFixture, proxy: str
) -> None:
    caplog.set_level(logging.DEBUG)
    port = answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    result = look(cucm, proxy=proxy.format(port))
    assert f"through the proxy http://127.0.0.1:{port} can't be reached" in result["msg"]
    assert "pw-1234" not in str(result) + caplog.text
    wrong = look(cucm, proxy="http://user:pw/1234@127.0.0.1:1")
    assert "the proxy's URL is not valid, its user or password has a character" in wrong["msg"]
    assert "1234" not in str(wrong)


def test_an_unknown_version_names_the_known_ones(cucm: Site) -> None:
    result = look(cucm, schema_version="8.5")
    assert f"CUCM 127.0.0.1:{cucm.options['port']} does not speak AXL 8.5; it speaks 12.5, " in result["msg"]
    assert "12.5" in result["error"]["details"]["supported"]


def test_nothing_secret_is_logged(cucm: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert look(cucm)["changed"]
    assert "Authorization" not in caplog.text
    assert cucm.options["password"] not in caplog.text


# -- several requests at once ------------------------------------------------------------------------------------------


def count_logins(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that grows with each password that is looked at: whether it was right."""
    looked: list[bool] = []
    look_at = cucm.publisher.sessions._by_password

    def counted(authorization: str | None) -> Any:
        account = look_at(authorization)
        looked.append(account is not None)
        return account

    monkeypatch.setattr(cucm.publisher.sessions, "_by_password", counted)
    return looked


def when_lines_are_there(cucm: Site, count: int, happen: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen once, when the publisher has so many lines."""
    reply = cucm.publisher._axl_reply
    happened: list[bool] = []

    async def watched(*arguments: Any) -> web.StreamResponse:
        if not happened and len(cucm.store.all("Line")) >= count:
            happened.append(True)
            happen()
        return await reply(*arguments)

    monkeypatch.setattr(cucm.publisher, "_axl_reply", watched)


def test_forgotten_sessions_cost_one_login(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = count_logins(cucm, monkeypatch)
    when_lines_are_there(cucm, 20, cucm.publisher.sessions.expire, monkeypatch)
    result = cucm.task(cucm_lines, lines=MANY[:60], connections=10)
    assert {row["status"] for row in result["results"]} == {"changed"}
    assert looked == [True, True]


def test_a_password_that_is_changed_meanwhile_is_tried_once(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = count_logins(cucm, monkeypatch)

    def change() -> None:
        account = dataclasses.replace(cucm.publisher.sessions._accounts["voiceadmin"], password="an0ther-one")
        cucm.publisher.sessions._accounts["voiceadmin"] = account
        cucm.publisher.sessions.expire()

    when_lines_are_there(cucm, 20, change, monkeypatch)
    result = cucm.task(cucm_lines, lines=MANY[:60], connections=10)
    assert looked == [True, False]
    statuses = [row["status"] for row in result["results"]]
    assert statuses.count("changed") == len(cucm.store.all("Line"))
    assert statuses.count("changed") + statuses.count("failed") + statuses.count("not_attempted") == 60
    assert "did not accept the user 'voiceadmin' for /axl/ (HTTP 401)" in result["msg"]
    assert f"{statuses.count('not_attempted')} not attempted" in result["msg"]
    assert not any(row["sent"] for row in result["results"] if row["status"] == "not_attempted")


def test_a_busy_publisher_is_asked_by_fewer(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FIRST_PAUSE", 0.01)
    when_lines_are_there(cucm, 20, lambda: setattr(cucm.publisher, "throttle", 15), monkeypatch)
    result = cucm.task(cucm_lines, lines=MANY[:60], connections=10)
    assert {row["status"] for row in result["results"]} == {"changed"}
    assert len(cucm.store.all("Line")) == 60
    assert 2 <= len([line for line in cucm.lines if "is busy, next try in" in line]) <= 15


# -- Ctrl-C ------------------------------------------------------------------------------------------------------------

COLLECTIONS = Path(sys.modules["ansible_collections.dialtone"].__path__[0]).parent.parent


def interrupt(cucm: Site, command: list[str], environment: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    """Start a command in a process group of its own; send SIGINT to all of it when some lines are there."""
    cucm.publisher.latency = 0.05
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while process.poll() is None and len(cucm.store.all("Line")) < 10:
        time.sleep(0.01)
    assert process.poll() is None, f"it ended before it could be interrupted: {process.communicate()[0]}"
    os.killpg(process.pid, signal.SIGINT)
    return process


def test_ctrl_c_of_a_playbook_tells_what_was_done(cucm: Site, tmp_path: Path) -> None:
    task = {"name": "Lines", "dialtone.voice.cucm_lines": {**cucm.known(cucm_lines), "lines": MANY}}
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
    (tmp_path / "play.yml").write_text(json.dumps([play]))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", "-c", "local", "play.yml"]
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_HOME": str(tmp_path / "home")}
    output, _ = interrupt(cucm, command, environment, tmp_path).communicate(timeout=60)
    told = re.search(
        r"cucm_lines \[localhost\]: interrupted: of 400 lines to change (\d+) done, 0 failed, (\d+)", output
    )
    assert told, output
    assert int(told[1]) == len(cucm.store.all("Line"))
    assert int(told[1]) + int(told[2]) == len(MANY)
    assert cucm.options["password"] not in output


def test_ctrl_c_of_a_module_leaves_a_true_result(cucm: Site, tmp_path: Path) -> None:
    arguments = tmp_path / "arguments.json"
    arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": {**cucm.known(cucm_lines), "lines": MANY}}))
    command = [sys.executable, "-m", "ansible_collections.dialtone.voice.plugins.modules.cucm_lines", str(arguments)]
    output, _ = interrupt(cucm, command, {"PYTHONPATH": str(COLLECTIONS)}, tmp_path).communicate(timeout=60)
    result = json.loads(output[output.index("{") :])
    done = [row["key"] for row in result["results"] if row["status"] == "changed"]
    there = [f"{line.document['pattern']} in PT-Internal" for line in cucm.store.all("Line")]
    assert sorted(done) == sorted(there)
    assert {row["status"] for row in result["results"]} == {"changed", "not_attempted"}
    assert (result["failed"], result["changed"], result["error"]["type"]) == (True, True, "Interrupted")
    assert f"of 400 lines to change {len(there)} done, 0 failed, {400 - len(there)} not attempted" in result["msg"]


# -- the schema --------------------------------------------------------------------------------------------------------


def test_the_schema_is_fetched_once_and_mended(cucm: Site) -> None:
    asked = count_toolkits(cucm)
    first = look(cucm, schema_path=None)
    schema = first["schema"]
    assert schema["version"] == "12.5"
    assert schema["build"] == "12.5.1.11900-146"
    assert schema["source"] == f"https://127.0.0.1:{cucm.options['port']}/plugins/axlsqltoolkit.zip"
    folder = Path(schema["path"])
    names = ("AXLAPI.wsdl", "AXLEnums.xsd", "AXLSoap.xsd")
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "manifest.json"])
    lines = "".join(f"{name} {hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n" for name in names)
    assert schema["sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    for path in (folder, *folder.parents):
        if not path.is_relative_to(cucm.options["schema_cache_path"]):
            break
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "AXLSoap.xsd").stat().st_mode) == 0o600

    assert look(cucm, schema_path=None)["schema"] == schema
    assert asked == [None]
    soap = folder / "AXLSoap.xsd"
    soap.write_bytes(soap.read_bytes().replace(b"String128", b"String129", 1))
    assert look(cucm, schema_path=None)["schema"] == schema
    assert asked == [None, None]
    assert [path.name for path in folder.parent.iterdir()] == ["12.5", "12.5.lock"]


def count_toolkits(cucm: Site) -> list[str | None]:
    """Return a list that grows by the Authorization header (or None) of each request for the toolkit."""
    asked: list[str | None] = []
    serve = cucm.publisher._get_toolkit

    async def counted(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Authorization"))
        return await serve(request)

    for route in cucm.publisher._app.router.routes():
        if route.method == "GET" and "toolkit" in str(route.resource.canonical):
            route._handler = counted
    return asked


def test_credentials_go_out_only_when_challenged(cucm: Site) -> None:
    asked = count_toolkits(cucm)
    cucm.publisher.toolkit_requires_login = True
    assert look(cucm, schema_path=None)["changed"]
    assert [sent is None for sent in asked] == [True, False]
    wrong = look(cucm, schema_path=None, password="wr0ng-password")
    assert wrong["error"]["type"] == "AuthenticationFailed"
    assert len(asked) == 2


def test_twenty_processes_fetch_once(cucm: Site, tmp_path: Path) -> None:
    asked = count_toolkits(cucm)
    script = tmp_path / "fetch.py"
    script.write_text(
        "import json, sys\n"
        "from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Https\n"
        "from ansible_collections.dialtone.voice.plugins.module_utils._cucm.release import Release\n"
        "from ansible_collections.dialtone.voice.plugins.module_utils._cucm.schema import obtain\n"
        "params = json.loads(sys.argv[1])\n"
        "import os\n"
        "children = []\n"
        "for _ in range(20):\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        with Https(params) as https:\n"
        "            schema = obtain(params, https, Release('12.5.1.11900-146', '12.5'))\n"
        "        os._exit(0 if len(schema.sha256) == 64 else 1)\n"
        "    children.append(pid)\n"
        "sys.exit(max(os.waitpid(pid, 0)[1] for pid in children))\n"
    )
    params = {**cucm.options, "schema_path": None, "validate_certs": True}
    collections = str(Path(sys.modules["ansible_collections.dialtone"].__path__[0]).parent.parent)
    environment = {**os.environ, "PYTHONPATH": collections}
    done = subprocess.run(
        [sys.executable, str(script), json.dumps(params)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(asked) == 1


def test_a_toolkit_that_the_user_gives(cucm: Site, tmp_path: Path) -> None:
    path = tmp_path / "axlsqltoolkit.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for version, folder in installed_schema_dirs("11.5", "12.5").items():
            for name in ("AXLAPI.wsdl", "AXLSoap.xsd", "AXLEnums.xsd"):
                archive.write(folder / name, f"schema/{version}/{name}")
    asked = count_toolkits(cucm)
    result = look(cucm, schema_path=str(path))
    assert result["schema"]["version"] == "12.5"
    assert result["schema"]["source"] == str(path)
    assert look(cucm, schema_path=str(path), schema_version="11.5")["schema"]["version"] == "11.5"
    assert look(cucm, schema_path=str(installed_schema_dirs("11.5")["11.5"]))["schema"]["version"] == "11.5"
    assert asked == []
    missing = look(cucm, schema_path=str(tmp_path / "nowhere"))
    assert "can't be read: No such file or directory" in missing["msg"]
    empty = look(cucm, schema_path=str(tmp_path))
    assert "holds no AXLAPI.wsdl" in empty["msg"]


def hostile(members: dict[str, bytes], *, link: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFLNK | 0o777 if name == link else stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return content.getvalue()


WSDL = b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import location="%s" namespace="n"/></definitions>'
XSD = b'<schema xmlns="http://www.w3.org/2001/XMLSchema"/>'
PLACE = "schema/12.5/"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"<html><title>Log in</title></html>", "'Log in' came instead", id="page"),
        pytest.param(b"PK\x03\x04 and then rubbish", "not a zip file that can be read", id="rubbish"),
        pytest.param(hostile({"../schema/12.5/AXLAPI.wsdl": XSD}), "has no AXL schema", id="traversal"),
        pytest.param(hostile({"/schema/12.5/AXLAPI.wsdl": XSD}), "has no AXL schema", id="absolute"),
        pytest.param(hostile({"schema/12.5/x/../AXLAPI.wsdl": XSD}), "has no AXL schema", id="inner traversal"),
        pytest.param(hostile({"schema/15.0/AXLAPI.wsdl": XSD}), "it has 15.0", id="other version"),
        pytest.param(
            hostile({PLACE + "AXLAPI.wsdl": XSD, PLACE + "AXLSoap.xsd": b"/etc/passwd"}, link=PLACE + "AXLSoap.xsd"),
            "AXLSoap.xsd is a link",
            id="link",
        ),
        pytest.param(
            hostile({PLACE + "AXLAPI.wsdl": XSD, PLACE + "AXLSoap.xsd": b" " * (25 * 2**20)}),
            "AXLSoap.xsd is larger than any schema is",
            id="bomb",
        ),
        pytest.param(
            hostile({PLACE + "AXLAPI.wsdl": XSD, **{f"{PLACE}a{number}.xsd": XSD for number in range(20)}}),
            "too many files",
            id="many",
        ),
        pytest.param(
            hostile({PLACE + "AXLAPI.wsdl": WSDL % b"https://evil.example/x.xsd"}), "evil.example", id="external"
        ),
        pytest.param(hostile({PLACE + "AXLAPI.wsdl": WSDL % b"../../x.xsd"}), "not in its folder", id="outside"),
        pytest.param(hostile({PLACE + "AXLAPI.wsdl": WSDL % b"absent.xsd"}), "not in its folder", id="absent"),
        pytest.param(
            hostile({PLACE + "AXLAPI.wsdl": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "has a document type",
            id="entities",
        ),
        pytest.param(hostile({PLACE + "AXLAPI.wsdl": b"<a>"}), "AXLAPI.wsdl is no XML", id="broken"),
    ],
)
def test_hostile_toolkits(cucm: Site, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str) -> None:
    monkeypatch.setattr(TOOLKIT, lambda *_args, **_kwargs: content)
    result = look(cucm, schema_path=None)
    assert words in result["msg"]
    left = [path for path in Path(cucm.options["schema_cache_path"]).rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["12.5.lock"]
    assert not list(Path(cucm.options["schema_cache_path"]).rglob(".making-*"))


def test_a_redirect_is_not_followed(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def elsewhere(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "https://evil.example/toolkit.zip?token=1"})

    for route in cucm.publisher._app.router.routes():
        if "toolkit" in str(route.resource.canonical):
            monkeypatch.setattr(route, "_handler", elsewhere)
    result = look(cucm, schema_path=None)
    assert "was not fetched: it is redirected to https://evil.example/toolkit.zip" in result["msg"]
    assert "token" not in result["msg"]
    assert "schema_path" in result["msg"]


def test_a_cache_that_others_can_write(cucm: Site, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    result = look(cucm, schema_path=None, schema_cache_path=str(shared))
    assert f"the schema cache {shared} is not yours alone" in result["msg"]
    shared.chmod(0o700)
    assert "failed" not in look(cucm, schema_path=None, schema_cache_path=str(shared))
    shared.chmod(0o777)
    assert "is not yours alone" in look(cucm, schema_path=None, schema_cache_path=str(shared))["msg"]

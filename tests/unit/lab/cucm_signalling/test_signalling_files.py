"""The configuration files: what is in them, and that HTTP and TFTP hand them out."""

from __future__ import annotations

import asyncio
import struct

import aiohttp
import pytest
from lxml import etree

from lab.cucm.configfiles import locale_files
from lab.cucm.tftp import ConfigServer
from lab.net import PORTS
from lab.trust_list import CAPF, CCM_TFTP, SAST, TVS, read_trust_list

NAME = "SEP00005E005301"
CONFIG = f"{NAME}.cnf.xml"
RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)


def read(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(recover=True))


def test_configuration_file_of_a_sip_phone(cluster):
    cluster.add_phone(NAME, "1001", "1002", vendorConfig={"webAccess": "0"})
    content = cluster.files.get(CONFIG)
    assert b'<device  xsi:type="axl:XIPPhone" ctiid="' in content
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(content)
    root = read(content)
    phone = cluster.store.phone(NAME)
    assert root.findtext("deviceProtocol") == "SIP"
    assert root.findtext("versionStamp") == phone.version_stamp.strip("{}")
    (member,) = root.findall("devicePool/callManagerGroup/members/member")
    assert member.get("priority") == "0"
    assert member.findtext("callManager/processNodeName") == cluster.address
    assert [member.findtext(f"callManager/ports/{name}") for name in ("ethernetPhonePort", "sipPort")] == [
        "2000",
        "5060",
    ]
    lines = root.findall("sipProfile/sipLines/line")
    assert [(line.get("lineIndex"), line.findtext("name")) for line in lines] == [("1", "1001"), ("2", "1002")]
    assert lines[0].findtext("displayName") == "Ünal & Co"
    assert lines[0].findtext("contact") == phone.lines[0].uuid.strip("{}").lower()
    assert root.findtext("loadInformation") == "sip88xx.12-8-1-0001-455"
    assert root.findtext("deviceSecurityMode") == "1"
    assert root.findtext("vendorConfig/webAccess") == "0"
    order = [element.tag for element in root]
    assert order.index("sipProfile") < order.index("loadInformation") < order.index("versionStamp")
    assert order.index("versionStamp") < order.index("userLocale") < order.index("deviceSecurityMode")


def test_every_file_that_it_names_is_there(cluster):
    cluster.add_phone()
    root = read(cluster.files.get(CONFIG))
    names = [root.findtext(f"sipProfile/{name}") for name in ("dialTemplate", "softKeyFile")]
    names += [
        f"{root.findtext('loadInformation')}.loads",
        *locale_files("Cisco 8841"),
        "Ringlist.xml",
        "Ringlist-wb.xml",
    ]
    assert len(names) == 7
    for name in names:
        assert cluster.files.get(name), name
        cluster.files.missing.add(name)
        assert cluster.files.get(name) is None


def test_sccp_phone(cluster):
    cluster.add_phone(model="Cisco 7961", protocol="SCCP")
    root = read(cluster.files.get(CONFIG))
    assert root.findtext("deviceProtocol") == "SCCP"
    assert root.findtext("loadInformation") == "SCCP41.9-4-2SR3-1S"
    assert root.find("sipProfile") is None
    assert [line.findtext("name") for line in root.findall("lines/line")] == ["1001"]


def test_what_changes_in_the_database_changes_in_the_file(cluster):
    assert cluster.files.get(CONFIG) is None
    cluster.add_phone(loadInformation="sip88xx.12-5-1SR3-74")
    first = cluster.files.get(CONFIG)
    assert b"<loadInformation>sip88xx.12-5-1SR3-74</loadInformation>" in first
    cluster.add_phone(NAME, "1009")
    second = read(cluster.files.get(CONFIG))
    assert second.findtext("versionStamp") != read(first).findtext("versionStamp")
    assert second.findtext("sipProfile/sipLines/line/name") == "1009"
    cluster.store.remove(cluster.store.find("Phone", NAME).uuid)
    assert cluster.files.get(CONFIG) is None


def test_trust_lists_and_the_default_file(cluster):
    cluster.add_phone()
    assert cluster.files.get(f"CTL{NAME}.tlv") is None
    assert cluster.files.get("CTLFile.tlv") is None
    for name in (f"ITL{NAME}.tlv", "ITLFile.tlv"):
        itl = cluster.files.get(name)
        length = struct.unpack("!H", itl[8:10])[0]
        found = read_trust_list(itl)
        found.file.verify(found.certificates(SAST))
        assert [record.role for record in found.records] == [SAST, CCM_TFTP, CAPF, TVS]
        record, size = struct.unpack("!BH", itl[length : length + 3])
        assert (itl[:5], record, size, found.file.file_name) == (b"\x01\x00\x02\x01\x02", 1, 2, name)
    assert cluster.files.get("ITLSEP00005E0053FF.tlv") is None
    root = etree.fromstring(cluster.files.get("XMLDefault.cnf.xml"))
    assert root.findtext("autoRegistration") == "disabled"
    manager = cluster.store.all("CallManager")[0]
    manager.document["autoRegistration"]["autoRegistrationEnabled"] = "true"
    cluster.store.put("CallManager", manager.document, manager.uuid)
    root = etree.fromstring(cluster.files.get("XMLDefault.cnf.xml"))
    assert root.findtext("autoRegistration") == "enabled"
    assert root.find("loadinformation683").get("model") == "Cisco 8841"


@pytest.mark.parametrize("protocol", ["SCCP", "SIP"])
def test_the_default_file_names_loads_of_the_protocol_for_auto_registration(cluster, protocol):
    (parameter,) = [
        each
        for each in cluster.store.all("ServiceParameter")
        if each.document["name"] == "AutoRegistrationPhoneProtocol"
    ]
    cluster.store.put("ServiceParameter", {**parameter.document, "value": protocol}, parameter.uuid)
    root = etree.fromstring(cluster.files.get("XMLDefault.cnf.xml"))
    assert root.findtext("loadinformation30018") == f"{protocol}41.9-4-2SR3-1S"
    assert root.findtext("loadinformation119") == f"{protocol}70.9-4-2SR3-1S"
    assert root.findtext("loadinformation36224") == "sip8845_65.12-8-1-0001-455"


def test_locales_of_two_words_are_folders_with_an_underscore(cluster):
    cluster.add_phone(userLocale="German Germany", networkLocale="Germany")
    root = read(cluster.files.get(CONFIG))
    assert (root.findtext("userLocale/name"), root.findtext("networkLocale")) == ("German_Germany", "Germany")
    assert cluster.files.get("Germany/g3-tones.xml") is None


def test_names_are_case_sensitive_and_unknown_ones_absent(cluster):
    cluster.add_phone()
    for name in (CONFIG.lower(), "", "../../etc/passwd", "sip88xx.99.loads", "DR0.xml", "SK0.xml", "x/g3-tones.xml"):
        assert cluster.files.get(name) is None


# -- over the wire -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def server(cluster):
    made = ConfigServer(cluster.address, PORTS.config_http, PORTS.tftp, cluster.files, retry=0.05, tries=3)
    await made.start()
    yield made
    await made.stop()


class Tftp(asyncio.DatagramProtocol):
    """A client that shows every packet."""

    def __init__(self):
        self.packets = asyncio.Queue()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.packets.put_nowait((data, addr))

    async def next(self):
        async with asyncio.timeout(2):
            return await self.packets.get()

    def ask(self, server, opcode, *fields):
        packet = struct.pack("!H", opcode) + b"".join(field.encode() + b"\0" for field in fields)
        self.transport.sendto(packet, (server.address, server.tftp_port))

    async def read(self, server, name, *options):
        self.ask(server, RRQ, name, "octet", *options)
        content, block = b"", int(dict(zip(options[::2], options[1::2], strict=True)).get("blksize", 512))
        while True:
            data, addr = await self.next()
            opcode, number = struct.unpack("!HH", data[:4])
            if opcode == OACK:
                self.transport.sendto(struct.pack("!HH", ACK, 0), addr)
                continue
            assert opcode == DATA
            content += data[4:]
            self.transport.sendto(struct.pack("!HH", ACK, number), addr)
            if len(data) - 4 < block:
                return content


@pytest.fixture
async def tftp():
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Tftp, local_addr=("127.0.0.1", 0))
    yield protocol
    transport.close()


async def test_http(cluster, server):
    cluster.add_phone()
    base = f"http://{cluster.address}:{PORTS.config_http}"
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{base}/{CONFIG}") as answer:
            assert (answer.status, await answer.read()) == (200, cluster.files.get(CONFIG))
        async with http.get(f"{base}/English_United_States/sl-be-sip.jar") as answer:
            assert answer.status == 200
        async with http.get(f"{base}/CTL{NAME}.tlv") as answer:
            assert answer.status == 404
        async with http.put(f"{base}/{CONFIG}", data=b"x") as answer:
            assert answer.status == 405
    assert [(request.filename, request.found) for request in server.requests][-1] == (f"CTL{NAME}.tlv", False)


@pytest.mark.parametrize("options", [(), ("blksize", "1428"), ("blksize", "100", "tsize", "0", "unknown", "1")])
async def test_tftp_read(cluster, server, tftp, options):
    cluster.add_phone()
    assert await tftp.read(server, CONFIG, *options) == cluster.files.get(CONFIG)


@pytest.mark.parametrize("size", [0, 511, 512, 1024])
async def test_tftp_sizes_at_the_edge_of_a_block(cluster, server, tftp, size):
    cluster.files.replaced["x"] = bytes(size)
    assert await tftp.read(server, "x") == bytes(size)


async def test_tftp_acknowledges_options(cluster, server, tftp):
    cluster.files.replaced["x"] = bytes(2000)
    tftp.ask(server, RRQ, "x", "octet", "tsize", "0", "BLKSIZE", "70000")
    data, _ = await tftp.next()
    assert data == struct.pack("!H", OACK) + b"blksize\x0065464\0tsize\x002000\0"


@pytest.mark.parametrize(
    ("opcode", "fields", "code", "text"),
    [
        (RRQ, ("none", "octet"), 1, b"File not found"),
        (WRQ, ("x", "octet"), 2, b"read-only"),
        (RRQ, ("x", "netascii"), 4, b"netascii"),
        (ACK, ("x", "octet"), 4, b"Illegal"),
        (RRQ, ("x",), 4, b"Illegal"),
    ],
)
async def test_tftp_errors(cluster, server, tftp, opcode, fields, code, text):
    tftp.ask(server, opcode, *fields)
    data, _ = await tftp.next()
    assert struct.unpack("!HH", data[:4]) == (ERROR, code)
    assert text in data


async def test_tftp_sends_again_and_gives_up(cluster, server, tftp):
    cluster.files.replaced["x"] = bytes(600)
    tftp.ask(server, RRQ, "x", "octet")
    first, addr = await tftp.next()
    again, _ = await tftp.next()
    assert first == again
    tftp.transport.sendto(struct.pack("!HH", ACK, 1), addr)
    last, _ = await tftp.next()
    assert struct.unpack("!HH", last[:4]) == (DATA, 2)
    assert [(await tftp.next())[0] for _ in range(2)] == [last, last]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await tftp.packets.get()


async def test_tftp_refuses_strangers_in_a_transfer(cluster, server, tftp):
    cluster.files.replaced["x"] = bytes(600)
    tftp.ask(server, RRQ, "x", "octet")
    _, addr = await tftp.next()
    transport, stranger = await asyncio.get_running_loop().create_datagram_endpoint(Tftp, local_addr=("127.0.0.1", 0))
    stranger.transport.sendto(struct.pack("!HH", ACK, 1), addr)
    data, _ = await stranger.next()
    assert struct.unpack("!HH", data[:4]) == (ERROR, 5)
    transport.close()


async def test_port_taken_leaves_nothing_open(cluster, server):
    second = ConfigServer(cluster.address, PORTS.config_http + 1, PORTS.tftp, cluster.files)
    with pytest.raises(OSError, match="in use"):
        await second.start()
    third = ConfigServer(cluster.address, PORTS.config_http + 1, PORTS.tftp + 1, cluster.files)
    await third.start()
    await third.stop()

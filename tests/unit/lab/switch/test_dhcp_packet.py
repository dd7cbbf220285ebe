"""The DHCP codec: bytes as RFC 2131 lays them out, and refusals of what isn't a packet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.switch import dhcp_packet as dhcp
from lab.switch.dhcp_packet import DhcpError, DhcpPacket


def discover(**fields):
    return DhcpPacket(mac="00005E005301", xid=0x01020304, options={53: bytes([dhcp.DISCOVER])}, **fields)


def test_layout_is_rfc_2131():
    packet = discover(giaddr="127.9.20.1", flags=dhcp.BROADCAST_FLAG, hops=1)
    packet.options[dhcp.OPTION_TFTP_SERVERS] = dhcp.encode_addresses(["127.9.0.10", "127.9.0.11"])
    data = packet.encode()
    assert data[:4] == bytes([1, 1, 6, 1])
    assert data[4:8] == b"\x01\x02\x03\x04"
    assert data[10:12] == b"\x80\x00"
    assert data[24:28] == bytes([127, 9, 20, 1])
    assert data[28:34].hex() == "00005e005301"
    assert data[236:240] == b"\x63\x82\x53\x63"
    assert data[240:243] == bytes([53, 1, 1])
    assert data[243:253] == bytes([150, 8, 127, 9, 0, 10, 127, 9, 0, 11])
    assert data[253] == 255
    assert len(data) == 300


def test_helpers_read_options():
    packet = discover()
    packet.options |= {51: (86400).to_bytes(4, "big"), 150: b"\x7f\x00\x00\x01\x7f\x00\x00\x02", 15: b"example.net\0"}
    packet = DhcpPacket.decode(packet.encode())
    assert packet.message_type == dhcp.DISCOVER
    assert packet.seconds(51) == 86400
    assert packet.addresses(150) == ["127.0.0.1", "127.0.0.2"]
    assert packet.address(3) is None
    assert packet.text(15) == "example.net"
    assert packet.client_id == bytes.fromhex("0100005E005301")


def test_option_150_as_text_is_no_address_list():
    packet = discover()
    packet.options[150] = b"10.1.1.10"
    assert packet.addresses(150) == []
    assert packet.text(150) == "10.1.1.10"


def test_long_option_is_split_and_joined():
    packet = discover()
    packet.options[43] = bytes(range(256)) * 2
    assert DhcpPacket.decode(packet.encode()).options[43] == bytes(range(256)) * 2


def test_options_overloaded_into_the_file_field():
    data = bytearray(discover().encode())
    data[240:247] = bytes([53, 1, 2, 52, 1, 1, 255])
    data[108:115] = bytes([3, 4, 10, 0, 0, 1, 255])
    packet = DhcpPacket.decode(bytes(data))
    assert packet.message_type == dhcp.OFFER
    assert packet.address(3) == "10.0.0.1"
    assert packet.file == b""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "0 bytes"),
        (b"\0" * 300, "magic cookie"),
        (discover().encode()[:241], "cut off"),
        (discover().encode()[:240] + bytes([150, 200, 1]), "cut off"),
    ],
)
def test_what_is_no_packet_is_refused(data, message):
    with pytest.raises(DhcpError, match=message):
        DhcpPacket.decode(data)


@pytest.mark.parametrize(
    "fields", [{"giaddr": "nowhere"}, {"xid": 1 << 32}, {"sname": b"x" * 65}, {"options": {0: b""}}]
)
def test_fields_that_do_not_fit_are_refused(fields):
    with pytest.raises(DhcpError):
        DhcpPacket(**fields).encode()


addresses = st.ip_addresses(v=4).map(str)


@given(
    st.builds(
        DhcpPacket,
        op=st.sampled_from([1, 2]),
        mac=st.binary(min_size=6, max_size=6).map(lambda b: b.hex().upper()),
        xid=st.integers(0, 2**32 - 1),
        secs=st.integers(0, 65535),
        flags=st.sampled_from([0, dhcp.BROADCAST_FLAG]),
        ciaddr=addresses,
        yiaddr=addresses,
        giaddr=addresses,
        options=st.dictionaries(st.integers(1, 254).filter(lambda c: c != 52), st.binary(max_size=600), max_size=8),
    )
)
def test_round_trip(packet):
    assert DhcpPacket.decode(packet.encode()) == packet


@given(st.binary(max_size=400))
def test_noise_never_raises_anything_else(data):
    try:
        DhcpPacket.decode(data)
    except DhcpError:
        pass

"""A lab's block: its addresses, and that two labs never share one."""

from __future__ import annotations

import socket

import pytest

from lab.net import MAX_SWITCHES, Block, NoFreeBlock, Ports, claim_block


def free_port() -> int:
    """A port that nobody uses: labs and other test runs of this machine use the usual ones."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def own_ports(**given: int) -> Ports:
    """Ports of this test's own for all that a claim touches."""
    names = ("control", "https", "config_http", "sip", "ssh", "tftp")
    return Ports(**{name: free_port() for name in names} | given)


def test_addresses_of_a_block() -> None:
    block = Block(12)
    assert (block.prefix, block.control, block.publisher) == ("127.12", "127.12.0.1", "127.12.0.10")
    assert [block.switch(index) for index in (0, 249, 250)] == ["127.12.1.1", "127.12.1.250", "127.12.2.1"]
    assert str(block.voice_subnet()) == "127.12.20.0/24"
    assert block.fill("ip address {block}.20.1") == "ip address 127.12.20.1"


def test_switches_and_voice_subnets_do_not_overlap() -> None:
    block = Block(12)
    last = block.switch(MAX_SWITCHES - 1)
    assert int(last.split(".")[2]) < block.voice_subnet().network_address.packed[2]
    with pytest.raises(ValueError, match="not for switch number"):
        block.switch(MAX_SWITCHES)
    with pytest.raises(ValueError, match="voice subnets"):
        block.voice_subnet(236)


def test_a_block_belongs_to_one_listener_and_is_free_when_it_closes() -> None:
    ports = own_ports()
    first, listener = claim_block(range(240, 243), ports)
    with listener:
        second, other = claim_block(range(240, 243), ports)
        other.close()
        assert first != second
        with pytest.raises(
            NoFreeBlock, match=r"no block 127\.N\.0\.0/16 is free; .*\.0\.1:\d+: Address already in use"
        ):
            claim_block([first.number], ports)
    again, listener = claim_block([first.number], ports)
    listener.close()
    assert again == first


@pytest.mark.parametrize(("kind", "service"), [(socket.SOCK_STREAM, "https"), (socket.SOCK_DGRAM, "tftp")])
def test_a_block_with_another_program_in_it_is_passed_over(kind: socket.SocketKind, service: str) -> None:
    port = free_port()
    ports = own_ports(**{service: port})
    block, listener = claim_block(range(240, 251), ports)
    listener.close()
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind((block.publisher, port))
        if kind is socket.SOCK_STREAM:
            other.listen()
        next_block, listener = claim_block(range(block.number, 251), ports)
        listener.close()
        assert next_block.number > block.number
        with pytest.raises(NoFreeBlock, match=rf"{block.publisher}:{port}.*: Address already in use"):
            claim_block([block.number], ports)

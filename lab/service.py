"""One running lab: claims its state folder and its block, builds the world, serves commands until told to end."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import secrets
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from lab.background import READY, greeting
from lab.control import ControlServer, Handler
from lab.net import PORTS, Block, claim_block
from lab.site import Site
from lab.state import Record, StateFolder, process_start
from lab.world import World

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(site: Site, folder: StateFolder, site_name: str, ready_fd: int | None = None) -> None:
    """Run the lab until a signal or `down`. Raises StateError, NoFreeBlock or OSError when it can't start."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    _allow_many_sockets()
    with _interruptible():
        _run(site, folder, site_name, ready_fd)


def _run(site: Site, folder: StateFolder, site_name: str, ready_fd: int | None) -> None:
    folder.claim()
    # Of a background lab that fails, the log is all that tells why: whoever started it prints it.
    keep_log = ready_fd is not None
    try:
        # Closed when the event loop and all its sockets are gone: whoever claims the block next finds it empty.
        block, claim = claim_block()
        with claim:
            asyncio.run(_serve(site, folder, block, claim, site_name, ready_fd))
        keep_log = False
    finally:
        folder.release(keep_log=keep_log)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Until the event loop takes the ending signals over, each of them interrupts, so that nothing is left behind."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in _ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _allow_many_sockets() -> None:
    """Raise the soft limit of open files to the hard one: hundreds of switches outgrow the usual 1024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(
    site: Site, folder: StateFolder, block: Block, claim: socket.socket, site_name: str, ready_fd: int | None
) -> None:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _ENDING_SIGNALS:
        loop.add_signal_handler(number, ending.set)
    token = secrets.token_hex(32)
    started = process_start(os.getpid())
    if started is None:
        raise OSError("cannot read /proc: the lab needs Linux")
    async with AsyncExitStack() as stack:
        world = World(site, block, folder.path)
        stack.push_async_callback(world.stop)
        control = ControlServer(claim.dup(), token, handlers(world, ending))
        stack.push_async_callback(control.stop)

        async def come_up() -> None:
            await world.start()
            await control.start()
            await world.wait_ready()
            world.write_files(folder)
            folder.write_record(Record(os.getpid(), started, block.control, PORTS.control, token, site_name))

        if await _finished(asyncio.create_task(come_up()), ending):
            _announce(site, folder, block, ready_fd)
            await ending.wait()


async def _finished(task: asyncio.Task[None], ending: asyncio.Event) -> bool:
    """Wait for the task; False when the lab was told to end first (the task is cancelled then)."""
    ended = asyncio.create_task(ending.wait())
    await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        return False
    await task
    return True


def _announce(site: Site, folder: StateFolder, block: Block, ready_fd: int | None) -> None:
    if ready_fd is not None:
        os.write(ready_fd, READY)
        os.close(ready_fd)
        return
    print(greeting(site, folder.path, block.prefix))
    print("Ctrl-C ends it.", flush=True)


def handlers(world: World, ending: asyncio.Event) -> dict[str, Handler]:
    """The commands of the control socket."""

    async def status(request: Mapping[str, Any]) -> Any:
        return world.status()

    async def snapshot(request: Mapping[str, Any]) -> Any:
        return world.snapshot()

    async def break_(request: Mapping[str, Any]) -> Any:
        wanted = request.get("faults") or [(request.get("target"), request.get("fault"))]
        pairs = [(str(target), str(name)) for target, name in wanted]
        return world.breaker.break_all(pairs, keep=bool(request.get("keep")))

    async def heal(request: Mapping[str, Any]) -> Any:
        return [world.breaker.heal(str(target)) for target in request.get("targets") or ()]

    async def hostile(request: Mapping[str, Any]) -> Any:
        return world.set_knobs(str(request.get("name")), request.get("knobs") or {})

    async def down(request: Mapping[str, Any]) -> Any:
        # After the answer is on its way, not before.
        asyncio.get_running_loop().call_soon(ending.set)
        return "ending"

    return {
        "status": status,
        "snapshot": snapshot,
        "break": break_,
        "heal": heal,
        "hostile": hostile,
        "down": down,
    }

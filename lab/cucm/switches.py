"""Services of a node that are turned on and off while the lab runs, from code that cannot wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)


class Follower:
    """Brings a service into the state that is wanted last. `follow(state)` does it; states are compared by `==`."""

    def __init__(self, follow: Callable[[object], Awaitable[None]], state: object) -> None:
        self._follow = follow
        self._wanted = self._reached = state
        self._task: asyncio.Task[None] | None = None

    def want(self, state: object) -> None:
        """Ask for a state; it is reached soon, unless another is wanted before. Needs a running event loop."""
        self._wanted = state
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def settled(self) -> None:
        """Return when the state that was wanted last is reached."""
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._wanted != self._reached:
            state = self._wanted
            try:
                await self._follow(state)
            except OSError as error:
                _log.error("a service of the lab can't change to %s: %s", state, error)
            self._reached = state

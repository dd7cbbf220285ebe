"""The other CallManagers of a phone's group: a connection to the next one is kept, and better ones are asked for again.

A phone that had to go to a CallManager of lower priority goes back when a better one answers for a while (the
configuration's connectionMonitorDuration; the lab's time is shorter).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from lab.phone.config import CallManager
from lab.phone.session import Event, Session, Unreachable

FALLBACK = (18, "Fallback")
"""The alarm of a phone that leaves a CallManager for one of higher priority."""
Connect = Callable[[CallManager], Awaitable[Session]]


class Standby:
    """Watches the members of a group beside `active`. `connect` opens a session or raises Unreachable.

    `fallback` is how many seconds apart better members are tried, and how long a standby connection that was lost is
    left alone. `tell` gets the event "fallback" when a better one answers.
    """

    def __init__(
        self,
        members: Sequence[CallManager],
        active: CallManager,
        *,
        connect: Connect,
        fallback: float,
        tell: Callable[[Event], None],
    ) -> None:
        place = members.index(active)
        self._better, self._next = tuple(members[:place]), members[place + 1 : place + 2]
        self._connect, self._fallback, self._tell = connect, fallback, tell
        self._tasks = [asyncio.ensure_future(self._watch_better())] if self._better else []
        if self._next:
            self._tasks.append(asyncio.ensure_future(self._keep(self._next[0])))
        self.address: str | None = None

    async def close(self) -> None:
        """Give the connections up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch_better(self) -> None:
        while True:
            await asyncio.sleep(self._fallback)
            for member in self._better:
                try:
                    session = await self._connect(member)
                except Unreachable:
                    continue
                await session.close()
                self._tell(Event("fallback", member.address))
                return

    async def _keep(self, member: CallManager) -> None:
        while True:
            try:
                session = await self._connect(member)
            except Unreachable:
                await asyncio.sleep(self._fallback)
                continue
            try:
                self.address = member.address
                await session.stand_by()
            finally:
                self.address = None
                await session.close()
            await asyncio.sleep(self._fallback)

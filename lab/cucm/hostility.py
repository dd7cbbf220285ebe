"""What makes a publisher hostile: counted mishaps, a change queue that fills, memory that runs out, and chance."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

KNOBS = (
    *("throttle", "lose_answer", "latency", "toolkit_requires_login"),
    *("queue_limit", "queue_rate", "cookie_requests", "memory_limit", "max_response"),
    *("chaos_seed", "chaos_throttle", "chaos_lost", "chaos_stale", "chaos_memory", "chaos_slow", "chaos_delay"),
)
"""The attributes of a publisher that can be set from outside."""

_LARGE = 4 * 1024 * 1024


class Hostility:
    """The knobs that `Publisher` describes, and what each request meets because of them. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.throttle = 0
        self.lose_answer = 0
        self.latency = 0.0
        self.queue_limit = 0
        self.queue_rate = 50.0
        self.memory_limit = 16 * 1024 * 1024
        self.chaos_throttle = 0.0
        self.chaos_lost = 0.0
        self.chaos_stale = 0.0
        self.chaos_memory = 0.0
        self.chaos_slow = 0.0
        self.chaos_delay = 0.2
        self.chaos_seed = 0
        self._clock = clock
        self._queue = 0.0
        self._queue_at = clock()
        self._held: list[int] = []

    @property
    def chaos_seed(self) -> int:
        """The seed of all chances; setting it begins their sequence anew."""
        return self._seed

    @chaos_seed.setter
    def chaos_seed(self, seed: int) -> None:
        self._seed = seed
        self._random = random.Random(seed)

    @property
    def queue_length(self) -> int:
        """How many changes wait in the queue now."""
        now = self._clock()
        self._queue = max(0.0, self._queue - (now - self._queue_at) * self.queue_rate)
        self._queue_at = now
        return int(self._queue)

    def refuses_write(self) -> bool:
        """Tell whether a write is answered with 503; counts `throttle` down."""
        if self.throttle > 0:
            self.throttle -= 1
            return True
        return bool(self.queue_limit and self.queue_length >= self.queue_limit) or self._happens(self.chaos_throttle)

    def written(self) -> None:
        """Count a write that was done."""
        self._queue = self.queue_length + 1.0

    def loses_answer(self) -> bool:
        """Tell whether the answer to a write that was done gets lost; counts `lose_answer` down."""
        if self.lose_answer > 0:
            self.lose_answer -= 1
            return True
        return self._happens(self.chaos_lost)

    def forgets_session(self) -> bool:
        """Tell whether the session of a request ends just now."""
        return self._happens(self.chaos_stale)

    def delay(self) -> float:
        """Return the seconds that an answer waits."""
        return self.latency + (self.chaos_delay if self._happens(self.chaos_slow) else 0.0)

    def hold(self, size: int) -> bool:
        """Take memory for a read's answer until `release`; False where there isn't enough."""
        limit = self.memory_limit // 8 if any(other > _LARGE for other in self._held) else self.memory_limit
        if size > limit or sum(self._held) + size > self.memory_limit or self._happens(self.chaos_memory):
            return False
        self._held.append(size)
        return True

    def release(self, size: int) -> None:
        """Give back what `hold` took."""
        self._held.remove(size)

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self._random.random() < probability

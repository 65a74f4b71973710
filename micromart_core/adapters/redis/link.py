"""This process's line to Redis: opened in the background, left alone while it is down, tried again by itself."""

import logging
import random
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from micromart_core.adapters.redis.connection import Trouble, every_error, open_client, trouble_of
from micromart_core.adapters.redis.outgoing import Outgoing
from micromart_core.clock import stopwatch
from micromart_core.settings import RedisSettings

if TYPE_CHECKING:
    from redis import Redis

Answer = TypeVar("Answer")
PATIENCE = 0.3
"""Seconds before a process that has something to tell opens its line: a verb has printed its answer by then.
Importing the library alone costs a verb a third more CPU."""
GATHERS = 0.03
"""Seconds in which news are gathered before they are sent: a message for each commit costs a third of a hold's CPU."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds between two tries to reach a Redis that is down."""
SAME_TROUBLE_AGAIN = 60.0
"""Seconds in which the same trouble is not written down twice."""
GOOD_BYE = 1.0
"""Seconds a process waits, when it ends, for a try that is under way."""
_log = logging.getLogger("micromart.redis")


class Link:
    """Answers questions by Redis while it is up; who asks while it is not is sent away at once.

    One thread, started when there is first something to do, opens it, sends what is outgoing, and finds out
    when Redis is back. So a sale never waits for a Redis that is known to be down.
    """

    def __init__(self, settings: RedisSettings, name_shop: Callable[[], str]) -> None:
        self.settings, self.outgoing = settings, Outgoing()
        self.namespace = ""
        """What every key and channel of this shop begins with; known once the link was opened."""
        self._name_shop = name_shop
        self._client: Redis | None = None
        self._up, self._work, self._stop = threading.Event(), threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_lost = False
        self._told, self._told_at = "", 0.0

    @property
    def is_up(self) -> bool:
        """True while Redis is thought to answer."""
        return self._up.is_set()

    def ask(self, question: Callable[["Redis"], Answer], otherwise: Answer) -> Answer:
        """Return what Redis answers, `otherwise` when it is not there; the first failure ends the asking for all."""
        if not self._up.is_set() or self._client is None:
            self.wake()
            return otherwise
        try:
            return question(self._client)
        except _redis_errors() as error:
            self.lose(error)
            return otherwise

    def wake(self) -> None:
        """See to it that the link is opened and that what is outgoing is sent."""
        self._work.set()
        if self._thread is None or not self._thread.is_alive():  # none yet, or left behind by a fork
            self._start()

    def wait_until_up(self, seconds: float) -> bool:
        """Wait until Redis answers, at most so long; say whether it does."""
        self.wake()
        return self._up.wait(seconds)

    def client(self) -> "Redis":
        """Return the client of a link that was up before."""
        assert self._client is not None  # noqa: S101  # whoever asks has waited for it
        return self._client

    def lose(self, error: Exception) -> None:
        """Note that Redis failed: it is left alone until a try in the background succeeds."""
        self._up.clear()
        was_lost, self._is_lost = self._is_lost, True
        if not was_lost:
            self._write_down(trouble_of(error, self.settings))
        self._work.set()

    def close(self) -> None:
        """End the thread, tell what is still untold if Redis may be there, and hang up."""
        self._stop.set()
        self._work.set()
        if self._thread is not None:
            self._thread.join(GOOD_BYE)
        is_free = self._thread is None or not self._thread.is_alive()
        if is_free and not self.outgoing.is_empty and not self._is_lost:
            self._take_turn()
        if is_free and self._client is not None:
            self._client.close()

    def _write_down(self, trouble: Trouble) -> None:
        """Tell of an outage in the log; of one that begins again and again, now and then."""
        if trouble.why != self._told or stopwatch() - self._told_at > SAME_TROUBLE_AGAIN:
            self._told, self._told_at = trouble.why, stopwatch()
            _log.warning("the shop goes on without Redis: %s; %s", trouble.why, trouble.fix)

    def _start(self) -> None:
        with self._starting:
            if self._stop.is_set() or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._keep, name="redis-link", daemon=True)
            self._thread.start()

    def _keep(self) -> None:
        """Do what is to be done until the process ends."""
        self._stop.wait(PATIENCE)
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            if self._is_lost:
                self._stop.wait(random.uniform(pause / 2, pause))  # noqa: S311  # jitter, not a secret
            self._work.clear()
            if self._take_turn():
                pause = FIRST_PAUSE
                self._work.wait()
                self._stop.wait(GATHERS)
            else:
                pause = min(2 * pause, LONGEST_PAUSE)

    def _take_turn(self) -> bool:
        """Open the link or prove it again if need be, and send what is outgoing; say whether Redis took it."""
        try:
            client = self._client or self._open()
            if not self._up.is_set():
                client.set(
                    f"{self.namespace}:alive", b"1", ex=60
                )  # a full Redis, or a replica, answers but takes nothing
            self.outgoing.send(client, self.namespace)
        except every_error() as error:
            self.lose(error)
            return False
        self._find()
        return True

    def _open(self) -> "Redis":
        self._client = open_client(self.settings)
        self.namespace = self.namespace or f"micromart:{self._name_shop()}"
        return self._client

    def _find(self) -> None:
        if self._is_lost:
            _log.info("Redis is used again")
        self._is_lost = False
        self._up.set()


def _redis_errors() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return (RedisError, OSError)

"""Hearing what other processes tell: one subscription for all who listen in this process."""

import threading
from typing import TYPE_CHECKING, Any

import msgspec

from micromart_core.adapters.redis.link import Link
from micromart_core.adapters.redis.outgoing import News, channel_of
from micromart_core.changes import ANYTHING, Board
from micromart_core.clock import stopwatch

if TYPE_CHECKING:
    from redis.client import PubSub

LOOKS_UP = 0.25
"""Seconds after which somebody who hears nothing looks whether anybody still listens."""
ASKS_AFTER, GIVES_UP_AFTER = 4.0, 10.0
"""Seconds of silence after which Redis is asked whether it is still there, and taken for lost."""
_decoder = msgspec.json.Decoder(News)


class Hearing:
    """Passes on to the board what others tell, by a thread that lives while somebody listens."""

    def __init__(self, link: Link, board: Board) -> None:
        self._link, self._board = link, board
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def begin(self) -> None:
        """See to it that the thread runs; whoever calls has begun to listen."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._hear, name="redis-hearing", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop hearing."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(4 * LOOKS_UP)

    def _hear(self) -> None:
        from redis.exceptions import RedisError

        while self._goes_on():
            if not self._link.wait_until_up(LOOKS_UP):
                continue
            try:
                with self._line() as line:
                    self._follow(line)
            except (RedisError, OSError) as error:
                self._link.lose(error)

    def _line(self) -> "PubSub":
        line: PubSub = self._link.client().pubsub()  # type: ignore[no-untyped-call]
        return line

    def _goes_on(self) -> bool:
        with self._lock:
            if self._stop.is_set() or not self._board.has_listeners:
                self._thread = None
                return False
            return True

    def _follow(self, line: "PubSub") -> None:
        """Pass on what comes; raise what ends it: a lost line, or ten seconds of silence."""
        line.subscribe(channel_of(self._link.namespace))
        heard = asked = stopwatch()
        while self._board.has_listeners and not self._stop.is_set():
            message = line.get_message(timeout=LOOKS_UP)
            now = stopwatch()
            if message is not None:
                heard = now
                self._pass_on(message)
            elif now - heard > GIVES_UP_AFTER:
                raise TimeoutError
            elif now - max(heard, asked) > ASKS_AFTER:
                asked = now
                line.ping()

    def _pass_on(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._board.tell(frozenset([ANYTHING]))  # what was told before is past hearing
        elif message["type"] == "message":
            try:
                news = _decoder.decode(message["data"])
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return  # a stranger's
            if news.teller != self._link.outgoing.teller:  # our own was told at once
                self._board.tell(frozenset(news.changes))

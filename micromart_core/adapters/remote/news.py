"""What changes in a shop behind its gateway: one stream of server-sent events, taken up again when it is lost."""

import logging
import threading
from collections.abc import Callable

import msgspec

from micromart_core.adapters.remote.wire import Wire, headers_of
from micromart_core.changes import ANYTHING, Board, Change, Changes, Silence
from micromart_core.errors import MicroMartError
from micromart_core.identity import Credentials
from micromart_core.ids import new_trace_id

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0
_CHANGE = "data: "
_log = logging.getLogger("micromart.remote")


class News:
    """Follows a shop in a thread of its own while somebody listens."""

    def __init__(self, wire: Wire, credentials: Callable[[], Credentials]) -> None:
        self._wire, self._credentials = wire, credentials
        self._board = Board()
        self._lock = threading.Lock()
        self._is_following = False
        self._closed = threading.Event()

    def listen(self) -> Changes:
        """Begin to listen; the first one opens the stream."""
        listening = self._board.listen(Silence())
        with self._lock:
            if not self._is_following:
                self._is_following = True
                threading.Thread(target=self._follow, name="news", daemon=True).start()
        return listening

    def close(self) -> None:
        """Follow no more."""
        self._closed.set()

    def _follow(self) -> None:
        wait = FIRST_WAIT
        while self._goes_on():
            try:
                self._hear()
                wait = FIRST_WAIT
            except MicroMartError as error:
                _log.info("the news of the shop are lost: %s", error)
                wait = min(LONGEST_WAIT, wait * 2)
            except Exception:  # noqa: BLE001  # whatever it is, screens would hear nothing until their end
                _log.exception("following the news of the shop failed")
                wait = min(LONGEST_WAIT, wait * 2)
            self._board.tell(frozenset({ANYTHING}))  # what happened meanwhile nobody tells
            self._closed.wait(wait)

    def _hear(self) -> None:
        asks = self._credentials()
        headers = headers_of(asks, new_trace_id()) | {"Accept": "text/event-stream"}
        with self._wire.stream("/v1/changes", headers) as lines:
            for line in lines:
                change = change_of(line)
                if change is not None:
                    self._board.tell(frozenset({change}))
                if self._closed.is_set() or not self._board.has_listeners:
                    return
                if self._credentials() != asks:  # somebody signed in or out, and has another cart now
                    return

    def _goes_on(self) -> bool:
        with self._lock:
            self._is_following = self._board.has_listeners and not self._closed.is_set()
            return self._is_following


def change_of(line: str) -> Change | None:
    """Read a line of a stream; what is no change is passed over."""
    if not line.startswith(_CHANGE):
        return None
    try:
        return msgspec.json.decode(line.removeprefix(_CHANGE), type=Change)
    except (msgspec.MsgspecError, RecursionError):
        return None

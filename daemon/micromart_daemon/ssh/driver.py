"""A Textual driver whose terminal is at the other end of a channel; all of it runs on the event loop."""

import asyncio
import logging
from codecs import getincrementaldecoder
from collections.abc import Iterable
from typing import Any, Protocol

from textual import events, messages
from textual._xterm_parser import XTermParser  # private: Textual's version is exact, and tests/ssh hold what it does
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message

_BEGIN = "\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1006h\x1b[?25l\x1b[?2004h\x1b[?7l\x1b[?2026$p"
"""Another screen, the mouse, no cursor, pastes marked, no wrapping; and does it know synchronized output?"""
_END = "\x1b[?2004l\x1b[?7h\x1b[?1006l\x1b[?1003l\x1b[?1000l\x1b[?1049l\x1b[?25h\x1b[0m"
ESCAPE_SECONDS = 0.12
"""After so long without more, an escape is the key and begins no sequence; the parser's own time is a little less."""
LONGEST_SILENCE = 64 * 1024
"""Signs that may come without meaning anything: a paste that never ends is thrown away then."""
MOST_UNREAD = 4096
"""Bytes that may wait to be read before nothing more is taken from the client."""
PIECE, MOST_PIECES, FEW_KEYS, PAUSE_SECONDS = 8, 128, 4, 0.02
"""So many bytes are read at a time until there are a few keys; then, or after so many times, others have their turn."""
_log = logging.getLogger("micromart.ssh")


class Line(Protocol):
    """What carries bytes to a terminal and back."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal, now."""
        ...

    def send(self, data: bytes) -> None:
        """Send bytes, if there is still somebody to send them to."""
        ...

    def listen(self, *, to_client: bool) -> None:
        """Read on from the client, or leave it waiting."""
        ...


class ChannelDriver(Driver):
    """Draws on a line and takes keys from it."""

    def __init__(
        self,
        app: App[Any],
        *,
        line: Line,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size or line.size)
        self._line = line
        self._keys = Keys()
        self._unsent: list[str] = []
        self._unread = bytearray()
        self._is_full = self._is_behind = self._is_closed = self._is_closed_to_keys = False
        self._timer: asyncio.TimerHandle | None = None

    def write(self, data: str) -> None:
        """Keep what is to be sent until it is flushed: a frame is one packet."""
        if not self._unsent:
            self._loop.call_soon(self.flush)
        self._unsent.append(data)

    def flush(self) -> None:
        """Send what was written; to a client that does not keep up, nothing, and the whole page once it does."""
        told, self._unsent = "".join(self._unsent), []
        if not told or self._is_closed:
            return
        if self._is_full:
            self._is_behind = True
        else:
            self._line.send(told.encode("utf-8", "replace"))

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self.write(_BEGIN)
        self.resize(*self._line.size)

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was, to slow clients too."""
        self.disable_input()
        self._is_full = False
        self.write(_END)
        self.flush()

    def disable_input(self) -> None:
        """Take no more keys."""
        self._is_closed_to_keys = True
        self._cancel_timer()

    def hang_up(self) -> None:
        """Send nothing more: nobody is there."""
        self._is_closed = True
        self.disable_input()

    # --- what the client does ---

    def resize(self, width: int, height: int) -> None:
        """Draw at another size."""
        self._size = (width, height)
        size = Size(width, height)
        self._app.post_message(events.Resize(size, size))

    def feed(self, data: bytes) -> None:
        """Take in what was typed; a client that sends very much waits until it is read."""
        if self._is_closed_to_keys:
            return
        self._unread += data
        if len(self._unread) > MOST_UNREAD:
            self._line.listen(to_client=False)
        self._cancel_timer()
        self._read_on()

    def hold(self, *, is_full: bool) -> None:
        """Hear that the client does, or does not, keep up."""
        self._is_full = is_full
        if not is_full and self._is_behind:
            self._is_behind = False
            self._app.call_later(self._app.refresh, layout=True)

    def _read_on(self) -> None:
        """Hand a few keys to the app, once it has done with those before, and come back for the rest.

        An app works off all that waits for it before any other session has its turn.
        """
        if self._is_closed_to_keys:
            return
        if self._is_at_rest:
            self._take(self._next_keys())
        if self._unread:
            self._timer = self._loop.call_later(PAUSE_SECONDS, self._read_on)
            return
        self._line.listen(to_client=True)
        self._timer = self._loop.call_later(ESCAPE_SECONDS, self._end_sequence)

    def _next_keys(self) -> list[Message]:
        """Read until there are a few keys, or nothing came of very much."""
        typed: list[Message] = []
        for _ in range(MOST_PIECES):
            piece = bytes(self._unread[:PIECE])
            del self._unread[:PIECE]
            typed += self._keys.read(piece)
            if len(typed) >= FEW_KEYS or not self._unread:
                break
        return typed

    def _end_sequence(self) -> None:
        self._take(self._keys.end_sequence())

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _take(self, typed: Iterable[Message]) -> None:
        for message in typed:
            if not isinstance(message, events.Resize | messages.InBandWindowResize):  # the channel says how large it is
                self.process_message(message)

    def send_message(self, message: Message) -> None:
        """Hand it to the app, on whose loop this is."""
        self._app.post_message(message)

    @property
    def _is_at_rest(self) -> bool:
        app = self._app
        pumps = [app, *([app.screen] if app.screen_stack else []), *([app.focused] if app.focused else [])]
        return sum(pump.message_queue_size for pump in pumps) < FEW_KEYS


class _Parser(XTermParser):
    # Textual remembers the last thousand of (parser, sequence) for the whole process, and with each parser its last
    # key and the app that key was meant for: storefronts that were left long ago.
    _parse_extended_key = XTermParser._parse_extended_key.__wrapped__  # type: ignore[assignment]  # noqa: SLF001


class Keys:
    """Reads keys, the mouse and pastes from bytes; whatever a client sends, it raises nothing and does not grow."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._parser = _Parser()
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._silent_for = 0

    def read(self, data: bytes) -> list[Message]:
        """Return what these bytes, after those before them, mean."""
        text = self._decode(data)
        return self._guarded(self._parser.feed(text), len(text)) if text else []

    def end_sequence(self) -> list[Message]:
        """Return what is meant when nothing more came for a while."""
        return self._guarded(self._parser.tick(), 0)

    def _guarded(self, meant: Iterable[Message], length: int) -> list[Message]:
        try:
            read = list(meant)
        except Exception as error:  # noqa: BLE001  # numbers beyond all measure end in errors of many kinds
            _log.debug("what a client sent is no key: %s", type(error).__name__)
            self._begin()
            return []
        self._silent_for = 0 if read else self._silent_for + length
        if self._silent_for > LONGEST_SILENCE:
            self._begin()
        return read

"""One session: what its client asks for, and the storefront that it gets."""

import asyncio
import logging
from contextlib import suppress

import asyncssh

from micromart_core.bootstrap_visit import Visit
from micromart_core.errors import MicroMartError
from micromart_core.inventory.model import Sku
from micromart_core.products.model import sku_of
from micromart_core.products.service_shelf import locate_product
from micromart_daemon.ssh.app import LineApp
from micromart_daemon.ssh.doors import Doors
from micromart_daemon.ssh.driver import ChannelDriver
from micromart_daemon.ssh.environment import heard_of
from micromart_daemon.ssh.refusals import CannotDraw, NeedsTerminal, NoSubsystem, OneWord, advising_visitors
from micromart_daemon.ssh.sign_in import SignInOverSsh
from micromart_daemon.ssh.terminal import USUAL_HEIGHT, USUAL_WIDTH, Terminal, terminal_of
from micromart_daemon.ssh.threads import own_threads
from micromart_daemon.told import lines_of
from micromart_tui.places import CART, STOREFRONT

_PLACES = {place.name for place in (*STOREFRONT, CART)}
_LEAVES = b"\x03\x04q"
"""Ctrl-C, Ctrl-D, q: whoever waits in line goes away."""
GIVEN_UP = 130
"""Exit code of who went away before the shop opened."""
BACKLOG = 16 * 1024
"""Bytes that may wait for a client before it gets no more frames until it keeps up again."""
_log = logging.getLogger("micromart.ssh")


class ShopSession(asyncssh.SSHServerSession[bytes]):
    """A visitor from `source`; `cart_secret` is that of their key, None for a cart that is new."""

    _channel: asyncssh.SSHServerChannel[bytes]

    def __init__(self, doors: Doors, source: str, cart_secret: str | None) -> None:
        self._doors, self._source, self._cart_secret = doors, source, cart_secret
        self.task: asyncio.Task[int] | None = None
        self._app: LineApp | None = None
        self._terminal: Terminal | None = None
        self._heard: dict[str, str] = {}
        self._word, self._wants_subsystem = "", False
        self._full: set[str] = set()
        self._last_key = 0.0
        self._idle_timer: asyncio.TimerHandle | None = None
        self.has_ended = False
        """True once another session may be opened on the connection."""
        self._is_gone = self._is_over = self._is_waiting = False

    # --- what the client asks for ---

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Begin to hear what is asked for."""
        self._channel, self._heard = chan, heard_of(chan)
        chan.set_write_buffer_limits(high=BACKLOG)
        self._doors.sessions.add(self)

    def pty_requested(self, term_type: str, term_size: asyncssh.misc.TermSize, _modes: object) -> bool:
        """Take note of the terminal: nothing is made for it here."""
        self._terminal = terminal_of(term_type, term_size[0], term_size[1], self._heard)
        return True

    def shell_requested(self) -> bool:
        """Open the shop; there is no shell."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Take one word: where the shop opens."""
        self._word = command
        return True

    def subsystem_requested(self, _subsystem: str) -> bool:
        """Say in the session itself that there is none."""
        self._wants_subsystem = True
        return True

    def break_received(self, _msec: int) -> bool:
        """Nothing is to be interrupted."""
        return False

    def session_started(self) -> None:
        """Let the visitor in."""
        self.task = asyncio.get_running_loop().create_task(self._serve())
        self.task.add_done_callback(self._ended)

    def terminal_size_changed(self, width: int, height: int, _pixwidth: int, _pixheight: int) -> None:
        """Draw at another size."""
        if self._terminal is not None:
            self._terminal = self._terminal.resized(width, height)
            if self._driver is not None:
                self._driver.resize(self._terminal.width, self._terminal.height)

    def data_received(self, data: bytes, _datatype: object) -> None:
        """Take in what was typed."""
        self._last_key = self._doors.last_key = asyncio.get_running_loop().time()
        if self._driver is not None:
            self._driver.feed(data)
        elif self._app is None and self._is_waiting and any(byte in data for byte in _LEAVES):
            self._go()

    def eof_received(self) -> bool:
        """End with a client that says nothing more; True keeps the channel open for what it is still to be told."""
        self._is_over = True
        if self._app is not None or self._is_waiting:
            self._go()
        return True

    def connection_lost(self, _exc: Exception | None) -> None:
        """Send nothing more, and end."""
        self._is_gone = True
        if self._driver is not None:
            self._driver.hang_up()
        self._go()
        if self.task is None:
            self._forget()

    # --- the line to the client ---

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal, now."""
        terminal = self._terminal
        return (USUAL_WIDTH, USUAL_HEIGHT) if terminal is None else (terminal.width, terminal.height)

    def send(self, data: bytes) -> None:
        """Send bytes, if there is still somebody to send them to."""
        if not self._is_gone and not self._channel.is_closing():
            self._channel.write(data)

    def listen(self, *, to_client: bool) -> None:
        """Read on from the client, or leave it waiting."""
        if not self._is_gone:
            (self._channel.resume_reading if to_client else self._channel.pause_reading)()

    def pause_writing(self) -> None:
        """Hear that the client takes nothing more for now."""
        self.hold("window", is_full=True)

    def resume_writing(self) -> None:
        """Hear that it does again."""
        self.hold("window", is_full=False)

    def hold(self, what: str, *, is_full: bool) -> None:
        """Send no frames while anything on the way to the client is full: its window, or the network."""
        (self._full.add if is_full else self._full.discard)(what)
        if self._driver is not None:
            self._driver.hold(is_full=bool(self._full))

    # --- the visit ---

    async def _serve(self) -> int:
        with own_threads():
            return await self._told()

    def _ended(self, task: "asyncio.Task[int]") -> None:
        """Leave, also when the task was cancelled before it began."""
        self._forget()
        if not self._is_gone:
            with suppress(OSError):
                self._channel.exit(GIVEN_UP if task.cancelled() else task.result())

    async def _told(self) -> int:
        """Let the visitor in, and return the exit code; what forbids it, and what breaks, is told in sentences."""
        try:
            await self._come_in()
        except MicroMartError as error:
            self._say(lines_of(error))
            return error.exit_code
        except asyncio.CancelledError:
            return GIVEN_UP
        except Exception:  # noqa: BLE001  # no traceback reaches a person; it is in the log
            _log.exception("a session broke")
            self._say(["error: This is a mistake in MicroMart itself.", "why:   it is in the shop's log"])
            return 1
        return 0

    async def _come_in(self) -> None:
        terminal = self._checked_terminal()
        with advising_visitors():
            at, sku = _asked_for(self._word)
        async with self._doors.places.place(self._source, self._cart_secret, self._tell_number):
            visit = self._doors.visitors.welcome(self._cart_secret)
            try:
                if sku is not None:
                    with advising_visitors():
                        await asyncio.to_thread(visit.gateway.run, locate_product, sku)
                await self._walk_around(visit, terminal, at, sku)
            finally:
                await asyncio.to_thread(visit.end)

    def _checked_terminal(self) -> Terminal:
        if self._wants_subsystem:
            raise NoSubsystem
        if self._terminal is None:
            raise NeedsTerminal
        if not self._terminal.can_draw:
            raise CannotDraw
        return self._terminal

    async def _walk_around(self, visit: Visit, terminal: Terminal, at: str, lit: Sku | None) -> None:
        async with self._doors.opening:
            if self._is_gone or self._is_over or self._doors.is_closing:
                return
            sign_in, comes_back = self._sign_in_of(visit), self._cart_secret is not None
            self._app = app = LineApp(
                visit.gateway, self, terminal, at=at, lit=lit, sign_in=sign_in, comes_back=comes_back
            )
            living = asyncio.ensure_future(app.live())
            drawn = asyncio.ensure_future(app.drawn.wait())
            await asyncio.wait({living, drawn}, return_when=asyncio.FIRST_COMPLETED)
            drawn.cancel()
            self._doors.garbage.set_aside()
        self._last_key = asyncio.get_running_loop().time()
        self._look_if_idle(app)
        try:
            await living
        finally:
            self._end_idle_timer()
        if app.last_words:
            self._say([app.last_words])

    def _sign_in_of(self, visit: Visit) -> SignInOverSsh:
        shop = self._doors.shop
        return SignInOverSsh(visit, lambda: shop.accounts, shop.send_mail_along, self._source)

    def _look_if_idle(self, app: LineApp) -> None:
        """End a session in which no key was pressed for long; look again when it might be so."""
        minutes, loop = self._doors.settings.idle_minutes, asyncio.get_running_loop()
        left = self._last_key + float(minutes) * 60 - loop.time()
        if self._is_gone or not app.is_running:
            return
        if left > 0:
            self._idle_timer = loop.call_later(left, self._look_if_idle, app)
        else:
            app.exit(message=f"Nobody pressed a key for {minutes.normalize():f} minutes. Connect again.")

    def _end_idle_timer(self) -> None:
        """Look no more: a timer that waits for an hour would keep the whole storefront in memory for as long."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()

    def _tell_number(self, number: int) -> None:
        self._is_waiting = True
        self.send(f"\rThe shop is full. You are number {number} in the line; ctrl+c goes away. ".encode())

    @property
    def _driver(self) -> ChannelDriver | None:
        return None if self._app is None else self._app.channel

    # --- the end ---

    @property
    def is_running(self) -> bool:
        """True from the moment somebody asks for the shop until they have left it."""
        return self.task is not None and not self.has_ended

    def close_for_now(self) -> None:
        """End because the shop stops answering here."""
        if self._app is not None:
            self._app.close_for_now()
        elif self.task is not None:
            self._say(["The shop closes here for a moment; connect again."])
            self.task.cancel()

    def cut_off(self) -> None:
        """End at once, whatever is still going on."""
        self._channel.abort()

    def _forget(self) -> None:
        self.has_ended = True
        if self._app is not None:  # nobody else leaves anything behind
            self._app = None  # the connection, which may go on, keeps its sessions
            self._doors.garbage.left()
        self._doors.sessions.discard(self)

    def _go(self) -> None:
        if self._app is not None:
            self._app.exit()
        elif self.task is not None:
            self.task.cancel()

    def _say(self, lines: list[str]) -> None:
        end = "\r\n" if self._terminal is not None else "\n"
        if not self._is_gone and not self._channel.is_closing():
            self._channel.write_stderr("".join(line + end for line in lines).encode())


def _asked_for(command: str) -> tuple[str, Sku | None]:
    """Return the place and the product that one word names; raise OneWord, or InvalidValue for what can be neither."""
    words = command.split()
    if len(words) > 1:
        raise OneWord
    word = words[0] if words else "shop"
    return (word, None) if word in _PLACES else ("shop", sku_of(word))

"""What every page of MicroMart can do: ask the shop, tell what it says, and say when it does not answer."""

from collections.abc import AsyncIterator, Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, ParamSpec, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Click, Key
from textual.messages import Prune
from textual.reactive import reactive
from textual.screen import Screen

from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.changes import Change, Topic
from micromart_core.errors import MicroMartError
from micromart_core.operation import Operation
from micromart_tui.messages import CartChanged, Changed, SecondPassed
from micromart_tui.nearest_first import NearestFirst
from micromart_tui.when import time_words
from micromart_tui.widgets.bar import Bar
from micromart_tui.widgets.failure import FailureNotice
from micromart_tui.widgets.key_line import KeyLine
from micromart_tui.widgets.too_small import TooSmall, is_too_small

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

Params = ParamSpec("Params")
Result = TypeVar("Result")
SKELETON_AFTER = 0.15
"""Seconds a page may stay as it is while it is read: a skeleton that only flashes is worse than none."""
RETRY_AFTER = 5.0
"""Seconds until a page that did not come is asked for again by itself."""
SLIM_BELOW = 64
"""Columns below which there is one column only."""


class MartScreen(Screen[None]):
    """A page under the bar and over the key line."""

    place: ClassVar[str] = ""
    """Which place of the bar is lit."""
    heading: ClassVar[str] = "micromart"
    """What the page is called where the bar has no room for places, and in the help."""
    topics: ClassVar[frozenset[Topic]] = frozenset()
    """A change of these is a reason to read the page again."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "retry", "try again")]
    failure: reactive[MicroMartError | None] = reactive(None, init=False)
    """Why the page could not be read last time; what it shows is as old as `read_at`."""
    _last_read: float | None = None
    _keys_depend_on: tuple[object, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self._compositor = NearestFirst()

    @property
    def mart(self) -> "MartApp":
        """The app, which owns what pages share."""
        return cast("MartApp", self.app)

    @property
    def is_on_top(self) -> bool:
        """True for the page one sits before; Textual's `is_current` is true of the one below it as well."""
        return self.app.screen is self

    @property
    def read_at(self) -> datetime | None:
        """The shop's moment at which what is shown was read; None before, and until the shop has told its time."""
        if self._last_read is None or not self.mart.clock.is_set:
            return None
        return self.mart.clock.moment_of(self._last_read)

    @property
    def shown_as_of(self) -> str:
        """How old what is shown is, once it was read."""
        if self.read_at is None:
            return ""
        return f"{'prices ' if Topic.PRODUCTS in self.topics else ''}as of {time_words(self.read_at)}"

    @property
    def foot(self) -> int:
        """How many rows of the terminal lie below the blank one that stands over the keys."""
        tops = [each.region.y for each in self.query("KeyLine, Twin") if each.region.height]
        return max(0, self.size.height - min(tops)) if tops else 1

    def lay_toasts(self, *, below_the_bar: bool) -> None:
        """Let toasts lie on the bar's rule and the blank row below it, or else end over the keys."""
        above = next((bar.region.y + 1 for bar in self.query(Bar)), 1)
        for rack in self.query("ToastRack"):
            rack.styles.dock = "top" if below_the_bar else "bottom"
            rack.styles.margin = (above, 0, 0, 0) if below_the_bar else (0, 0, self.foot, 0)

    @property
    def is_slim(self) -> bool:
        """True where there is room for one column only."""
        return self.size.width < SLIM_BELOW

    def compose(self) -> ComposeResult:
        """Frame the page."""
        with Container(id="stage"):
            yield self.make_bar()
            yield FailureNotice()
            yield from self.compose_page()
            yield from self.compose_foot()
        yield TooSmall()

    def make_bar(self) -> Bar:
        """Return the bar over the page."""
        return Bar()

    def compose_foot(self) -> ComposeResult:
        """Yield what stands below the page."""
        yield KeyLine()

    def compose_page(self) -> ComposeResult:
        """Yield what stands between the bar and the keys."""
        yield from ()

    def renew(self) -> None:
        """Read the page again, in a worker; pages that show nothing of the shop have nothing to do."""

    def asks_before_leaving(self, then: Callable[[], object]) -> bool:  # noqa: ARG002  # for pages that are typed into
        """Ask first where something would be lost, and do `then` when that is settled; True when it was asked."""
        return False

    def on_mount(self) -> None:
        """Read the page."""
        self.set_class(is_too_small(self.app.size), "-too-small")
        self.renew()

    async def on_prune(self, _: Prune) -> None:
        """End what the page was about to do before its parts go; Textual itself ends that when they are gone."""
        self.workers.cancel_node(self)

    async def ask(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation of the core without blocking the page."""
        return await self.mart.ask(operation, *args, **kwargs)

    @contextmanager
    def telling_errors(self) -> Iterator[None]:
        """Tell the person when the shop says no to what was asked for; a bug is no such thing and crashes."""
        try:
            yield
        except MicroMartError as error:
            self.mart.tell_error(error)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Read what the page shows; tell when that takes long the first time, and in the page why it did not come."""
        after = SKELETON_AFTER if self.mart.is_open else 0
        skeleton = self.set_timer(after, lambda: self.set_class(self._last_read is None, "-loading"))
        try:
            await self.mart.wait_until_open()
            yield
        except MicroMartError as error:
            self.failure = error
            if not isinstance(error, BesideTheDatabase):
                self.set_timer(RETRY_AFTER, self.renew)
        else:
            self.failure, self._last_read = None, self.mart.clock.stopwatch()
        finally:
            skeleton.stop()
            self.remove_class("-loading")

    def watch_failure(self) -> None:
        """Say so above what is shown, which is dimmed."""
        self.set_class(self.failure is not None, "-failed")
        self.query(FailureNotice).refresh(layout=True)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's own
        """Offer only what can be done now."""
        return action != "retry" or not isinstance(self.failure, BesideTheDatabase | None)

    def keys_depend_on(self, *facts: object) -> None:
        """Draw the keys again if what they depend on has changed, which is all that `check_action` goes by.

        Asking each of them whether it can be pressed takes milliseconds.
        """
        if facts != self._keys_depend_on:
            self._keys_depend_on = facts
            self.refresh_bindings()

    def action_retry(self) -> None:
        """Read the page again."""
        self.renew()

    @on(CartChanged)
    def _cart_changed(self) -> None:
        self.show_cart()

    @on(SecondPassed)
    def _second_passed(self) -> None:
        self.count_on()

    @on(Changed)
    def _hear(self, message: Changed) -> None:
        if self.is_about(message.changes):
            self.take_in(message.changes)

    def take_in(self, changes: frozenset[Change]) -> None:  # noqa: ARG002  # for pages that read only what changed
        """Show what changed."""
        self.renew()

    def is_about(self, changes: frozenset[Change]) -> bool:
        """Say whether any of these changes may be seen on this page."""
        return any(change.topic in self.topics or change.topic == Topic.ANYTHING for change in changes)

    def tells_of(self, changes: frozenset[Change], keys: AbstractSet[str]) -> bool:
        """Say whether something of these keys changed, of what this page is about, or nobody knows what did."""
        return any(
            change.topic == Topic.ANYTHING or (change.topic in self.topics and (not change.key or change.key in keys))
            for change in changes
        )

    def show_cart(self) -> None:
        """Show the other cart in the bar."""
        self.query(Bar).refresh()

    def count_on(self) -> None:
        """Show the time that is left in the bar."""
        for bar in self.query(Bar):  # none while the page is being taken away
            bar.count_on()
        if self.has_class("-too-small"):
            self.query(TooSmall).refresh()

    def take_late(self, event: Key) -> None:
        """Take in a key that was on its way to the page when something opened on it that is typed into."""

    def on_click(self, event: Click) -> None:
        """Press the key that a text under the mouse stands for."""
        if key := event.style.meta.get("press"):
            self.app.simulate_key(key)

"""A6: the carts that hold something now, how long they still do, and what went back on the shelf."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from micromart_core.carts.model import Cart, OwnerKind
from micromart_core.carts.model_live import LiveCartPage, ShoppersCart, SweptCart
from micromart_core.carts.model_stats import CartStats
from micromart_core.carts.service_live import list_live_carts, list_swept_carts
from micromart_core.carts.service_stats import count_carts
from micromart_core.changes import Topic
from micromart_core.inventory.model import reason_of
from micromart_core.inventory.service_evictions import release_hold
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.intent import Chosen, Intent
from micromart_tui.admin.listing import ListScreen
from micromart_tui.admin.order_rows import TIMES
from micromart_tui.hold_clock import clock_words, mood
from micromart_tui.rows import fitted, row
from micromart_tui.when import age_words, time_words
from micromart_tui.widgets.twin import command

SOON = 120
"""Seconds below which a hold ends soon."""
LANE = 3
_REASONS = ("correction", "count", "damage", "loss")
_BAR = 18


class CartsScreen(ListScreen[ShoppersCart]):
    """Carts by their end."""

    place: ClassVar[str] = "desk/carts"
    heading: ClassVar[str] = "carts"
    empty: ClassVar[str] = "no cart holds anything now"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.CARTS})
    BINDINGS: ClassVar[list[BindingType]] = [Binding("z", "release", "let go")]
    DEFAULT_CSS = """
    CartsScreen #swept { height: auto; margin-top: 1; }
    CartsScreen.-asking #swept { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._counts: CartStats | None = None
        self._swept: tuple[SweptCart, ...] = ()

    def compose_list(self) -> ComposeResult:
        """Yield the carts, and below them what went back."""
        yield from super().compose_list()
        yield Static(id="swept")

    def on_mount(self) -> None:
        """Count on, once a second."""
        self.set_interval(1.0, self.count_down)

    def count_down(self) -> None:
        """Draw the time left of each cart and nothing else; a cart whose time is over is looked up."""
        self.table.draw_column("ends in")
        ends = self.window.row(0)
        if ends is not None and self._left(ends) <= 0:
            self.renew_soon()

    def columns(self) -> tuple[Column[ShoppersCart], ...]:
        """Return whose cart it is, what it holds and until when."""
        return (
            Column("owner", 12, lambda each: owner_of(each.cart, each.shopper), gap=0),
            Column("things", 8, lambda each: (held_words(each.cart), "$sand"), grows=True, least_room=44),
            Column("units", 5, lambda each: (str(each.cart.item_count), "$cream"), is_number=True, least_room=60),
            Column("value", 9, lambda each: (self.mart.money(each.cart.subtotal), "$cream"), is_number=True),
            Column("ends in", 7, self._time_left, gap=3),
            Column("", _BAR, self._bar, least_room=90),
        )

    def look_of(self, each: ShoppersCart) -> RowLook:
        """Light a cart in the colour of its time."""
        return RowLook(str(each.cart.id), mood(self._share(each)).removeprefix("$"))

    async def read_page(self, after: str | None, limit: int) -> LiveCartPage:
        """Read the carts that end next."""
        return await self.ask(list_live_carts, after, limit)

    async def read_around(self) -> None:
        """Read how many there are, and what went back."""
        self._counts = await self.ask(count_carts)
        self._swept = await self.ask(list_swept_carts, LANE)

    def summary(self) -> tuple[Content, Content]:
        """Tell how many carts hold how much, and what that is worth."""
        if self._counts is None:
            return row(), row()
        shown = [each for each in map(self.window.row, range(len(self.window))) if each is not None]
        soon = sum(self._left(each) < SOON for each in shown)
        held = self._counts.held_units
        figures = (
            (self._counts.holding, "cart" if self._counts.holding == 1 else "carts", "$cream"),
            (held, f"unit{'' if held == 1 else 's'}{'' if self.is_slim else ' held'}", "$cream"),
        )
        tone = "$rose" if soon else "$cream"
        told = [row((f"{number:,}", f"bold {tone}"), (f" {words}   ", "$dust")) for number, words, tone in figures]
        told.append(row((str(soon), f"bold {tone}"), (" soon" if self.is_slim else " ending soon", "$dust")))
        if not shown or not self.window.is_whole:
            return row(*told), row()
        worth = sum((each.cart.subtotal for each in shown[1:]), start=shown[0].cart.subtotal)
        return row(*told), row((self.mart.money(worth), "bold $cream"), ("" if self.is_slim else " in carts", "$dust"))

    def show_around(self) -> None:
        """Tell of the carts, and of those that were swept."""
        super().show_around()
        swept = self.query_one("#swept", Static)
        if self.mart.clock.is_set and swept.size.width:
            swept.update(Content("\n").join(self._draw_swept(swept.size.width)))

    def _draw_swept(self, width: int) -> list[Content]:
        head = row(("back on the shelf", "$dust"))
        if not self._swept:
            return [row(("no hold ran out in the last hour", "$dust"))]
        ago = age_words(self._swept[0].ended_at, self.mart.clock.now())
        last = "" if self.is_slim else "the last one "
        drawn = [row(head, (f"   {last}{'just now' if ago == 'now' else f'{ago} ago'}", "$dust"))]
        for each in self._swept:
            name, tone = owner_of(each.cart, each.shopper)
            what = fitted(row((held_words(each.cart) or "picked up again", "$dust")), max(1, width - 22))
            drawn.append(
                row("  ", fitted(row((name, tone)), 12), " ", what, (f" {time_words(each.ended_at)}", "$dust"))
            )
        return drawn

    # --- the time left ---

    def _left(self, each: ShoppersCart) -> float:
        if each.cart.held_until is None or not self.mart.clock.is_set:
            return 0.0
        return max(0.0, self.mart.clock.seconds_to(each.cart.held_until))

    def _share(self, each: ShoppersCart) -> float:
        minutes = self.mart.facts.hold_minutes if self.mart.facts else 1
        return min(1.0, self._left(each) / (float(minutes) * 60))

    def _time_left(self, each: ShoppersCart) -> tuple[str, str]:
        return clock_words(self._left(each)), f"bold {mood(self._share(each))}"

    def _bar(self, each: ShoppersCart) -> tuple[str, str]:
        return "━" * max(1, round(self._share(each) * _BAR)), mood(self._share(each))

    # --- letting go ---

    @property
    def command_line(self) -> str:
        """What lists all that is held."""
        return command("stock", "holds")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to let go only where a cart is lit."""
        if action == "release" and self.lit is None:
            return False
        return super().check_action(action, parameters)

    def action_release(self) -> None:
        """Ask whether to let go what the lit cart holds."""
        if self.lit is not None:
            self.open_question(let_go(self.lit))


def let_go(each: ShoppersCart) -> Intent:
    """Return the freeing of all that a cart holds."""
    cart = str(each.cart.id)
    return Intent(
        asks=f"Let go what {owner_of(each.cart, each.shopper)[0]} holds?",
        means=f"{held_words(each.cart)} back on the shelf at once, and the shopper is told.",
        does="let it go",
        command=lambda reason: command("stock", "release", cart, "--reason", reason),
        act=lambda ask, reason: ask(release_hold, cart, None, reason_of(reason)),
        field=Chosen("reason", _REASONS),
    )


def owner_of(cart: Cart, shopper: str | None) -> tuple[str, str]:
    """Return what a cart's owner is called at the desk: a guest by the end of the cart's id."""
    if shopper is not None:
        return shopper, "$cream"
    kind = "shopper" if cart.owner is OwnerKind.USER else "guest"
    return f"{kind} {str(cart.id)[-3:].lower()}", "$sand"


def held_words(cart: Cart) -> str:
    """Return what a cart holds, or held."""
    lines = cart.lines or cart.restorable
    return ", ".join(line.name + (f" {TIMES} {line.quantity}" if line.quantity > 1 else "") for line in lines)

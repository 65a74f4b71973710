"""The app: it owns what its pages share, and takes people from place to place."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import work
from textual.binding import Binding, BindingType
from textual.events import Key, Resize
from textual.reactive import var

from micromart_core.authentication.model import Session
from micromart_core.changes import Change, Topic
from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.money_words import money_words
from micromart_core.operation import Gateway
from micromart_core.text import terminal_text
from micromart_tui.counter import Counter
from micromart_tui.gallery import Gallery
from micromart_tui.glyphs import AsciiFilter
from micromart_tui.hold_alarm import UNANSWERED, farewell, window_title
from micromart_tui.holding import HoldingApp
from micromart_tui.messages import Changed
from micromart_tui.news import News
from micromart_tui.palette import LAMPLIGHT, Palette
from micromart_tui.places import CART, DESK, PLACES, SHOP, STOREFRONT, Place
from micromart_tui.preferences import Preferences
from micromart_tui.rows import prose
from micromart_tui.screen import MartScreen
from micromart_tui.sign_in import SignIn
from micromart_tui.theme import PALETTES, themes, variables_of
from micromart_tui.widgets.key_line import KeyLine
from micromart_tui.widgets.too_small import is_too_small

if TYPE_CHECKING:
    from textual.command import Provider

    from micromart_core.maintenance.doctor import Looks
    from micromart_tui.admin.staffing import Staffing

LOOKS_AROUND_AFTER = 0.15
"""Seconds after which the cart is read though the shelf has not come yet."""
_AROUND_TOAST, _AROUND_SLIM_TOAST = 7, 4
"""Cells that a toast has besides its words: its edge, its padding, its margin."""


def _shop_commands() -> "type[Provider]":
    from micromart_tui.commands import ShopCommands

    return ShopCommands


class MartApp(HoldingApp):
    """The shop on a whole terminal."""

    TITLE = "micromart"
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (64, "-narrow"), (96, "-wide")]  # noqa: RUF012  # as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-tall")]  # noqa: RUF012
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(place.key, f"go('{place.name}')", place.name, show=False) for place in (*STOREFRONT, CART)),
        Binding("A", "open_desk", "desk", show=False),
        Binding("escape", "back", "back", key_display="esc", show=False),
        Binding("question_mark", "help", "this page", key_display="?", show=False),
        Binding("ctrl+p", "command_palette", "do it by its name", key_display="ctrl+p", show=False),
        Binding("q", "quit", "quit"),
        Binding("ctrl+c", "quit", "quit", show=False, priority=True),
    ]
    COMMANDS = {_shop_commands}  # noqa: RUF012  # as Textual has it
    is_hosted: ClassVar[bool] = False
    """True where the shopper sits at another machine: this one's files and browser are none of theirs."""
    person: var[Session | None] = var(None, init=False)
    """Who is signed in; None for nobody, and until it is known."""

    def __init__(
        self,
        gateway: Gateway,
        *,
        at: str = "shop",
        lit: Sku | None = None,
        sign_in: SignIn | None = None,
        tick: Callable[[], float] = stopwatch,
        preferences: Preferences | None = None,
        is_ascii: bool = False,
        looks: "Callable[[], Looks]" = tuple,
        staffing: "Staffing | None" = None,
        opening: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(gateway, tick, opening)
        self.counter = Counter(self, sign_in)
        self.preferences = preferences or Preferences(None)
        self.is_ascii = is_ascii
        if is_ascii:
            self._filters.append(AsciiFilter())
        self.looks = looks
        """What the desk's place for the shop's health looks at."""
        self.staffing = staffing
        """What hands out roles at the desk; None where nobody does."""
        self.gallery = Gallery(self.ask)
        self.lit = lit
        """The product that was looked at last: the shelf opens there."""
        self.places: tuple[Place, ...] = STOREFRONT
        self._opens_at = PLACES[at]
        self._news = News(gateway, self._hear)
        self._has_looked_around = False
        for theme in themes():
            self.register_theme(theme)
        self._wear(self.preferences.theme())

    def _wear(self, look: str) -> None:
        """Put on the first look before any style is read: Textual reads all of them again when a look is chosen."""
        self.set_reactive(MartApp.theme, look)
        self.set_class(True, f"-theme-{look}", update=False)  # Textual's own
        for mode, is_on in (("dark", self.current_theme.dark), ("light", not self.current_theme.dark)):
            self.set_class(is_on, f"-{mode}-mode", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_css_variables(self) -> dict[str, str]:
        """Name the colours of the look; Textual asks once before any of ours is on, and those would be thrown away."""
        return super().get_css_variables() if self.theme in PALETTES else self.get_theme_variable_defaults()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Name our colours for styles that are read before a theme is in use."""
        return variables_of(LAMPLIGHT)

    def on_mount(self) -> None:
        """Open the first place, and the shop once that is drawn."""
        self.push_screen(self._opens_at.open())
        if self.is_open:
            self.begin()

    def on_ready(self) -> None:
        """Paint the whole first page, which Textual keeps back but for what changes again; then open the shop."""
        if not self.is_open and self.page is not None:
            self.page.refresh()
            self.page.call_after_refresh(self.open_shop)

    def begin(self) -> None:
        """Listen to the shop from now on; what stands around the first page is read when that is there."""
        self._news.begin()
        if self._opens_at is SHOP:
            self.set_timer(LOOKS_AROUND_AFTER, self.look_around)
        else:
            self.look_around()

    def look_around(self) -> None:
        """Read once what is in the cart and who sits here."""
        if self._has_looked_around:
            return
        self._has_looked_around = True
        self.read_cart()
        self.counter.read_person()

    @property
    def crash(self) -> Exception | None:
        """The bug that ended the app."""
        return self._exception

    def _print_error_renderables(self) -> None:
        """Say the last word; of a bug, leave the telling to whoever opened the app: no traceback is for a person."""
        if self.crash is None:
            super()._print_error_renderables()

    def on_key(self, event: Key) -> None:
        """Let the page have a key that nobody on it took, before the bindings are asked."""
        if isinstance(self.screen, MartScreen):
            self.screen.take_late(event)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._news.close()

    def on_resize(self, event: Resize) -> None:
        """Cover what would be clipped; the app's own size is still the one before."""
        for screen in self.screen_stack:
            screen.set_class(is_too_small(event.size), "-too-small")

    # --- telling ---

    def watch_title(self, was: str, title: str) -> None:
        """Name the terminal's window so, but leave it alone until there is something to say."""
        if was != title and self._driver is not None and not self.is_headless:
            self._driver.write(window_title(title))

    def watch_trouble(self) -> None:
        """Show it on the key line."""
        for screen in self.screen_stack:
            for line in screen.query(KeyLine):
                line.follow()

    def tell(self, words: str, title: str = "", *, is_bad: bool = False) -> None:
        """Show a toast where nothing stands: in the blank row over the keys, or, where it needs two, below the bar.

        A toast that needs more rows covers what stands above the keys.
        """
        line = f"{title}{' ' if title.endswith('.') else ' · '}{words}"
        if title and words and cell_len(terminal_text(line)) <= self.size.width - _AROUND_TOAST:
            words, title = line, ""
        super().tell(words, title, is_bad=is_bad)
        for page in self._pages:
            room = self.size.width - (_AROUND_SLIM_TOAST if page.is_slim else _AROUND_TOAST)
            has_two_rows = bool(title and words) and all(len(prose(each, room)) == 1 for each in (title, words))
            page.lay_toasts(below_the_bar=has_two_rows)

    def choose_look(self, look: str) -> None:
        """Show the shop in another look at once, and remember it."""
        self.theme = look
        self._keep_look(look)

    @work(group="look", exclusive=True)
    async def _keep_look(self, look: str) -> None:
        try:
            await asyncio.to_thread(self.preferences.keep_theme, look)
        except (OSError, MicroMartError) as error:
            self.tell(str(error), "It will be forgotten when you quit.", is_bad=True)

    @property
    def palette(self) -> Palette:
        """The colours of the look in use."""
        return PALETTES[self.theme]

    def money(self, amount: Money) -> str:
        """Write an amount as people read it."""
        return money_words(str(amount), amount.currency)

    def _hear(self, changes: frozenset[Change]) -> None:
        """Take in news from their thread."""
        self.call_later(self._tell_screens, changes)

    def _tell_screens(self, changes: frozenset[Change]) -> None:
        self.gallery.forget(changes)
        for page in self._pages:
            page.post_message(Changed(changes))
        mine = ("", self.cart.id if self.cart else None)
        if any(each.topic == Topic.ANYTHING or (each.topic == Topic.CARTS and each.key in mine) for each in changes):
            self.read_cart()

    # --- going places ---

    def go(self, name: str) -> None:
        """Go to a place; what lay over the last one is left, once nothing of it would be lost unasked."""
        if self._is_kept_by_a_page(partial(self.go, name)):
            return
        place = PLACES[name]
        while len(self.screen_stack) > 2:  # noqa: PLR2004  # Textual's own, and the place itself
            self.pop_screen()
        self.switch_screen(place.open())

    def _is_kept_by_a_page(self, then: Callable[[], object]) -> bool:
        return any(page.asks_before_leaving(then) for page in reversed(self._pages))

    def action_go(self, name: str) -> None:
        """Go to a place by its key."""
        self.go(name)

    @work(exclusive=True, group="open-desk")
    async def action_open_desk(self) -> None:
        """Go to the desk, if the shop lets whoever sits here; it says why not."""
        from micromart_core.users.service_staff import open_desk

        try:
            await self.ask(open_desk)
        except MicroMartError as error:
            self.tell_error(error)
        else:
            self.go(DESK[0].name)

    def action_help(self) -> None:
        """Show the keys of the page; on the help itself, go back."""
        from micromart_tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.pop_screen()
        elif (page := self.page) is not None:
            self.push_screen(HelpScreen(page))

    async def action_quit(self) -> None:
        """Leave; what is held goes on, and that is said."""
        if not self._is_kept_by_a_page(self._leave):
            self._leave()

    def _leave(self) -> None:
        self.exit(message=UNANSWERED if self.is_unanswered else farewell(self.cart))

    async def action_back(self) -> None:
        """Go back one layer, and never out."""
        page = self.page if self.page is self.screen else None
        if page is not None and page.asks_before_leaving(self._back):
            return
        self._back()

    def _back(self) -> None:
        if len(self.screen_stack) > 2:  # noqa: PLR2004  # Textual's own, and a place
            self.pop_screen()

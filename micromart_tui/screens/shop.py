"""The shop: the shelf, what is searched for on it, and the page of the product that is lit."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType

from micromart_core.products.words import query_words
from micromart_tui.moves import MOVES
from micromart_tui.screen import MartScreen
from micromart_tui.screens.browsing import BrowsingScreen
from micromart_tui.screens.buying import BuyingScreen
from micromart_tui.widgets.search_line import SearchLine
from micromart_tui.widgets.shelf import Shelf


class ShopScreen(BrowsingScreen, inherit_bindings=False):
    """Moves the light along the shelf, searches as one types, and opens what is lit where there is one column only."""

    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        *BuyingScreen.BINDINGS,
        *MartScreen.BINDINGS,
        Binding("pageup", "leaf(-1)", "a page back", show=False),
        Binding("pagedown", "leaf(1)", "a page on", show=False),
        Binding("enter", "open", "open", key_display="↵"),
        Binding("slash", "search", "search", key_display="/", priority=True),
        Binding("escape", "clear", "clear", key_display="esc"),
        Binding("tab", "take_suggestion", "what you meant", show=False),
    ]
    DEFAULT_CSS = """
    ShopScreen #counter { height: 1fr; }
    ShopScreen #aisle { width: 32; margin-right: 3; height: 1fr; }
    ShopScreen.-narrow #aisle { width: 28; margin-right: 2; }
    ShopScreen.-slim #aisle, ShopScreen.-empty #aisle { width: 1fr; margin: 0; }
    ShopScreen.-slim ProductPage, ShopScreen.-empty ProductPage { display: none; }
    ShopScreen.-failed #counter { opacity: 60%; }
    """

    @property
    def is_typed_in(self) -> bool:
        """True while keys are letters of a search."""
        return self.search.is_typed_in

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the width, the shelf and the search allow."""
        offered = _OFFERED.get(action)
        return super().check_action(action, parameters) if offered is None else offered(self)

    @property
    def can_browse(self) -> bool:
        """True where the light can go anywhere: to another product, or up into the search."""
        return not self.is_typed_in and (len(self.aisle.products) > 1 or self.search.is_open)

    @property
    def can_buy(self) -> bool:
        """True where the page of what is lit stands beside it, and its keys are not letters."""
        return self.is_for_sale and not self.is_slim and not self.is_typed_in

    @property
    def meant(self) -> str | None:
        """What was perhaps meant by a search that found nothing."""
        return self._meant

    def action_move(self, step: int) -> None:
        """Light the next product; above the first result is the search."""
        if step < 0 and self.aisle.lit == 0 and self.search.is_open:
            self.search.open()
            return
        self._light(self.aisle.lit + step)

    def action_leaf(self, step: int) -> None:
        """Go on by what is in sight."""
        self._light(self.aisle.lit + step * max(1, len(self.shelf.in_sight) - 1))

    @work(exclusive=True, group="end")
    async def action_end(self, side: int) -> None:
        """Light the first or the last product of all; a far end is read by itself, not by walking there."""
        aisle = self.aisle
        if aisle is self._stock and (aisle.start if side < 0 else aisle.end) is not None:
            async with self.reading():
                stretch = await (self.reads.after(None) if side < 0 else self.reads.up_to(None))
                aisle.begin(stretch)
                aisle.light(0 if side < 0 else len(aisle.products) - 1)
                self._show()
        self._light(0 if side < 0 else len(aisle.products) - 1)

    def _light(self, index: int) -> None:
        if self.aisle.products:
            self.aisle.light(index)
            self.shelf.follow()
            self._show_lit()

    def action_open(self) -> None:
        """Open the lit product on a page of its own."""
        from micromart_tui.screens.product import ProductScreen

        if (product := self.aisle.lit_product) is not None:
            self.app.push_screen(ProductScreen(product.sku))

    @on(Shelf.Pointed)
    def _point(self, message: Shelf.Pointed) -> None:
        was_lit = message.index == self.aisle.lit
        self._light(message.index)
        if was_lit and self.is_slim:
            self.action_open()

    @on(Shelf.Wheeled)
    def _wheel(self, message: Shelf.Wheeled) -> None:
        self._light(self.aisle.lit + message.step)

    # --- searching ---

    def action_search(self) -> None:
        """Search as one types."""
        self.search.open()
        self.refresh_bindings()

    def action_clear(self) -> None:
        """Show the whole shelf again."""
        self.search.close()
        self.refresh_bindings()
        self._ask_for("")

    def action_take_suggestion(self) -> None:
        """Search for what was perhaps meant."""
        if self._meant is not None:
            self.search.fill(self._meant)

    @on(SearchLine.Asked)
    def _asked(self, message: SearchLine.Asked) -> None:
        self._ask_for(message.query if query_words(message.query) else "")

    def _ask_for(self, query: str) -> None:
        if query == self._query:
            return
        self._query = query
        if not query:
            self._results, self._meant = None, None
            self._show()
        self.renew()

    @on(SearchLine.Entered)
    def _entered(self) -> None:
        """Go into the results."""
        if self._meant is not None:
            self.action_take_suggestion()
        elif self.aisle.products:
            self.set_focus(None)
            if self.is_slim:
                self.action_open()


_OFFERED: Final[dict[str, Callable[[ShopScreen], bool]]] = {
    "move": lambda shop: shop.can_browse,
    "end": lambda shop: shop.can_browse,
    "leaf": lambda shop: shop.can_browse,
    "choose": lambda shop: shop.can_buy,
    "read_on": lambda shop: not (shop.is_slim or shop.is_typed_in),
    "add": lambda shop: shop.can_buy,
    "open": lambda shop: shop.is_slim and shop.aisle.lit_product is not None,
    "search": lambda shop: not (shop.is_typed_in or shop.has_class("-empty")),
    "clear": lambda shop: shop.search.is_open,
    "take_suggestion": lambda shop: shop.meant is not None,
}

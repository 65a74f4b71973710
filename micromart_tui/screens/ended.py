"""A hold has ended: what was there, what of it is still free, and one key to have it back."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.carts.model import CartLine, Dearer, Restored
from micromart_core.changes import Topic
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.products.model import Product
from micromart_core.products.service import show_products
from micromart_tui.moves import MOVES
from micromart_tui.places import CART
from micromart_tui.rows import button, prose, row, spread
from micromart_tui.sheet import SheetScreen

_WIDEST = 52


class EndedScreen(SheetScreen):
    """What can be taken back; a price that has risen since must be accepted, by a key of its own."""

    place = CART.name
    heading = "cart"
    is_centred = True
    topics = frozenset({Topic.STOCK, Topic.PRODUCTS, Topic.CARTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,r", "take_back(False)", "pick them up again", key_display="r"),
        Binding("y", "take_back(True)", "take the new price"),
        Binding("s", "app.go('shop')", "keep looking"),
        *MOVES,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._products: dict[Sku, Product] = {}
        self._dearer: dict[Sku, Dearer] = {}

    @property
    def lines(self) -> tuple[CartLine, ...]:
        """What could be taken back."""
        return self.mart.cart.restorable if self.mart.cart else ()

    def renew(self) -> None:
        """Read in a worker what the page shows beside the cart."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """Read what is free of each."""
        async with self.reading():
            products = await self.ask(show_products, tuple(line.sku for line in self.lines))
            self._products = {product.sku: product for product in products}
        self.repaint()

    def show_cart(self) -> None:
        """Go to the cart when it holds something again."""
        super().show_cart()
        cart = self.mart.cart
        if cart is not None and not self._dearer and (cart.lines or not cart.restorable):
            self.mart.go(CART.name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a new price where there is one."""
        if action == "take_back":
            return bool(self._dearer) if parameters == (True,) else bool(self.lines) and not self._dearer
        if action == "retry":
            return False  # its key takes back here
        return super().check_action(action, parameters)

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it is centred by its rows
        """Draw each line with what is left of it."""
        wide = min(width, _WIDEST)
        if self._dearer:
            return self._draw_dearer(wide)
        rows = [row(("Your hold ended.", "bold $cream")), row()]
        rows += [*prose("The things you picked are back on the shelf.", wide), row()]
        rows += [self._draw_line(line, wide) for line in self.lines]
        return [*rows, row(), button("pick them up again", "r", wide)]

    def _draw_line(self, line: CartLine, width: int) -> Content:
        free = self._free(line.sku)
        if free is None:
            dot, tone, told = "○ ", "$dust", "…"
        elif free >= line.quantity:
            dot, tone, told = "● ", "$leaf", "still free"
        else:
            dot, tone, told = ("● ", "$honey", f"{free} left") if free else ("○ ", "$rose", "gone")
        name = row((dot, tone), (line.name, "$cream" if free else "$dust"), (f"  × {line.quantity}", "$dust"))
        return spread(name, row((told, "$sand" if told == "still free" else tone)), width)

    def _free(self, sku: Sku) -> int | None:
        """Return how many can be had, None before that was read; what is withdrawn cannot be."""
        if not self._products:
            return None
        product = self._products.get(sku)
        return product.stock.available if product and product.status == "published" else 0

    def _draw_dearer(self, width: int) -> list[Content]:
        rows = [row(("A price has risen.", "bold $cream")), row()]
        rows += [*prose("Nothing is taken at a price you have not seen.", width), row()]
        for each in self._dearer.values():
            now = row((f"was {self._money(each.was)}  ", "$dust"), (self._money(each.now), "bold $honey"))
            rows.append(spread(row(("● ", "$honey"), (each.name, "$cream")), now, width))
        return [*rows, row(), button("take the new price", "y", width)]

    def _money(self, amount: Money) -> str:
        return self.mart.money(amount)

    @work(group="change")
    async def action_take_back(self, accept: bool) -> None:  # noqa: FBT001  # Textual passes it by position
        """Hold again what is free; say what is not, and ask about what is dearer."""
        with self.telling_errors():
            restored = await self.mart.restore_cart(accept_prices=accept)
            self._dearer = {each.sku: each for each in restored.dearer}
            self._tell_missing(restored)
            self.refresh_bindings()
            self.repaint()
            self.show_cart()

    def _tell_missing(self, restored: Restored) -> None:
        names = {line.sku: line.name for line in (*restored.cart.lines, *restored.cart.restorable)}
        missing = ", ".join(names.get(sku, sku) for sku in restored.missing)
        if missing:
            self.mart.tell("Others were faster.", f"Not all there any more: {missing}", is_bad=True)

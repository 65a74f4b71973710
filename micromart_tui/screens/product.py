"""A product on a page of its own, where there is room for one column only."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from micromart_core.inventory.model import Sku
from micromart_core.products.service import show_product
from micromart_tui.screens.buying import BuyingScreen


class ProductScreen(BuyingScreen):
    """The shelf lies beneath; esc goes back to it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.back", "shelf", key_display="esc")]

    def __init__(self, sku: Sku) -> None:
        super().__init__()
        self._sku = sku

    def compose_page(self) -> ComposeResult:
        """Yield the product's page."""
        yield self.page

    def renew(self) -> None:
        """Read the product."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        async with self.reading():
            self.show_product(await self.ask(show_product, self._sku))

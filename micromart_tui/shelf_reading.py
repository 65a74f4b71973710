"""Reading along the shelf and through what a search found, a stretch at a time."""

from functools import partial

from micromart_core.errors import NotFound, Refused
from micromart_core.inventory.model import Sku
from micromart_core.products.model import ProductPage, SearchPage
from micromart_tui.aisle import PAGE, Stretch, after, up_to
from micromart_tui.gallery import Ask


class ShelfReading:
    """Asks for what stands after a cursor, or before it; what is asked for is loaded with the first question (0039)."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def after(self, start: str | None, limit: int = PAGE) -> Stretch:
        """Read what follows a cursor; None = from the beginning."""
        return await after(partial(self._list, limit=limit), start)

    async def up_to(self, end: str | None) -> Stretch:
        """Read what ends at a cursor; None = the last products of all."""
        return await up_to(self._list_back, end)

    async def around(self, sku: Sku) -> Stretch:
        """Read what ends with a product; a product that is no longer there is where the shelf begins."""
        from micromart_core.products.service_shelf import locate_product

        try:
            at = await self._ask(locate_product, sku)
        except (NotFound, Refused):
            return await self.after(None)
        return await self.up_to(at)

    async def search(self, query: str, start: str | None = None) -> SearchPage:
        """Read what a search found, from a cursor on."""
        from micromart_core.products.service_search import search_products

        return await self._ask(search_products, query, after=start, limit=PAGE)

    async def found_after(self, query: str, start: str | None) -> Stretch:
        """Read on in what a search found."""
        return await after(partial(self.search, query), start)

    async def _list(self, start: str | None, limit: int) -> ProductPage:
        from micromart_core.products.service import list_products

        return await self._ask(list_products, after=start, limit=limit)

    async def _list_back(self, end: str | None) -> ProductPage:
        from micromart_core.products.service_shelf import list_products_up_to

        return await self._ask(list_products_up_to, end, PAGE)

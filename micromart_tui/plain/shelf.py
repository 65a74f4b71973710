"""The shelf in lines: what there is, page by page, searched, and one thing looked at."""

from collections.abc import Callable
from functools import partial

from micromart_core.inventory.model import Sku
from micromart_core.products.model import Product, sku_of
from micromart_core.products.service import list_products, show_product
from micromart_core.products.service_search import search_products
from micromart_tui.plain.desk import Desk
from micromart_tui.plain.sentences import product_in_brief, product_in_full

AT_ONCE = 12
"""Things said before somebody has to ask for more."""
_NOTHING_MORE = "That is all there is."


class Shelf:
    """What is for sale."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._more: Callable[[], None] | None = None

    def show(self, _: str = "") -> None:
        """Say the first things of the shelf."""
        self._page(None)

    def more(self, _: str = "") -> None:
        """Go on with the list."""
        if self._more is None:
            self._desk.say(_NOTHING_MORE)
        else:
            self._more()

    def search(self, words: str) -> None:
        """Say what has these words."""
        self._found(words or self._desk.ask("Search for what?"), None)

    def look(self, sku: Sku) -> None:
        """Say everything of one thing."""
        product = self._desk.gateway.run(show_product, sku)
        self._desk.product = product.sku
        self._desk.say(product_in_full(product))
        if product.stock.available > 0:
            self._desk.say("Say: add, to put one in your cart, or add 2.")

    def look_at(self, word: str) -> None:
        """Look at the thing with this SKU, or raise InvalidValue."""
        self.look(sku_of(word))

    def _page(self, after: str | None) -> None:
        page = self._desk.gateway.run(list_products, after=after, limit=AT_ONCE)
        self._say(page.items, page.next and partial(self._page, page.next))
        if not page.items:
            self._desk.say("The shelves are being filled. Come back soon.")

    def _found(self, query: str, after: str | None) -> None:
        page = self._desk.gateway.run(search_products, query, after=after, limit=AT_ONCE)
        self._say(page.items, page.next and partial(self._found, query, page.next))
        if not page.items:
            meant = f" Did you mean “{page.did_you_mean}”?" if page.did_you_mean else ""
            self._desk.say(f"Nothing on the shelves for “{query}”.{meant}")

    def _say(self, products: tuple[Product, ...], more: Callable[[], None] | str | None) -> None:
        self._more = more if callable(more) else None
        looks = [partial(self.look, product.sku) for product in products]
        self._desk.list([product_in_brief(product) for product in products], list(looks))
        if products:
            self._desk.say("Say a number to look at one" + (", or: more." if self._more else "."))

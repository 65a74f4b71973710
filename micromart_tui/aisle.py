"""A window on a list of products of any length: the stretches around where one stands, by the cursors between them."""

from collections import deque
from collections.abc import Awaitable, Callable

from msgspec import Struct

from micromart_core.inventory.model import Sku
from micromart_core.products.model import Product, ProductPage, SearchPage

PAGE = 50
MOST_STRETCHES = 5
"""Stretches kept at once: of a million products those around the lit one."""
NEAR = 30
"""From how many products before the end of what was read the next page is read."""
Page = ProductPage | SearchPage
Read = Callable[[str | None], Awaitable[Page]]


class Stretch(Struct, frozen=True):
    """A page between two cursors; None = nothing is before it, or after it."""

    items: tuple[Product, ...]
    start: str | None
    end: str | None


class Aisle:
    """Products in their order, one of them lit.

    The end of a list is reached in one step: its last page is read backwards, and the window begins anew there.
    """

    def __init__(self, *, heading: str | None = None) -> None:
        self.heading = heading
        """What stands over all of it; None = each category is headed."""
        self.lit = 0
        self.is_read = False
        self.products: list[Product] = []
        self._stretches: deque[Stretch] = deque()

    @property
    def start(self) -> str | None:
        """Where what was read begins."""
        return self._stretches[0].start if self._stretches else None

    @property
    def end(self) -> str | None:
        """Where what was read ends."""
        return self._stretches[-1].end if self._stretches else None

    @property
    def is_whole(self) -> bool:
        """True when the window shows the whole list."""
        return self.is_read and self.start is None and self.end is None

    @property
    def lit_product(self) -> Product | None:
        """The product under the light."""
        return self.products[self.lit] if self.products else None

    @property
    def wants_more(self) -> bool:
        """True when the light comes near the end of what was read, and more follows."""
        return self.end is not None and self.lit + NEAR >= len(self.products)

    @property
    def wants_former(self) -> bool:
        """True when the light comes near the beginning of what was read, and more is before it."""
        return self.start is not None and self.lit < NEAR

    def begin(self, stretch: Stretch, lit: Sku | None = None) -> None:
        """Show this stretch alone; the light goes to a product, or stays about where it was."""
        self._stretches = deque([stretch])
        self.is_read = True
        self._join()
        self.light_sku(lit)

    def append(self, stretch: Stretch) -> None:
        """Go on at the end; what is furthest away is forgotten."""
        self._stretches.append(stretch)
        if len(self._stretches) > MOST_STRETCHES:
            self.lit -= len(self._stretches.popleft().items)
        self._join()

    def prepend(self, stretch: Stretch) -> None:
        """Go on at the beginning; what is furthest away is forgotten."""
        self._stretches.appendleft(stretch)
        self.lit += len(stretch.items)
        if len(self._stretches) > MOST_STRETCHES:
            self._stretches.pop()
        self._join()

    def start_of(self, index: int) -> str | None:
        """Return the cursor before the page that holds a product."""
        for stretch in self._stretches:
            if index < len(stretch.items):
                return stretch.start
            index -= len(stretch.items)
        return self.start

    def replace(self, products: dict[Sku, Product]) -> frozenset[Sku]:
        """Take in how products are now; return those that differ from what is shown."""
        changed = frozenset(each.sku for each in self.products if products.get(each.sku, each) != each)
        if changed:
            self._stretches = deque(
                Stretch(tuple(products.get(each.sku, each) for each in old.items), old.start, old.end)
                for old in self._stretches
            )
            self._join()
        return changed

    def light(self, index: int) -> None:
        """Light a product that was read."""
        self.lit = max(0, min(len(self.products) - 1, index))

    def light_sku(self, sku: Sku | None) -> None:
        """Light this product if it is here."""
        at = next((index for index, each in enumerate(self.products) if each.sku == sku), self.lit)
        self.light(at)

    def _join(self) -> None:
        self.products = [product for stretch in self._stretches for product in stretch.items]
        self.light(self.lit)


async def after(read: Read, start: str | None) -> Stretch:
    """Read the stretch that begins at a cursor."""
    page = await read(start)
    return Stretch(page.items, start, page.next)


async def up_to(read: Read, end: str | None) -> Stretch:
    """Read the stretch that ends at a cursor."""
    page = await read(end)
    return Stretch(page.items, page.next, end)

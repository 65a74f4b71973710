"""What products are and look like, read once for all pages and again when it changes."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from textual.content import Content

from micromart_core.changes import Change, Topic
from micromart_core.inventory.model import Sku
from micromart_core.operation import Operation
from micromart_core.products.model import Picture, Product
from micromart_core.products.service import show_products
from micromart_core.products.service_pictures import list_pictures
from micromart_tui.palette import Palette
from micromart_tui.rows import row
from micromart_tui.theme import GLOWS, glow_of

KEPT = 500
Params = ParamSpec("Params")
Result = TypeVar("Result")


class Ask(Protocol):
    """Runs an operation of the core without blocking the screen."""

    async def __call__(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Return what it answers, or raise the MicroMartError that forbids it."""
        ...


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A product and its picture, if it has one."""

    product: Product
    picture: Picture | None


class Gallery:
    """The products that pages show; those looked at longest ago are forgotten first."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._shown: OrderedDict[Sku, Exhibit] = OrderedDict()
        self._stale: set[Sku] = set()
        """What has changed since it was read; until it is read again it is shown as it was."""
        self._being_read: set[Sku] = set()

    def product(self, sku: Sku) -> Product | None:
        """Return a product that was fetched."""
        exhibit = self._shown.get(sku)
        return exhibit.product if exhibit else None

    def picture(self, sku: Sku) -> Picture | None:
        """Return the picture of a product that was fetched, if it has one."""
        exhibit = self._shown.get(sku)
        return exhibit.picture if exhibit else None

    def is_fresh(self, sku: Sku) -> bool:
        """Say whether a product was fetched, and has not changed since."""
        return sku in self._shown and sku not in self._stale and sku not in self._being_read

    async def fetch(self, skus: Iterable[Sku]) -> None:
        """Read those that were not read yet; raise what forbids it. A product that is gone is left out."""
        missing = tuple(dict.fromkeys(sku for sku in skus if sku not in self._shown or sku in self._stale))
        if not missing:
            return
        was_stale = self._stale & set(missing)
        self._stale -= was_stale  # before it is read: what changes meanwhile is stale again
        self._being_read |= was_stale
        try:
            products = await self._ask(show_products, missing)
            pictures = {picture.sku: picture for picture in await self._ask(list_pictures, missing)}
        except BaseException:  # whoever went on to another product has cancelled it
            self._stale |= was_stale
            raise
        finally:
            self._being_read -= was_stale
        for product in products:
            self._shown[product.sku] = Exhibit(product, pictures.get(product.sku))
        while len(self._shown) > KEPT:
            self._shown.popitem(last=False)

    def draw(self, sku: Sku, size: int, palette: Palette, glow: str = "ground") -> tuple[Content, ...]:
        """Return the picture of a product that was fetched, `size` cells wide and half as many rows high.

        `glow` says how much of its tint the ground has (theme.GLOWS). Without a picture, that ground alone.
        """
        exhibit = self._shown.get(sku)
        if exhibit is None:
            return (row(" " * size),) * (size // 2)
        tint = palette.tints[exhibit.product.tint]
        ground = glow_of(palette, tint, GLOWS[glow])
        if exhibit.picture is None:
            return (row((" " * size, f"on {ground}")),) * (size // 2)
        from micromart_tui.art import half_blocks  # which loads PIL, for shops that have pictures

        return half_blocks(exhibit.picture, tint, ground, size)

    def forget(self, changes: frozenset[Change]) -> None:
        """Take note of what has changed, so that it is read again when it is shown next."""
        for change in changes:
            if change.topic not in (Topic.PRODUCTS, Topic.STOCK, Topic.ANYTHING):
                continue
            self._stale |= {Sku(change.key)} if change.key else set(self._shown)

"""What products are and look like, read once for all pages and again when it changes."""

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Generic, ParamSpec, Protocol, TypeVar

from textual.content import Content

from micromart_core.changes import Change, Topic
from micromart_core.errors import MicroMartError
from micromart_core.inventory.model import Sku
from micromart_core.operation import Operation
from micromart_core.products.model import Picture, Product
from micromart_tui.palette import Palette
from micromart_tui.rows import row
from micromart_tui.theme import GLOWS, glow_of

KEPT = 500
Params = ParamSpec("Params")
Result = TypeVar("Result")
Kind = TypeVar("Kind", bound=Product | Picture)


class Ask(Protocol):
    """Runs an operation of the core without blocking the screen."""

    async def __call__(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Return what it answers, or raise the MicroMartError that forbids it."""
        ...


class Shown(Generic[Kind]):
    """What was read of products by their SKU; those looked at longest ago are forgotten first."""

    def __init__(self, read: Callable[[tuple[Sku, ...]], Awaitable[tuple[Kind, ...]]]) -> None:
        self._read = read
        self._shown: OrderedDict[Sku, Kind | None] = OrderedDict()
        self._stale: set[Sku] = set()
        """What has changed since it was read; until it is read again it is shown as it was."""
        self._being_read: Counter[Sku] = Counter()
        """How often each is being read just now: whoever went on has not taken it from who stays."""
        self._without: set[Sku] = set()
        """What is known to have none, and is not asked for."""
        self._forgotten = 0

    def get(self, sku: Sku) -> Kind | None:
        """Return what was read of a product, if there is any."""
        return self._shown.get(sku)

    def is_read(self, sku: Sku) -> bool:
        """Say whether it was read, perhaps before it changed."""
        return sku in self._shown or sku in self._without

    def is_fresh(self, sku: Sku) -> bool:
        """Say whether it was read, and has not changed since."""
        return self.is_read(sku) and sku not in self._stale and sku not in self._being_read

    async def fetch(self, skus: Iterable[Sku]) -> None:
        """Read what was not read yet, or has changed; raise what forbids it."""
        missing = tuple(dict.fromkeys(sku for sku in skus if not self.is_read(sku) or sku in self._stale))
        if not missing:
            return
        was_stale = self._stale & set(missing)
        self._stale -= was_stale  # before it is read: what changes meanwhile is stale again
        self._being_read.update(missing)
        try:
            read = {each.sku: each for each in await self._read(missing)}
        except BaseException:  # whoever went on to another product has cancelled it
            self._stale |= was_stale
            raise
        finally:
            self._being_read -= Counter(missing)
        self._shown.update({sku: read.get(sku) for sku in missing})
        while len(self._shown) > KEPT:
            self._stale.discard(self._shown.popitem(last=False)[0])

    async def learn(self, skus: Sequence[Sku], having: Callable[[tuple[Sku, ...]], Awaitable[tuple[Sku, ...]]]) -> None:
        """Find out which have none; raise what forbids it. What changes meanwhile leaves that open."""
        before = self._forgotten
        none = set(skus) - set(await having(tuple(skus)))
        if before == self._forgotten:
            self._without = none if len(self._without) > KEPT else self._without | none

    def forget(self, sku: Sku | None) -> None:
        """Take note that this has changed, or that anything may have."""
        if sku is None:
            self._stale |= {*self._shown, *self._being_read}
        elif sku in self._shown or sku in self._being_read:
            self._stale.add(sku)
        self._without -= self._without if sku is None else {sku}
        self._forgotten += 1


class Gallery:
    """The products that pages show, and their pictures; who has read a product already asks for its picture alone."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._products = Shown(self._read_products)
        self.pictures = Shown(self._read_pictures)

    def product(self, sku: Sku) -> Product | None:
        """Return a product that was fetched."""
        return self._products.get(sku)

    async def fetch(self, skus: Iterable[Sku]) -> None:
        """Read products and their pictures; raise what forbids it. A product that is gone is left out."""
        wanted = tuple(skus)
        await self._products.fetch(wanted)
        await self.pictures.fetch(wanted)

    async def learn(self, skus: Sequence[Sku]) -> None:
        """Find out who has a picture at all, so that nobody else's is asked for; who does not know, asks later."""
        with suppress(MicroMartError):
            await self.pictures.learn(skus, self._read_pictured)

    # What is asked for is loaded with the first question: the first page is drawn before the shop is open (0039).

    async def _read_products(self, skus: tuple[Sku, ...]) -> tuple[Product, ...]:
        from micromart_core.products.service import show_products

        return await self._ask(show_products, skus)

    async def _read_pictures(self, skus: tuple[Sku, ...]) -> tuple[Picture, ...]:
        from micromart_core.products.service_looks import list_pictures

        return await self._ask(list_pictures, skus)

    async def _read_pictured(self, skus: tuple[Sku, ...]) -> tuple[Sku, ...]:
        from micromart_core.products.service_looks import list_pictured

        return await self._ask(list_pictured, skus)

    def draw(self, sku: Sku, size: int, palette: Palette, glow: str = "ground") -> tuple[Content, ...]:
        """Return the picture of a product that was fetched, `size` cells wide and half as many rows high.

        `glow` says how much of its tint the ground has (theme.GLOWS). Without a picture, that ground alone.
        """
        product, picture = self.product(sku), self.pictures.get(sku)
        if product is None:
            return (row(" " * size),) * (size // 2)
        tint = palette.tints[product.tint]
        ground = glow_of(palette, tint, GLOWS[glow])
        if picture is None:
            return (row((" " * size, f"on {ground}")),) * (size // 2)
        from micromart_tui.art import half_blocks  # which loads PIL, for shops that have pictures

        return half_blocks(picture, tint, ground, size)

    def forget(self, changes: frozenset[Change]) -> None:
        """Take note of what has changed, so that it is read again when it is shown next."""
        for change in changes:
            sku = Sku(change.key) if change.key else None
            if change.topic in (Topic.PRODUCTS, Topic.STOCK, Topic.ANYTHING):
                self._products.forget(sku)
            if change.topic in (Topic.PRODUCTS, Topic.ANYTHING):
                self.pictures.forget(sku)

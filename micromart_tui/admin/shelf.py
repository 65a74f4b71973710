"""A row of the stock table: a product on its shelf, how it is told, and the pages it comes in."""

from msgspec import Struct
from textual.content import Content

from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.inventory.model_reports import LevelPage, Shelf, ShelfCounts
from micromart_core.inventory.service_levels import list_levels, show_level
from micromart_core.inventory.service_shelves import count_sold, list_shelves
from micromart_core.products.model import Product, ProductFilter, SortKey, Tint
from micromart_core.products.service import list_products, show_products
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.figures import spark
from micromart_tui.gallery import Ask
from micromart_tui.rows import row

UNNAMED = Tint.BONE
"""The tint of what has no product that whoever sits here may see."""


class ShelfRow(Struct, frozen=True):
    """A product with its level and the units sold in each of the last seven days."""

    level: StockLevel
    name: str
    category: str
    tint: Tint
    sold: tuple[int, ...]

    @property
    def sku(self) -> Sku:
        """Which product it is."""
        return self.level.sku

    @property
    def state(self) -> tuple[str, str]:
        """What is to be said of it, and its colour."""
        level = self.level
        if level.on_hand == 0:
            return "sold out", "$rose"
        if level.available <= 0:
            return "all held", "$rose"
        return (f"low at {level.reorder_level}", "$honey") if level.low else ("", "$cream")


class ShelfPage(Struct, frozen=True):
    """A page of rows; `next` continues it, None at the end."""

    items: tuple[ShelfRow, ...]
    next: str | None


async def read_shelves(ask: Ask, state: Shelf | None, after: str | None, limit: int) -> ShelfPage:
    """Read a page of the stockroom, of one state or all, with what the catalogue says of it and what was sold."""
    page: LevelPage = (
        await ask(list_levels, after, limit) if state is None else await ask(list_shelves, state, after, limit)
    )
    return await _described(ask, page)


async def read_shelves_from(ask: Ask, sku: Sku, limit: int) -> ShelfPage:
    """Read a page of all of the stockroom that begins with one product, or raise UnknownSku."""
    first = await ask(show_level, sku)
    page = await ask(list_levels, sku, limit - 1)
    return await _described(ask, LevelPage((first, *page.items), page.next))


async def read_category(ask: Ask, category: str, after: str | None, limit: int) -> ShelfPage:
    """Read a page of what is for sale in one category, by name."""
    page = await ask(list_products, ProductFilter(category=category), SortKey.SHELF, after, limit)
    return await _sold_of(ask, [(product.stock, product) for product in page.items], page.next)


async def _described(ask: Ask, page: LevelPage) -> ShelfPage:
    skus = tuple(level.sku for level in page.items)
    products = {product.sku: product for product in (await ask(show_products, skus) if skus else ())}
    return await _sold_of(ask, [(level, products.get(level.sku)) for level in page.items], page.next)


async def _sold_of(ask: Ask, found: list[tuple[StockLevel, Product | None]], following: str | None) -> ShelfPage:
    skus = tuple(level.sku for level, _ in found)
    sold = {each.sku: each.days for each in (await ask(count_sold, skus) if skus else ())}
    return ShelfPage(tuple(shelf_row(level, product, sold.get(level.sku, ())) for level, product in found), following)


def shelf_row(level: StockLevel, product: Product | None, sold: tuple[int, ...] = ()) -> ShelfRow:
    """Make a row; a product that may not be seen has no name."""
    words = (product.name, product.category, product.tint) if product else ("", "", UNNAMED)
    return ShelfRow(level, *words, sold)


def look_of(shelf: ShelfRow) -> RowLook:
    """Say how a row is lit."""
    return RowLook(shelf.sku, shelf.tint, is_product=True)


def _held(shelf: ShelfRow) -> tuple[str, str]:
    return (str(shelf.level.held), "$sand") if shelf.level.held else ("·", "$dust")


COLUMNS: tuple[Column[ShelfRow], ...] = (
    Column("sku", 9, lambda shelf: (shelf.sku, "$dust"), gap=0, least_room=60),
    Column("name", 12, lambda shelf: (shelf.name or shelf.sku, "$cream"), grows=True),
    Column("shelf", 9, lambda shelf: (shelf.category, "$dust"), least_room=90),
    Column("on hand", 7, lambda shelf: (str(shelf.level.on_hand), "$cream"), is_number=True, least_room=44),
    Column("held", 6, _held, is_number=True, least_room=60),
    Column("free", 6, lambda shelf: (str(shelf.level.available), f"bold {shelf.state[1]}"), is_number=True),
    Column("7 days", 7, lambda shelf: (spark(shelf.sold), f"$tint-{shelf.tint} 70%"), gap=3, least_room=72),
    Column("sold", 4, lambda shelf: (str(sum(shelf.sold)), "$sand"), is_number=True, least_room=72),
    Column("reorder", 10, lambda shelf: shelf.state, gap=3),
)


def told_by(counts: ShelfCounts, *, is_slim: bool) -> Content:
    """Say how many products there are, and how many run out or have none free; short where it is slim."""
    if is_slim:
        low = row((f"{counts.low:,}", "bold $honey"), (" low   ", "$dust"))
        return row(low, (f"{counts.sold_out:,}", "bold $rose"), (" none free", "$dust"))
    more = "" if counts.is_whole else "+"
    told = row((f"{counts.products:,}{more}", "bold $cream"), (" products", "$dust"))
    for number, words, tone in ((counts.low, "running out", "$honey"), (counts.sold_out, "none free", "$rose")):
        shown = (f"{number:,}{more if number else ''}", f"bold {tone}" if number else "$sand")
        told = row(told, "   ", shown, (f" {words}", "$dust"))
    return told

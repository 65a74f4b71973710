"""A7: the staff's products of every status, each opened into the editor."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.changes import Topic
from micromart_core.products.model import Product, ProductPage, ProductStatus, SearchPage
from micromart_core.products.service import list_catalogue
from micromart_core.products.service_search import search_catalogue
from micromart_core.products.words import query_words
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.editor import EditorScreen
from micromart_tui.admin.goods_moves import TONES, move_product, short_status_words, status_words
from micromart_tui.admin.searching import SearchingScreen
from micromart_tui.rows import row
from micromart_tui.screen import MartScreen
from micromart_tui.widgets.twin import command

_FILTERS = (None, *ProductStatus)


class GoodsScreen(SearchingScreen[Product]):
    """Products as they stand on the shelves, drafts and archived ones too."""

    place: ClassVar[str] = "desk/goods"
    heading: ClassVar[str] = "goods"
    hint: ClassVar[str] = "a name, a sku, a word of the story"
    empty: ClassVar[str] = "No product yet. n writes the first one."
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.PRODUCTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="↵"),
        Binding("n", "write", "new"),
        Binding("t", "move_product", "status"),
        Binding("f", "filter", "filter"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._status: ProductStatus | None = None

    @property
    def is_narrowed(self) -> bool:
        """True while not all products are shown."""
        return bool(self.wanted or self._status)

    @property
    def not_found(self) -> str:
        """What is said where no product is like that."""
        of_status = f"{self._status} " if self._status else ""
        return f"no {of_status}product{f' is like “{self.wanted}”' if self.wanted else ''}"

    def columns(self) -> tuple[Column[Product], ...]:
        """Return what it is, where it stands, what it costs and whether it is sold."""
        return (
            Column("sku", 10, lambda each: (each.sku, "$dust"), gap=0, least_room=60),
            Column("name", 10, lambda each: (each.name, "$cream"), gap=0, grows=True),
            Column("shelf", 10, lambda each: (each.category, "$dust"), least_room=72),
            Column("price", 9, lambda each: (self.mart.money(each.price), "bold $cream"), is_number=True),
            Column("free", 6, _free, is_number=True, least_room=60),
            Column("status", 11, status_words, gap=2, least_room=60),
            Column("status", 10, short_status_words, most_room=59),
        )

    def look_of(self, each: Product) -> RowLook:
        """Light a product in its tint."""
        return RowLook(each.sku, each.tint, is_product=True)

    async def read_page(self, after: str | None, limit: int) -> ProductPage | SearchPage:
        """Read along the shelves, or what was searched for."""
        if query_words(self.wanted):
            return await self.ask(search_catalogue, self.wanted, self._status, after=after, limit=limit)
        return await self.ask(list_catalogue, self._status, after=after, limit=limit)

    def summary(self) -> tuple[Content, Content]:
        """Tell how many there are as far as they were read, and of what."""
        if not self.window.was_read:
            return row(), row()
        told = self.count_of("product", "products")
        kind = (self._status, f"bold {TONES[self._status][1]}") if self._status else ("of every status", "$dust")
        return told, row((f"“{self.wanted}”", "bold $cream")) if self.wanted else row(kind)

    @property
    def command_line(self) -> str:
        """What shows the lit one, or lists the same."""
        if self.lit is not None:
            return command("product", "show", self.lit.sku)
        status = ("--status", self._status or "all")
        return command("search", self.wanted, *status) if self.wanted else command("product", "list", *status)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to move what there is."""
        if action == "move_product" and self.lit is None:
            return False
        if action == "write" and self.failure is not None:
            return False
        return super().check_action(action, parameters)

    def widen(self) -> None:
        """Show everything again."""
        super().widen()
        self._status = None

    def action_filter(self) -> None:
        """Show products of the next status only."""
        self._status = _FILTERS[(_FILTERS.index(self._status) + 1) % len(_FILTERS)]
        self.start_anew()
        self.show_around()
        self.refresh_bindings()

    def page_of(self, each: Product) -> MartScreen:
        """Open a product in the editor."""
        return EditorScreen(each)

    def action_write(self) -> None:
        """Write a product that is not there yet."""
        self.app.push_screen(EditorScreen(None))

    def action_move_product(self) -> None:
        """Ask what shall become of the lit product."""
        if self.lit is not None:
            self.open_question(move_product(self.lit))


def _free(product: Product) -> tuple[str, str]:
    return (str(product.stock.available), "$sand") if product.stock.available > 0 else ("·", "$dust")

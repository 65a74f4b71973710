"""A4: how a product came to what is on hand: every movement, the curve of its balance, and the proof of the sum."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from micromart_core.changes import Change, Topic
from micromart_core.inventory.model import Sku, StockMovement
from micromart_core.inventory.model_reports import MovementPage, ShelfProof
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_verify import prove_shelf
from micromart_core.orders.service_lists import list_order_numbers
from micromart_core.products.model import Product, Tint
from micromart_core.products.service import show_products
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.figures import signed, steps
from micromart_tui.admin.shelf import UNNAMED
from micromart_tui.admin.table import DeskTable
from micromart_tui.admin.table_screen import TableScreen
from micromart_tui.rows import fitted, row, spread
from micromart_tui.when import brief_words, time_words
from micromart_tui.widgets.twin import command

_TALL_FROM = 26
_TAG = 14
"""Cells at the right of the curve for its highest and its last value."""
_WHEN, _NUMBERS = 8, 16
"""Cells of the first column, and of the two with numbers behind it."""


class HistoryScreen(TableScreen[StockMovement]):
    """The ledger of one product."""

    place: ClassVar[str] = "desk/stock"
    heading: ClassVar[str] = "history"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.MOVEMENTS, Topic.STOCK})
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,h", "app.back", "stock", key_display="esc")]
    DEFAULT_CSS = """
    HistoryScreen #head { height: auto; margin-bottom: 1; }
    HistoryScreen #ledger { height: 1fr; }
    HistoryScreen #proof { height: auto; }
    """

    def __init__(self, sku: Sku) -> None:
        super().__init__()
        self._sku = sku
        self._product: Product | None = None
        self._numbers: dict[str, str] = {}
        self._proof: ShelfProof | None = None

    def compose_page(self) -> ComposeResult:
        """Yield the curve, the movements and the proof."""
        yield Static(id="head")
        with Container(id="ledger"):
            yield DeskTable(self._columns(), self._look, "Nothing has moved yet.")
            yield Static(id="proof")

    @property
    def command_line(self) -> str:
        """What shows the same."""
        return command("stock", "history", self._sku)

    @property
    def tint(self) -> Tint:
        """The product's tint."""
        return self._product.tint if self._product else UNNAMED

    def _look(self, movement: StockMovement) -> RowLook:
        return RowLook(str(movement.id), self.tint)

    def _columns(self) -> list[Column[StockMovement]]:
        return [
            Column("when", _WHEN, lambda move: (brief_words(move.at, self.mart.clock.now()), "$dust"), gap=0),
            Column("change", 7, lambda move: (signed(move.change), _tone(move)), is_number=True),
            Column("on hand", 7, lambda move: (str(move.balance), "bold $cream"), is_number=True),
            Column("reason", 8, lambda move: (move.reason, "$cream"), gap=2, grows=True),
            Column("by", 11, lambda move: (move.actor, "$sand"), least_room=56),
            Column("order", 10, lambda move: (self._number_of(move), "$dust"), least_room=68),
            Column("note", 10, lambda move: (move.note or "", "$dust"), least_room=76, grows=True),
        ]

    def _number_of(self, move: StockMovement) -> str:
        return self._numbers.get(move.order, move.order) if move.order else ""

    async def read_page(self, after: str | None, limit: int) -> MovementPage:
        """Read a page of movements, and the numbers of their orders."""
        page = await self.ask(list_movements, self._sku, None, None, after, limit)
        orders = tuple({move.order for move in page.items if move.order} - self._numbers.keys())
        for order in (await self.ask_if_allowed(list_order_numbers, orders) if orders else None) or ():
            self._numbers[order.id] = order.number
        return page

    async def read_around(self) -> None:
        """Read the product and its proof."""
        self._proof = await self.ask(prove_shelf, self._sku)
        self._product = next(iter(await self.ask(show_products, (self._sku,))), None)

    def is_about(self, changes: frozenset[Change]) -> bool:
        """Say whether this product moved, or nobody knows what did."""
        return self.tells_of(changes, {self._sku})

    def show_around(self) -> None:
        """Draw what stands above and below the movements."""
        head, proof = self.query_one("#head", Static), self.query_one("#proof", Static)
        width = self.table.size.width
        if self._proof is None or not width:
            return
        room = self.window.is_whole and len(self.window)
        self.table.styles.max_height = room + 1 if room else None
        head.update(Content("\n").join(self._head(width, self._proof)))
        proof.update(Content("\n").join(self._foot(width, self._proof)))

    def _head(self, width: int, proof: ShelfProof) -> list[Content]:
        name = self._product.name if self._product else self._sku
        shelf = self._product.category if self._product else ""
        left = row((name, "bold $cream"), *([] if self.is_slim else [(f"   {self._sku}", "$dust")]))
        left = row(left, (f"   {shelf}", f"$tint-{self.tint}"))
        title = spread(left, row((str(proof.on_hand), "bold $cream"), (" on hand", "$dust")), width)
        return [title, row(), *self._curve(width, proof)] if len(self.window) else [title]

    def _curve(self, width: int, proof: ShelfProof) -> list[Content]:
        """Draw the balances of the newest movements, the newest at the right."""
        newest = [move.balance for at in range(len(self.window)) if (move := self.window.row(at))][::-1]
        height = 4 if self.size.height >= _TALL_FROM else 2
        tags = [f"{max(newest)} at most", *[""] * (height - 2), f"{proof.on_hand} now"] if newest else [""] * height
        return [
            spread(row((line, f"$tint-{self.tint} 62%")), row((tag, "$dust")), width)
            for line, tag in zip(steps(newest, width - _TAG, height), tags, strict=True)
        ]

    def _foot(self, width: int, proof: ShelfProof) -> list[Content]:
        moves = f"{proof.movements:,} move{'' if proof.movements == 1 else 's'}"
        sums = row("  ", fitted(row((moves, "$dust")), _WHEN), (signed(proof.sum).rjust(8), "$sand"))
        sums = row(sums, (str(proof.on_hand).rjust(8), "bold $cream"), "  ")
        if proof.ok:
            said = row(("✓ ", "$leaf"), ("sum of moves = on hand", "$sand"))
        else:
            said = row(("✗ ", "$rose"), (f"the moves give {proof.sum}, the last says {proof.balance}", "$rose"))
        if self.read_at is not None and not self.is_slim:
            said = row(said, (f"   checked at {time_words(self.read_at)}", "$dust"))
        rule = row("  ", ("─" * min(width - 2, _WHEN + _NUMBERS), "$line"))
        return [rule, sums, row("  ", said)] if self.is_slim else [rule, row(sums, said)]


def _tone(move: StockMovement) -> str:
    return "$leaf" if move.change > 0 else "$sand"

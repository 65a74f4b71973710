"""A2 and A3: what is on hand, held and free of every product, what was sold of it, and every change of it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.widgets import Static

from micromart_core.changes import Change, Topic
from micromart_core.errors import MicroMartError
from micromart_core.inventory.model import Sku, StaleStock, StockLevel
from micromart_core.inventory.model_reports import Shelf, ShelfCounts
from micromart_core.inventory.service_levels import show_level
from micromart_core.inventory.service_shelves import count_shelves
from micromart_core.products.model import sku_of
from micromart_tui.admin.adjust_panel import AdjustPanel
from micromart_tui.admin.adjustment import REASONS, Adjustment
from micromart_tui.admin.applying import apply_to, apply_to_all
from micromart_tui.admin.history import HistoryScreen
from micromart_tui.admin.shelf import (
    COLUMNS,
    ShelfPage,
    ShelfRow,
    look_of,
    read_category,
    read_shelves,
    read_shelves_from,
    told_by,
)
from micromart_tui.admin.table import DeskTable
from micromart_tui.admin.table_screen import TableScreen
from micromart_tui.rows import row, spread
from micromart_tui.widgets.line_input import LineInput
from micromart_tui.widgets.twin import command
from micromart_tui.window import Window

FILTERS: dict[Shelf | None, str] = {
    None: "everything",
    Shelf.LOW: "running out",
    Shelf.SOLD_OUT: "none free",
    Shelf.HELD: "held in carts",
}
_OF_A_ROW = ("adjust", "count", "mark", "history", "filter_shelf")


class StockScreen(TableScreen[ShelfRow]):
    """The stock table."""

    place: ClassVar[str] = "desk/stock"
    heading: ClassVar[str] = "stock"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.STOCK, Topic.PRODUCTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "adjust(1)", "adjust", key_display="+−"),  # as wide as the plus
        Binding("minus", "adjust(-1)", show=False),
        Binding("equals_sign", "count", "count", key_display="="),
        Binding("space", "mark", "mark"),
        Binding("h,enter", "history", "history", key_display="h"),
        Binding("f", "filter", "filter"),
        Binding("F", "filter_shelf", "its shelf"),
        Binding("colon", "jump", "to a sku", key_display=":"),
    ]
    DEFAULT_CSS = """
    StockScreen #summary { height: 1; margin-bottom: 1; }
    StockScreen #page { height: 1fr; layers: table panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._state: Shelf | None = None
        self._category: str | None = None
        self._begins_at: Sku | None = None
        self._said = ""
        self._counts: ShelfCounts | None = None

    def compose_page(self) -> ComposeResult:
        """Yield the summary and the table."""
        yield Static(id="summary")
        with Container(id="page"):
            yield DeskTable(COLUMNS, look_of)

    @property
    def command_line(self) -> str:
        """What the panel would do, or what shows the lit row, or lists what is shown."""
        panel, shelf = self.panel, self.table.lit
        if panel is not None:
            return panel.to_do.command_for(panel.levels)
        low = ("--low",) if self._state is Shelf.LOW else ()
        return command("stock", "list", *low) if shelf is None else command("stock", "show", shelf.sku)

    @property
    def panel(self) -> AdjustPanel | None:
        """The panel, when it is open."""
        try:
            return self.query_one(AdjustPanel)
        except NoMatches:
            return None

    async def read_page(self, after: str | None, limit: int) -> ShelfPage:
        """Read a page of what is chosen."""
        if self._category is not None:
            return await read_category(self.ask, self._category, after, limit)
        if after is None and self._begins_at is not None:
            return await read_shelves_from(self.ask, self._begins_at, limit)
        return await read_shelves(self.ask, self._state, after, limit)

    async def read_around(self) -> None:
        """Count all of them."""
        self._counts = await self.ask(count_shelves)

    def is_about(self, changes: frozenset[Change]) -> bool:
        """Say whether a product in sight changed, or nobody knows which."""
        return self.tells_of(changes, {shelf.sku for at in self.table.in_sight if (shelf := self.window.row(at))})

    def show_around(self) -> None:
        """Say how many products there are, and at the right what of them is shown."""
        summary, marked = self.query_one("#summary", Static), len(self.table.marks)
        right = row((f"{marked} marked", "bold $ember")) if marked else row((self._shown, "$dust"))
        left = row() if self._counts is None else told_by(self._counts, is_slim=self.is_slim)
        if summary.size.width:  # else a SKU is asked for in its place
            summary.update(spread(left, right, summary.size.width))

    @property
    def _shown(self) -> str:
        if self._category:
            return self._said or f"published, shelf {self._category}"
        return self._said or (f"from {self._begins_at}" if self._begins_at else FILTERS[self._state])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing of a row without one, nothing of the table while its panel is open or a SKU is asked for."""
        if self._is_empty and action in _OF_A_ROW and (action != "filter_shelf" or self._category is None):
            return False
        if action in (*_OF_A_ROW, "filter", "jump"):
            return self.panel is None and not self.query(LineInput)
        return super().check_action(action, parameters)

    def show_lit(self) -> None:
        """Let the page follow the cursor, and the keys follow whether there is a row at all."""
        super().show_lit()
        self.keys_depend_on(self._is_empty, self._category is None)

    @property
    def _is_empty(self) -> bool:
        """True when what is chosen was read and has no row; until it is read, its keys stay as they were."""
        return self.window.was_read and self.table.lit is None

    def action_mark(self) -> None:
        """Mark the lit row."""
        self.table.mark()
        self.show_around()
        self.show_command()

    def action_filter(self) -> None:
        """Show the next kind of shelves only."""
        states = list(FILTERS)
        self._show_other(states[(states.index(self._state) + 1) % len(states)])

    def action_filter_shelf(self) -> None:
        """Show only what is for sale on the shelf of the lit product, or everything again."""
        shelf = self.table.lit
        if self._category or (shelf and shelf.category):
            self._show_other(None, category=None if self._category or shelf is None else shelf.category)

    def _show_other(self, state: Shelf | None, begins_at: Sku | None = None, category: str | None = None) -> None:
        self._state, self._begins_at, self._category, self._said = state, begins_at, category, ""
        self.window = Window(self.read_page)
        nothing = "Nothing of this shelf is for sale. F shows everything." if category else "No product yet."
        self.table.empty = "No rows match. f shows others." if state else nothing
        self.table.show(self.window)
        self.show_around()
        self.renew()

    def action_history(self) -> None:
        """Show how the lit product came to what is on hand."""
        if shelf := self.table.lit:
            self.app.push_screen(HistoryScreen(shelf.sku))

    # --- to a sku ---

    def action_jump(self) -> None:
        """Ask for a SKU in place of the summary."""
        self.query_one("#summary").display = False
        self.query_one("#stage").mount(LineInput("sku", "↵ goes there"), before="#page")

    @on(LineInput.Left)
    def _leave_jump(self) -> None:
        self.query(LineInput).remove()
        self.query_one("#summary").display = True
        self.call_after_refresh(self.show_around)
        self.table.focus()

    @on(LineInput.Given)
    @work(exclusive=True, group="jump")
    async def _jump(self, given: LineInput.Given) -> None:
        self._leave_jump()
        with self.telling_errors():
            level = await self.ask(show_level, sku_of(given.text.split()[-1]))
            at = self.window.find(lambda shelf: shelf.sku == level.sku)
            if at is None:
                self._show_other(None, level.sku)
            else:
                self.table.jump(at)

    # --- the panel ---

    def action_adjust(self, step: int) -> None:
        """Open the panel for one more, or one less."""
        self._open(Adjustment(step, reason_at=0 if step > 0 else REASONS.index("damage")))

    def action_count(self) -> None:
        """Open the panel for what was counted."""
        if shelf := self.table.lit:
            self._open(Adjustment(shelf.level.on_hand, is_count=True, reason_at=REASONS.index("count")))

    def _open(self, adjustment: Adjustment) -> None:
        shelf = self.table.lit
        if shelf is None:
            return
        levels = [marked.level for marked in self.table.marks.values()] or [shelf.level]
        panel = AdjustPanel(levels, shelf.tint, adjustment, room=self.table.size.height)
        self._said = ""
        self.query_one("#page").mount(panel)
        self.set_focus(panel)  # at once: a number typed right behind the key is meant for it
        self._make_room(panel)

    @on(AdjustPanel.Turned)
    def _turned(self) -> None:
        if self.panel is not None:
            self._make_room(self.panel)

    def _make_room(self, panel: AdjustPanel) -> None:
        height = len(panel.rows(self.table.size.width))
        self.table.inset = height
        panel.styles.height, panel.styles.offset = height, (0, self.table.inset_at)
        self.show_command()
        self.refresh_bindings()

    @on(AdjustPanel.Left)
    async def _close(self) -> None:
        await self.query(AdjustPanel).remove()
        self.table.inset = 0
        self.table.focus()
        self.show_command()
        self.refresh_bindings()

    @on(AdjustPanel.Wanted)
    @work(group="apply")
    async def _apply(self) -> None:
        """Do what the panel says, and let it tell what the shop says to that."""
        panel = self.panel
        if panel is None or panel.is_busy:
            return
        panel.is_busy = True
        with self.telling_errors():
            if len(panel.levels) == 1:
                await self._apply_to_one(panel, panel.levels[0])
            else:
                await self._apply_to_marked(panel)
        panel.is_busy = False
        self.renew()

    async def _apply_to_one(self, panel: AdjustPanel, level: StockLevel) -> None:
        try:
            changed = await apply_to(self.ask, level, panel.adjustment)
        except StaleStock:
            panel.show_conflict(await self.ask(show_level, level.sku))
        except MicroMartError as error:
            panel.show_refusal(error)
        else:
            await self._done(panel, (changed,))

    async def _apply_to_marked(self, panel: AdjustPanel) -> None:
        applied = await apply_to_all(self.ask, panel.levels, panel.adjustment)
        if applied.refused:
            for level in applied.changed:
                self.table.marks.pop(level.sku, None)
            left = [
                (await self.ask(show_level, level.sku) if isinstance(error, StaleStock) else level)
                for level, error in applied.refused
            ]
            panel.show_refused(applied, left)
        else:
            await self._done(panel, applied.changed)

    async def _done(self, panel: AdjustPanel, changed: Sequence[StockLevel]) -> None:
        """Close the panel that asked for it; one that was opened since then stays, with what was marked for it."""
        for level in changed:
            self.table.marks.pop(level.sku, None)
        self._said = f"{len(changed)} changed"
        if panel is self.panel:
            await self._close()

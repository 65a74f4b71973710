"""Browsing: what of the shelf and of a search is read, and when it is read again."""

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from micromart_core.changes import Change, Topic
from micromart_core.inventory.model import Sku
from micromart_core.products.words import query_words
from micromart_tui.aisle import PAGE, Aisle, Stretch
from micromart_tui.screens.buying import BuyingScreen
from micromart_tui.shelf_reading import ShelfReading
from micromart_tui.widgets.search_line import SearchLine
from micromart_tui.widgets.shelf import Shelf
from micromart_tui.widgets.shelf_words import count_of, no_products, nothing_found_for, skeleton

_READ_ON = 2 * PAGE
"""Products read as one walks on: a hundred cost a quarter more than fifty do, and last for twice as many steps."""
_RENEWED = _READ_ON + PAGE
"""Products read again when anything may have changed: as many as may lie before those in sight, which are read from
where their stretch begins, and a page."""


class BrowsingScreen(BuyingScreen):
    """Reads one thing after the other, each time what is wanted by then: a late answer finds nothing to overwrite."""

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchLine()
        self.shelf = Shelf()
        """What stands at the left."""
        self.reads = ShelfReading(self.ask)
        self._query = ""
        self._stock = Aisle()
        self._results: Aisle | None = None
        self._meant: str | None = None
        self._is_reading = False
        self._is_stale = False
        self._is_walking = False
        self._stale_levels: set[Sku] = set()

    @property
    def aisle(self) -> Aisle:
        """What is browsed now."""
        return self._stock if self._results is None else self._results

    def compose_page(self) -> ComposeResult:
        """Yield the shelf and the page."""
        with Horizontal(id="counter"):
            with Vertical(id="aisle"):
                yield self.search
                yield self.shelf
            yield self.page

    # --- reading ---

    def renew(self) -> None:
        """Read what is shown again; while it is being read, once more after that."""
        self._is_stale = True
        if not self._is_reading:
            self._is_reading = True
            self._read()

    @work(group="read")
    async def _read(self) -> None:
        self.shelf.instead = None if self.aisle.is_read else skeleton
        self.shelf.repaint()
        try:
            while self._is_stale:
                self._is_stale = False
                async with self.reading():
                    await (self._read_results(self._query) if self._query else self._read_stock())
        finally:
            self._is_reading = False

    async def _read_stock(self) -> None:
        aisle = self._stock
        first = min(self.shelf.in_sight, default=0) if aisle is self.shelf.aisle else aisle.lit
        start = aisle.start_of(first)
        if not aisle.is_read and self.mart.lit is not None:
            stretch = await self.reads.around(self.mart.lit)
        else:
            stretch = await self.reads.after(start, _RENEWED if aisle.is_read else PAGE)
        if not stretch.items and start is not None:
            stretch = await self.reads.up_to(None)
        if self._query:
            return
        former = {each.sku: each for each in aisle.products}
        aisle.begin(stretch, aisle.lit_product.sku if aisle.lit_product else self.mart.lit)
        self._results, self._meant = None, None
        self._show()
        self.shelf.flash(frozenset(each.sku for each in aisle.products if former.get(each.sku, each) != each))
        self.call_after_refresh(self.mart.look_around)

    async def _read_results(self, query: str) -> None:
        page = await self.reads.search(query)
        if query != self._query:
            return
        results = Aisle(heading="")
        former = self._results.lit_product if self._results else None
        results.begin(Stretch(page.items, None, page.next), former.sku if former else None)
        self._results, self._meant = results, page.did_you_mean
        self._show()

    def _show(self) -> None:
        """Show the aisle, and the page of what is lit in it."""
        aisle, searching = self.aisle, self._results is not None
        self.shelf.words = query_words(self._query) if searching else ()
        self.shelf.instead = None
        if not aisle.products:
            self.shelf.instead = nothing_found_for(self._query, self._meant) if searching else no_products
        if self._results is not None:
            self._results.heading = count_of(self._results, len(self._stock.products) if self._stock.is_whole else None)
        self.set_class(not aisle.products and not searching, "-empty")
        self.shelf.show(aisle)
        self._show_lit()

    def _show_lit(self) -> None:
        if (product := self.aisle.lit_product) is not None:
            self.mart.lit = product.sku
            self.show_product(product)
        elif self._results is None:
            self.show_product(None)
        else:
            self.follow_with_keys()
        if self.aisle.is_read and not self._is_walking and (self.aisle.wants_more or self.aisle.wants_former):
            self._is_walking = True
            self._walk_on()

    def follow_with_keys(self) -> None:
        """Offer the keys that the shelf and what is lit on it allow."""
        found = "open" if self.is_slim else "results"
        self.search.leads_to = "what you meant" if self._meant else found if self.aisle.products else ""
        is_empty = self.has_class("-empty")
        self.keys_depend_on(self.is_for_sale, min(2, len(self.aisle.products)), self.search.leads_to, is_empty)

    @work(group="walk")
    async def _walk_on(self) -> None:
        """Read what comes next while the light is near the end of what was read."""
        try:
            while (aisle := self.aisle).wants_more or aisle.wants_former:
                async with self.reading():
                    await self._lengthen(aisle)
                if self.failure is not None:
                    return
        finally:
            self._is_walking = False

    async def _lengthen(self, aisle: Aisle) -> None:
        """Read a page at an end of the aisle; it counts unless the aisle has got other ends meanwhile."""
        ends = aisle.start, aisle.end
        if aisle.wants_more:
            is_shelf = aisle is self._stock
            stretch = await (
                self.reads.after(aisle.end, _READ_ON) if is_shelf else self.reads.found_after(self._query, aisle.end)
            )
            take = aisle.append
        else:
            stretch = await self.reads.up_to(aisle.start)
            take = aisle.prepend
        if aisle is self.aisle and ends == (aisle.start, aisle.end):
            take(stretch)
            self.shelf.show(aisle)
            self.follow_with_keys()
            await self.mart.gallery.learn([each.sku for each in stretch.items])

    # --- what changes ---

    def take_in(self, changes: frozenset[Change]) -> None:
        """Read the levels that changed, or everything in sight when more than levels may have."""
        if all(change.topic == Topic.STOCK and change.key for change in changes if self.is_about(frozenset({change}))):
            self._stale_levels |= {Sku(change.key) for change in changes if change.topic == Topic.STOCK}
            self._read_levels()
        else:
            self.renew()

    @work(exclusive=True, group="levels")
    async def _read_levels(self) -> None:
        """Read products whose stock moved; those of a reading that was overtaken are read with the next."""
        from micromart_core.products.service import show_products  # loaded by now; the first page is drawn without it

        here = {each.sku for each in self.aisle.products}
        skus = tuple(sorted(self._stale_levels & here))[:PAGE]
        async with self.reading():
            read = await self.ask(show_products, skus) if skus else ()
            self._stale_levels -= {*skus, *(self._stale_levels - here)}
            changed = self.aisle.replace({each.sku: each for each in read})
            self.shelf.flash(changed)
            self._show_lit()

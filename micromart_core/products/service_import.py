"""The catalogue as a file: reading it out page by page, and importing one, all of it or nothing."""

from collections import Counter

from msgspec import Struct, field
from msgspec.structs import replace

from micromart_core.admission import admit
from micromart_core.errors import BadRows
from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.inventory.service_holds import lock_stock
from micromart_core.inventory.service_reading import levels_of
from micromart_core.inventory.service_stock import set_reorder_level
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.permissions import Permission
from micromart_core.products import cursor, store, store_categories, store_search
from micromart_core.products.entry import Entry, StoredEntry
from micromart_core.products.import_rows import Line, read_lines
from micromart_core.products.model import ImportOutcome, ProductChanged, ProductPage, ProductStatus, Tint
from micromart_core.products.service import products_of
from micromart_core.products.service_edit import tell
from micromart_core.products.shelving import shelve
from micromart_core.products.words import fold, spelt_words
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit

AT_ONCE = 1000
_BY_SKU = "sku"
_NEEDED = ("name", "category", "price")
_KEPT = ("name", "tagline", "description", "price", "tint", "status")


@operation("catalog:import", writes=False)
def export_products(tx: Transaction, after: str | None = None, limit: int = AT_ONCE) -> ProductPage:
    """Return a page of the products of any status, by SKU."""
    position = cursor.decode(_BY_SKU, after)
    skus = store.list_skus(tx, position[0] if position else Sku(""), page_size(limit))
    found = products_of(tx, skus)
    following = cursor.encode(_BY_SKU, (skus[-1],)) if len(skus) == limit else None
    return ProductPage(tuple(found[sku] for sku in skus), following)


@operation("catalog:import", also="catalog:price", repeatable=True)
def import_products(tx: Transaction, text: str) -> ImportOutcome:
    """Make the catalogue say what a CSV file says; products it does not name stay.

    Raise BadRows, or NotAllowed for a price, and change nothing. Missing columns leave things as they are. Categories
    are made when they are missing. A row's version, when it has one, must be the product's, unless nothing of it would
    change.
    """
    lines, bad = read_lines(text, tx.settings.shop)
    done = ImportOutcome(0, 0, 0)
    for start in range(0, len(lines), AT_ONCE):
        batch = lines[start : start + AT_ONCE]
        plan = _plan(tx, batch)
        _refuse_prices(tx, plan)
        bad += plan.bad
        if not bad:
            _carry_out(tx, plan, batch)
        done = ImportOutcome(
            done.created + len(plan.new),
            done.updated + len(plan.changed),
            done.unchanged + len(batch) - len(plan.new) - len(plan.changed),
        )
    if bad:
        raise BadRows(tuple(sorted(bad)))
    if done.created or done.updated:
        audit(tx, "product.import", "catalogue", after=f"{done.created} created, {done.updated} updated")
    return done


class _Plan(Struct):
    """What a batch of lines comes to."""

    new: list[Entry] = field(default_factory=list)
    changed: list[tuple[StoredEntry, Entry]] = field(default_factory=list)
    reorder_levels: dict[Sku, int] = field(default_factory=dict)
    """Of those new, and of those whose level changes."""
    bad: list[tuple[int, str]] = field(default_factory=list)


def _plan(tx: Transaction, lines: list[Line]) -> _Plan:
    """Lock what the lines name, stock first, and compare."""
    plan = _Plan()
    skus = [line.sku for line in lines]
    lock_stock(tx, skus)
    levels, stored = levels_of(tx, skus), store.lock_entries(tx, skus)
    for line in lines:
        if line.sku in stored:
            _plan_change(plan, line, stored[line.sku], levels[line.sku])
        else:
            _plan_new(plan, line)
    return plan


def _plan_new(plan: _Plan, line: Line) -> None:
    missing = [column for column in _NEEDED if column not in line.said]
    if missing:
        plan.bad.append((line.number, f"{line.sku} is new and needs {', '.join(missing)}"))
        return
    blank = Entry(line.sku, "", "", "", "", line.said["price"], Tint.EMBER, ProductStatus.DRAFT)
    plan.new.append(_said(blank, line))
    plan.reorder_levels[line.sku] = line.said.get("reorder_level", 0)


def _plan_change(plan: _Plan, line: Line, stored: StoredEntry, level: StockLevel) -> None:
    entry = _said(stored.entry, line)
    reorder_level = line.said.get("reorder_level", level.reorder_level)
    if entry == stored.entry and reorder_level == level.reorder_level:
        return
    if line.said.get("version", stored.version) != stored.version:
        seen = line.said["version"]
        plan.bad.append((line.number, f"{line.sku} was changed meanwhile: version {seen}, now {stored.version}"))
    plan.changed.append((stored, entry))
    if reorder_level != level.reorder_level:
        plan.reorder_levels[line.sku] = reorder_level


def _refuse_prices(tx: Transaction, plan: _Plan) -> None:
    """Raise NotAllowed when a price is to be set or changed by who may not: an import is no way around that."""
    if plan.new or any(entry.price != stored.entry.price for stored, entry in plan.changed):
        admit(tx.caller, Permission.CATALOG_PRICE, "set prices")


def _said(entry: Entry, line: Line) -> Entry:
    said = {column: value for column, value in line.said.items() if column in _KEPT}
    if "category" in line.said:
        said["category"] = fold(line.said["category"])
    return replace(entry, **said)


def _carry_out(tx: Transaction, plan: _Plan, lines: list[Line]) -> None:
    names = [line.said["category"] for line in lines if "category" in line.said]
    store_categories.add_missing(tx, {fold(name): name for name in reversed(names)})
    shelve(tx, plan.new, plan.reorder_levels)
    tx.record(*[_made(tx, entry) for entry in plan.new])
    for stored, _ in plan.changed:
        if stored.entry.sku in plan.reorder_levels:
            set_reorder_level(tx, stored.entry.sku, plan.reorder_levels[stored.entry.sku])
    _change(tx, plan.changed)


def _change(tx: Transaction, changed: list[tuple[StoredEntry, Entry]]) -> None:
    if not changed:
        return
    store.change_entries(tx, [entry for _, entry in changed])
    moved = Counter(entry.category for _, entry in changed)
    moved.subtract(stored.entry.category for stored, _ in changed)
    store_categories.count_products(tx, moved)
    store_search.learn_words(tx, spelt_words(*[f"{entry.name} {entry.category}" for _, entry in changed]))
    for stored, entry in changed:
        tell(tx, "product.update", stored.entry, entry, stored.version + 1)


def _made(tx: Transaction, entry: Entry) -> ProductChanged:
    return ProductChanged(sku=entry.sku, version=1, status=entry.status, actor=tx.caller.actor)

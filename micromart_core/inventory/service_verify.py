"""How the stockroom proves its own numbers, and the one thing it may set right by itself."""

from micromart_core.answers import DASHBOARD_SECONDS
from micromart_core.changes import Topic
from micromart_core.inventory import store_ledger, store_levels, store_stock, store_verify
from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.inventory.model_reports import Broken, ShelfProof, StockVerified, Violation
from micromart_core.operation import operation
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit


@operation("stock:read", writes=False)
def verify_stock(tx: Transaction) -> StockVerified:
    """Replay the ledger of every product and count again what carts hold; return what differs."""
    return _verify(tx, ())


@operation("stock:read", writes=False)
def prove_shelf(tx: Transaction, sku: Sku) -> ShelfProof:
    """Add up the ledger of one product and return it beside what is on hand, or raise UnknownSku."""
    asked = ("proof", sku)
    return tx.answers.remember(Topic.MOVEMENTS, asked, ShelfProof, lambda: _prove(tx, sku), DASHBOARD_SECONDS)


@operation("stock:adjust", repeatable=True)
def repair_held(tx: Transaction) -> StockVerified:
    """Set wrong held counters to what cart lines hold, each audited, then verify; the ledger is never touched."""
    wrong = {violation.sku: violation for violation in store_verify.list_violations(tx, Broken.HELD)}
    if not wrong:
        return _verify(tx, ())
    store_stock.lock_levels(tx, sorted(wrong))
    repaired = store_verify.repair_held(tx, sorted(wrong))
    tx.touch(Topic.STOCK, *repaired)
    for sku in repaired:
        _note(tx, wrong[sku])
    return _verify(tx, tuple(repaired))


def _verify(tx: Transaction, repaired: tuple[Sku, ...]) -> StockVerified:
    found = tuple(violation for kind in Broken for violation in store_verify.list_violations(tx, kind))
    products = store_verify.count_rows(tx, store_levels.stock)
    movements = store_verify.count_rows(tx, store_levels.stock_movements)
    return StockVerified(not found, products, movements, found, repaired)


def _prove(tx: Transaction, sku: Sku) -> ShelfProof:
    level = store_levels.load_levels(tx, [sku]).get(sku)
    if level is None:
        raise UnknownSku(sku)
    newest = store_ledger.list_movements(tx, sku, since=None, at=None, before_id=None, limit=1)
    movements, total = store_verify.sum_movements(tx, sku)
    return ShelfProof(sku, level.on_hand, movements, total, newest[0].balance if newest else 0)


def _note(tx: Transaction, wrong: Violation) -> None:
    audit(tx, "stock.repair_held", wrong.sku, before=f"{wrong.stored} held", after=f"{wrong.expected} held")

"""What staff does with one product: make, change, publish, archive, restore and delete it."""

import msgspec
from msgspec.structs import replace

from micromart_core.admission import admit
from micromart_core.changes import Topic
from micromart_core.inventory.model import Reason, Sku, UnknownSku
from micromart_core.inventory.service_holds import release_product
from micromart_core.inventory.service_reading import levels_of
from micromart_core.inventory.service_stock import create_stock, remove_stock, set_reorder_level
from micromart_core.operation import operation
from micromart_core.permissions import Permission
from micromart_core.products import store, store_categories, store_pictures, store_search
from micromart_core.products.entry import (
    Entry,
    StoredEntry,
    clean_description,
    clean_name,
    clean_tagline,
    price_of,
)
from micromart_core.products.model import (
    NewProduct,
    Product,
    ProductChanged,
    ProductChanges,
    ProductExists,
    ProductStatus,
    StaleProduct,
    Tint,
    sku_of,
)
from micromart_core.products.service import known_category, products_of
from micromart_core.products.words import spelt_words
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit

RECALL = Reason("recall")


@operation("catalog:write", also="catalog:price")
def create_product(tx: Transaction, sku: Sku, new: NewProduct) -> Product:
    """Add a product with an empty shelf; raise ProductExists, UnknownCategory, or NotAllowed for its price."""
    admit(tx.caller, Permission.CATALOG_PRICE, "set a price")
    entry = Entry(
        sku_of(sku),
        clean_name(new.name),
        known_category(tx, new.category),
        clean_tagline(new.tagline),
        clean_description(new.description),
        price_of(new.price, tx.settings.shop),
        Tint(new.tint),
        ProductStatus(new.status),
    )
    if store.load_offers(tx, [entry.sku]):
        raise ProductExists(entry.sku)
    create_stock(tx, entry.sku, new.reorder_level)
    store.add_entries(tx, [entry])
    store_categories.count_products(tx, {entry.category: 1})
    store_search.learn_words(tx, spelt_words(entry.name, entry.category))
    tell(tx, "product.create", None, entry, version=1)
    return _product(tx, entry.sku)


@operation("catalog:write", also="catalog:price", repeatable=True)
def update_product(tx: Transaction, sku: Sku, changes: ProductChanges, if_version: int | None = None) -> Product:
    """Change what is given; raise StaleProduct when `if_version` is old, and NotAllowed for a price.

    When everything is as wanted already, nothing changes, whatever the version.
    """
    new_level = _change_reorder_level(tx, sku, changes.reorder_level)  # first: stock is locked before products
    stored = _lock(tx, sku)
    entry = _changed(tx, stored.entry, changes)
    if entry == stored.entry and not new_level:
        return _product(tx, sku)
    if entry.price != stored.entry.price:
        admit(tx.caller, Permission.CATALOG_PRICE, "change a price")
    if if_version is not None and if_version != stored.version:
        raise StaleProduct(sku, if_version, stored.version)
    _save(tx, "product.update", stored, entry)
    return _product(tx, sku)


@operation("catalog:write", repeatable=True)
def publish_product(tx: Transaction, sku: Sku) -> Product:
    """Show a draft or an archived product to shoppers and sell it."""
    return _move(tx, sku, "product.publish", ProductStatus.PUBLISHED)


@operation("catalog:write", repeatable=True)
def archive_product(tx: Transaction, sku: Sku, recall: bool = False) -> Product:  # noqa: FBT001, FBT002  # operations take positional values
    """Take a product out of sale; what carts hold may still be bought, unless `recall` frees it and tells them."""
    if recall:
        release_product(tx, sku, RECALL)
    return _move(tx, sku, "product.recall" if recall else "product.archive", ProductStatus.ARCHIVED)


@operation("catalog:write", repeatable=True)
def restore_product(tx: Transaction, sku: Sku) -> Product:
    """Make an archived product a draft again, to be looked at before it is sold; others stay as they are."""
    stored = _lock(tx, sku)
    if stored.entry.status is ProductStatus.ARCHIVED:
        _save(tx, "product.restore", stored, replace(stored.entry, status=ProductStatus.DRAFT))
    return _product(tx, sku)


@operation("catalog:write")
def delete_product(tx: Transaction, sku: Sku) -> Product:
    """Remove a product that never moved or was ordered and return what it was; raise StockHasMoved otherwise."""
    product = _product(tx, sku)
    remove_stock(tx, sku)
    stored = _lock(tx, sku)
    store_pictures.remove_picture(tx, sku)
    store.remove_product(tx, sku)
    store_categories.count_products(tx, {stored.entry.category: -1})
    audit(tx, "product.delete", sku, before=describe(stored.entry))
    tx.touch(Topic.PRODUCTS, sku)
    tx.record(ProductChanged(sku=sku, version=stored.version + 1, status="deleted", actor=tx.caller.actor))
    return product


def tell(tx: Transaction, action: str, was: Entry | None, entry: Entry, version: int) -> None:
    """Write a change of the catalogue into the trail, and record that it happened."""
    if was != entry:
        audit(tx, action, entry.sku, None if was is None else describe(was, entry), describe(entry, was))
    tx.touch(Topic.PRODUCTS, entry.sku)
    tx.record(ProductChanged(sku=entry.sku, version=version, status=entry.status, actor=tx.caller.actor))


def describe(entry: Entry, other: Entry | None = None) -> str:
    """Return an entry as JSON; only what is different, when another is given."""
    facts = {name: getattr(entry, name) for name in Entry.__struct_fields__}
    facts["price"] = f"{entry.price} {entry.price.currency}"
    kept = {name: fact for name, fact in facts.items() if other is None or getattr(entry, name) != getattr(other, name)}
    return msgspec.json.encode(kept).decode()


def _changed(tx: Transaction, entry: Entry, changes: ProductChanges) -> Entry:
    """Return the entry with what is given of the changes, checked."""
    return replace(
        entry,
        name=entry.name if changes.name is None else clean_name(changes.name),
        category=entry.category if changes.category is None else known_category(tx, changes.category),
        tagline=entry.tagline if changes.tagline is None else clean_tagline(changes.tagline),
        description=entry.description if changes.description is None else clean_description(changes.description),
        price=entry.price if changes.price is None else price_of(changes.price, tx.settings.shop),
        tint=entry.tint if changes.tint is None else Tint(changes.tint),
    )


def _change_reorder_level(tx: Transaction, sku: Sku, level: int | None) -> bool:
    """Set the reorder level unless it is None or right already; True when it was changed."""
    stock = levels_of(tx, [sku]).get(sku)
    if stock is None:
        raise UnknownSku(sku)
    if level is None or stock.reorder_level == level:
        return False
    set_reorder_level(tx, sku, level)
    audit(tx, "product.reorder_level", sku, str(stock.reorder_level), str(level))
    return True


def _move(tx: Transaction, sku: Sku, action: str, status: ProductStatus) -> Product:
    stored = _lock(tx, sku)
    if stored.entry.status is not status:
        _save(tx, action, stored, replace(stored.entry, status=status))
    return _product(tx, sku)


def _save(tx: Transaction, action: str, stored: StoredEntry, entry: Entry) -> None:
    was = stored.entry
    store.change_entries(tx, [entry])
    if entry.category != was.category:
        store_categories.count_products(tx, {was.category: -1, entry.category: 1})
    if (entry.name, entry.category) != (was.name, was.category):
        store_search.learn_words(tx, spelt_words(entry.name, entry.category))
    tell(tx, action, was, entry, stored.version + 1)


def _lock(tx: Transaction, sku: Sku) -> StoredEntry:
    stored = store.lock_entries(tx, [sku]).get(sku)
    if stored is None:
        raise UnknownSku(sku)
    return stored


def _product(tx: Transaction, sku: Sku) -> Product:
    product = products_of(tx, [sku]).get(sku)
    if product is None:
        raise UnknownSku(sku)
    return product

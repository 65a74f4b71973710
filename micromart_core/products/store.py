"""The catalogue's rows: reading, adding, changing and removing what is said about products."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.money import Money
from micromart_core.products.entry import Entry, StoredEntry, columns_of
from micromart_core.products.model import Offer, Product, ProductStatus, Tint
from micromart_core.products.tables import categories, products
from micromart_core.transaction import Transaction

_SKUS: BindParameter[Sequence[Sku]] = bindparam("skus", expanding=True)
_OFFERS = select(products.c.sku, products.c.name, products.c.price, products.c.currency, products.c.status).where(
    products.c.sku.in_(_SKUS)
)
PRODUCT = (
    products.c.sku,
    products.c.name,
    products.c.name_key,
    products.c.category_key,
    categories.c.name.label("category"),
    products.c.tagline,
    products.c.description,
    products.c.price,
    products.c.currency,
    products.c.tint,
    products.c.status,
    products.c.version,
    products.c.created_at,
)
# An outer join, though every product has a category: it keeps SQLite from walking the categories first.
PRODUCT_FROM = products.outerjoin(categories, categories.c.key == products.c.category_key)
_PRODUCTS = select(*PRODUCT).select_from(PRODUCT_FROM).where(products.c.sku.in_(_SKUS))
_ENTRIES = select(products).where(products.c.sku.in_(_SKUS)).order_by(products.c.sku).with_for_update(key_share=True)
_CHANGE = (
    update(products)
    .where(products.c.sku == bindparam("of_sku"))
    .values(
        name=bindparam("name"),
        name_key=bindparam("name_key"),
        category_key=bindparam("category_key"),
        tagline=bindparam("tagline"),
        description=bindparam("description"),
        words=bindparam("words"),
        price=bindparam("price"),
        currency=bindparam("currency"),
        tint=bindparam("tint"),
        status=bindparam("status"),
        version=products.c.version + 1,
        updated_at=bindparam("updated_at"),
    )
)
_ADD = insert(products)


def load_offers(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, Offer]:
    """Return what carts need to know of products; unknown ones are left out."""
    rows = tx.connection.execute(_OFFERS, {"skus": list(skus)})
    return {
        Sku(sku): Offer(Sku(sku), name, Money(price, currency), ProductStatus(status))
        for sku, name, price, currency, status in rows
    }


def load_rows(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, RowMapping]:
    """Return the rows of products with their category's name; unknown ones are left out."""
    rows = tx.connection.execute(_PRODUCTS, {"skus": list(skus)})
    return {Sku(row["sku"]): row for row in rows.mappings()}


def product_of(row: RowMapping, level: StockLevel) -> Product:
    """Put a row and a stock level together."""
    return Product(
        Sku(row["sku"]),
        row["name"],
        row["category"],
        row["tagline"],
        row["description"],
        Money(row["price"], row["currency"]),
        Tint(row["tint"]),
        ProductStatus(row["status"]),
        level.reorder_level,
        row["version"],
        level,
    )


def lock_entries(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, StoredEntry]:
    """Lock products in order of SKU and return what is said about them; unknown ones are left out."""
    rows = tx.connection.execute(_ENTRIES, {"skus": list(skus)})
    return {Sku(row["sku"]): _stored(row) for row in rows.mappings()}


def _stored(row: RowMapping) -> StoredEntry:
    entry = Entry(
        Sku(row["sku"]),
        row["name"],
        row["category_key"],
        row["tagline"],
        row["description"],
        Money(row["price"], row["currency"]),
        Tint(row["tint"]),
        ProductStatus(row["status"]),
    )
    return StoredEntry(entry, row["version"])


def list_skus(tx: Transaction, after: Sku, limit: int) -> list[Sku]:
    """Return SKUs of any status in order, after one."""
    query = select(products.c.sku).where(products.c.sku > after).order_by(products.c.sku).limit(limit)
    return [Sku(sku) for sku in tx.connection.scalars(query)]


def add_entries(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Add products; a SKU that another process just took is an IntegrityError, so the gateway runs it again."""
    moments = {"created_at": tx.now, "updated_at": tx.now}
    tx.connection.execute(_ADD, [columns_of(entry) | moments for entry in entries])


def change_entries(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Set all that is said about products, and count their versions up."""
    rows = [columns_of(entry) | {"of_sku": entry.sku, "updated_at": tx.now} for entry in entries]
    for row in rows:
        del row["sku"]
    tx.connection.execute(_CHANGE, rows)


def remove_product(tx: Transaction, sku: Sku) -> None:
    """Remove a product's row."""
    tx.connection.execute(delete(products).where(products.c.sku == sku))

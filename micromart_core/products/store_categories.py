"""The categories' rows, and how many products stand in each."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from micromart_core.products.model import Category
from micromart_core.products.tables import categories, products
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_for

_COUNT = (
    update(categories)
    .where(categories.c.key == bindparam("of_key"))
    .values(products=categories.c.products + bindparam("more"))
)


def list_categories(tx: Transaction, after: str, limit: int) -> list[tuple[str, Category]]:
    """Return categories with their keys, in order of the key."""
    rows = tx.connection.execute(
        select(categories).where(categories.c.key > after).order_by(categories.c.key).limit(limit)
    )
    return [(row["key"], _category(row)) for row in rows.mappings()]


def lock_category(tx: Transaction, key: str) -> Category | None:
    """Lock a category and return it, None when there is none."""
    row = tx.connection.execute(select(categories).where(categories.c.key == key).with_for_update()).mappings().first()
    return None if row is None else _category(row)


def load_names(tx: Transaction, keys: Sequence[str]) -> dict[str, str]:
    """Return the names of categories by key; unknown ones are left out."""
    rows = tx.connection.execute(select(categories.c.key, categories.c.name).where(categories.c.key.in_(keys)))
    return {row.key: row.name for row in rows}


def add_category(tx: Transaction, key: str, category: Category) -> None:
    """Add a category."""
    tx.connection.execute(
        insert(categories).values(
            key=key, name=category.name, products=category.products, created_at=category.created_at
        )
    )


def add_missing(tx: Transaction, names: Mapping[str, str]) -> None:
    """Add those of some categories, names by key, that are not there."""
    rows = [{"key": key, "name": name, "created_at": tx.now} for key, name in sorted(names.items())]
    if rows:
        tx.connection.execute(insert_for(tx.connection, categories).on_conflict_do_nothing(), rows)


def rename(tx: Transaction, key: str, name: str) -> None:
    """Give a category another spelling of the same name."""
    tx.connection.execute(update(categories).where(categories.c.key == key).values(name=name))


def move_products(tx: Transaction, key: str, to_key: str) -> None:
    """Move all products of one category to another, counting their versions up."""
    tx.connection.execute(
        update(products)
        .where(products.c.category_key == key)
        .values(category_key=to_key, version=products.c.version + 1, updated_at=tx.now)
    )


def remove_category(tx: Transaction, key: str) -> None:
    """Remove a category."""
    tx.connection.execute(delete(categories).where(categories.c.key == key))


def count_products(tx: Transaction, changes: Mapping[str, int]) -> None:
    """Note that so many more products (or fewer) stand in categories, by key."""
    rows = [{"of_key": key, "more": more} for key, more in sorted(changes.items()) if more]
    if rows:
        tx.connection.execute(_COUNT, rows)


def _category(row: RowMapping) -> Category:
    return Category(row["name"], row["products"], row["created_at"])

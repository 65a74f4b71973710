"""The tables of the catalogue, apart from their statements because several files have those."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    event,
)

from micromart_core.money import LARGEST
from micromart_core.products.model import ProductStatus, Tint
from micromart_core.products.search_index import FULL_TEXT, FULL_TEXT_UNDONE, ddl_of
from micromart_core.schema import BigSerial, Instant, metadata

_Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that lists are sorted by: in the order of its characters, the same on both databases and fast."""
categories = Table(
    "categories",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("products", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("products >= 0", name="products"),
    CheckConstraint("key <> ''", name="key"),
)
products = Table(
    "products",
    metadata,
    Column("id", BigSerial, Identity(), primary_key=True),
    Column("sku", _Key, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_key", _Key, nullable=False),
    Column("category_key", _Key, ForeignKey("categories.key"), nullable=False),
    Column("tagline", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("tint", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint(f"price BETWEEN 0 AND {LARGEST}", name="price"),
    CheckConstraint(f"tint IN ({', '.join(repr(tint.value) for tint in Tint)})", name="tint"),
    CheckConstraint(f"status IN ({', '.join(repr(status.value) for status in ProductStatus)})", name="status"),
)
"""`id` is for SQLite, whose full-text index knows rows by number; everybody else says `sku`."""
_by = products.c
# A list is one status, one order, perhaps one category. The price stands last so that a highest price is
# checked in the index, without reading the rows.
Index("products_by_shelf", _by.status, _by.category_key, _by.name_key, _by.sku, _by.price)
Index("products_by_name", _by.status, _by.name_key, _by.sku, _by.price)
Index("products_by_price", _by.status, _by.price, _by.sku)
Index("products_by_age", _by.status, _by.created_at, _by.sku, _by.price)
Index("products_by_category_and_price", _by.category_key, _by.status, _by.price, _by.sku)
Index("products_by_category_and_age", _by.category_key, _by.status, _by.created_at, _by.sku, _by.price)
product_pictures = Table(
    "product_pictures",
    metadata,
    Column("sku", _Key, ForeignKey("products.sku"), primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
product_spellings = Table(
    "product_spellings",
    metadata,
    Column("spelling", Text, primary_key=True),
    Column("word", Text, primary_key=True),
)
"""Each word of names and categories under itself and under each form with one letter left out."""
for _dialect, _statements in FULL_TEXT.items():
    for _statement in _statements:
        event.listen(products, "after_create", ddl_of(_dialect, _statement))
event.listen(products, "after_drop", ddl_of("sqlite", FULL_TEXT_UNDONE["sqlite"][-1]))

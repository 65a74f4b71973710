"""The pictures' rows."""

from collections.abc import Mapping, Sequence

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from micromart_core.inventory.model import Sku
from micromart_core.products.model import Picture, ProductStatus
from micromart_core.products.tables import product_pictures, products
from micromart_core.transaction import Transaction

_SKUS: BindParameter[Sequence[Sku]] = bindparam("skus", expanding=True)
_PICTURED = (
    select(product_pictures.c.sku, products.c.status)
    .join(products, products.c.sku == product_pictures.c.sku)
    .where(product_pictures.c.sku.in_(_SKUS))
)
_PICTURES = _PICTURED.add_columns(product_pictures.c.media_type, product_pictures.c.content)


def list_pictures(tx: Transaction, skus: Sequence[Sku]) -> list[tuple[Picture, ProductStatus]]:
    """Return the pictures of products, those that have one, each with its product's status."""
    rows = tx.connection.execute(_PICTURES, {"skus": list(skus)})
    return [
        (Picture(Sku(sku), media_type, content), ProductStatus(status)) for sku, status, media_type, content in rows
    ]


def list_pictured(tx: Transaction, skus: Sequence[Sku]) -> list[tuple[Sku, ProductStatus]]:
    """Return which products have a picture, each with its status."""
    rows = tx.connection.execute(_PICTURED, {"skus": list(skus)})
    return [(Sku(sku), ProductStatus(status)) for sku, status in rows]


def add_pictures(tx: Transaction, pictures: Sequence[Picture]) -> None:
    """Add pictures of products that have none."""
    rows: list[Mapping[str, object]] = [
        {"sku": picture.sku, "media_type": picture.media_type, "content": picture.content} for picture in pictures
    ]
    tx.connection.execute(insert(product_pictures), rows)


def remove_picture(tx: Transaction, sku: Sku) -> None:
    """Remove a product's picture, if it has one."""
    tx.connection.execute(delete(product_pictures).where(product_pictures.c.sku == sku))


def touch(tx: Transaction, sku: Sku) -> None:
    """Count a product's version up: its picture is new."""
    tx.connection.execute(
        update(products).where(products.c.sku == sku).values(version=products.c.version + 1, updated_at=tx.now)
    )

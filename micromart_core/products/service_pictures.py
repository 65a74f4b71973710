"""What products look like: setting a picture."""

from micromart_core.changes import Topic
from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.operation import operation
from micromart_core.products import store, store_pictures
from micromart_core.products.drawing import media_type_of
from micromart_core.products.model import Picture, Product, ProductChanged
from micromart_core.products.service import products_of
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit


@operation("catalog:write", repeatable=True)
def set_picture(tx: Transaction, sku: Sku, content: bytes) -> Product:
    """Give a product a picture, a PNG file or a drawing; raise UnusablePicture for anything else."""
    stored = store.lock_entries(tx, [sku]).get(sku)
    if stored is None:
        raise UnknownSku(sku)
    picture = Picture(sku, media_type_of(content), content)
    if [each for each, _ in store_pictures.list_pictures(tx, [sku])] != [picture]:
        store_pictures.remove_picture(tx, sku)
        store_pictures.add_pictures(tx, [picture])
        store_pictures.touch(tx, sku)
        tx.touch(Topic.PRODUCTS, sku)
        audit(tx, "product.picture", sku, after=f"{picture.media_type}, {len(content)} bytes")
        changed = ProductChanged(sku=sku, version=stored.version + 1, status=stored.entry.status, actor=tx.caller.actor)
        tx.record(changed)
    return products_of(tx, [sku])[sku]

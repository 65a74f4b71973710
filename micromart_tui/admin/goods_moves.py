"""What becomes of a product: published, archived, recalled, a draft again or deleted, each asked for first."""

from collections.abc import Callable

from micromart_core.operation import Operation
from micromart_core.products.model import Product, ProductStatus
from micromart_core.products.service_edit import archive_product, delete_product, publish_product, restore_product
from micromart_tui.admin.intent import Chosen, Intent
from micromart_tui.gallery import Ask
from micromart_tui.widgets.twin import command

DELETE = "delete"
MOVES: dict[ProductStatus, tuple[str, ...]] = {
    ProductStatus.DRAFT: ("publish", "archive", DELETE),
    ProductStatus.PUBLISHED: ("archive", "recall"),
    ProductStatus.ARCHIVED: ("publish", "restore"),
}
"""What can become of a product, as the command line calls it; recall is `archive --recall`."""
_MEANS = {
    ProductStatus.DRAFT: "publish: shoppers see it and buy it. archive: it is put away. "
    "delete: it is gone for good, if its stock never moved.",
    ProductStatus.PUBLISHED: "archive: nobody can add it any more, what carts hold may still be bought. "
    "recall: that is freed too, at once, and they are told.",
    ProductStatus.ARCHIVED: "publish: it is sold again at once. restore: it is a draft again, to be looked at first.",
}
TONES = {
    ProductStatus.DRAFT: ("○", "$honey"),
    ProductStatus.PUBLISHED: ("●", "$leaf"),
    ProductStatus.ARCHIVED: ("○", "$dust"),
}


def status_words(product: Product) -> tuple[str, str]:
    """Return whether it is sold, and the colour of that; colour is never alone."""
    dot, tone = TONES[product.status]
    return f"{dot} {product.status}", tone


def short_status_words(product: Product) -> tuple[str, str]:
    """Return the same in ten cells, so that names have room on slim tables."""
    words, tone = status_words(product)
    return words.replace("published", "for sale"), tone


def move_product(product: Product, unsaved: int = 0, gone: Callable[[], object] = lambda: None) -> Intent:
    """Return asking what shall become of a product; so many changes of it are not saved yet, and stay so.

    `gone` is called once it is deleted.
    """
    left_out = f" The {unsaved} unsaved changes are not part of it." if unsaved > 1 else ""
    left_out = " The unsaved change is not part of it." if unsaved == 1 else left_out
    return Intent(
        asks=f"What shall become of {product.name}?",
        means=_MEANS[product.status] + left_out,
        does="do it",
        command=lambda move: command("product", *_words(product, move)),
        act=lambda ask, move: _move(ask, product, move, gone),
        field=Chosen("it is to", MOVES[product.status]),
    )


def _words(product: Product, move: str) -> tuple[str, ...]:
    return ("archive", product.sku, "--recall") if move == "recall" else (move, product.sku)


async def _move(ask: Ask, product: Product, move: str, gone: Callable[[], object]) -> None:
    if move == "recall":
        await ask(archive_product, product.sku, recall=True)
        return
    moves: dict[str, Operation[..., Product]] = {
        "publish": publish_product,
        "archive": archive_product,
        "restore": restore_product,
        DELETE: delete_product,
    }
    await ask(moves[move], product.sku)
    if move == DELETE:
        gone()

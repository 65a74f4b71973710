"""A product as it is being written: what is typed, how that differs from what is stored, and how it would look."""

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.money import Money
from micromart_core.products.model import NewProduct, Product, ProductChanges, ProductStatus, Tint
from micromart_core.text import terminal_text
from micromart_tui.widgets.twin import command

LABELS = {
    "sku": "sku",
    "name": "name",
    "tagline": "tagline",
    "category": "shelf",
    "price": "price",
    "tint": "tint",
    "reorder_level": "low at",
    "description": "story",
    "picture": "picture",
}
"""What is written of a product, and what the page calls it."""
UNNAMED = "a new product"


class Draft(Struct, frozen=True):
    """What stands in the fields, each as it is typed; `picture` is the path of a file."""

    sku: str = ""
    name: str = ""
    tagline: str = ""
    category: str = ""
    price: str = ""
    tint: str = Tint.EMBER
    reorder_level: str = "0"
    description: str = ""
    picture: str = ""

    def differing(self, other: Self) -> tuple[str, ...]:
        """Return the names of what is written differently in another draft."""
        return tuple(each for each in self.__struct_fields__ if getattr(self, each) != getattr(other, each))

    def taking(self, other: Self, *names: str) -> Self:
        """Return it with some things as they stand in another draft."""
        return replace(self, **{name: getattr(other, name) for name in names})

    def rebased(self, was: Self, now: Self) -> Self:
        """Return it with everything as it is now that stands as it was; what was typed since then stays."""
        return now.taking(self, *self.differing(was))


def draft_of(product: Product | None) -> Draft:
    """Return what the fields of a stored product show; nothing of it drives a terminal."""
    if product is None:
        return Draft()
    return Draft(
        sku=product.sku,
        name=terminal_text(product.name),
        tagline=terminal_text(product.tagline),
        category=terminal_text(product.category),
        price=str(product.price),
        tint=product.tint,
        reorder_level=str(product.reorder_level),
        description=terminal_text(product.description, newlines=True),
    )


def changes_between(stored: Draft, draft: Draft) -> ProductChanges:
    """Return what is to become different, or raise InvalidValue for a level that is no number."""
    changed = {name: getattr(draft, name) for name in stored.differing(draft) if name not in ("sku", "picture")}
    if "tint" in changed:
        changed["tint"] = Tint(changed["tint"])
    if "reorder_level" in changed:
        changed["reorder_level"] = level_of(draft.reorder_level)
    return ProductChanges(**changed)


def new_product_of(draft: Draft) -> NewProduct:
    """Return the product that is to be, as a draft of the shop, or raise InvalidValue."""
    words = (draft.name, draft.category, draft.price, draft.tagline, draft.description)
    return NewProduct(*words, Tint(draft.tint), ProductStatus.DRAFT, level_of(draft.reorder_level))


def level_of(text: str) -> int:
    """Return a reorder level, or raise InvalidValue."""
    try:
        return int(text.strip() or "0")
    except ValueError as error:
        raise InvalidValue(
            f"“{text}” is no reorder level.", why="it is no whole number", hint="0 means never low"
        ) from error


def commands_for(stored: Product | None, draft: Draft) -> str:
    """Return what is typed to store it: nothing is left to do where it only shows the product."""
    known = draft_of(stored)
    changed = [name for name in known.differing(draft) if name not in ("sku", "picture")]
    flags = [word for name in changed for word in (_flag(name), getattr(draft, name).strip())]
    sku = stored.sku if stored else draft.sku.strip().upper() or "SKU"
    lines = []
    if stored is None:
        lines.append(command("product", "create", sku, *flags))
    elif flags:
        lines.append(command("product", "update", sku, *flags, "--if-version", str(stored.version)))
    if draft.picture:
        lines.append(command("product", "picture", sku, draft.picture))
    return " && ".join(lines) or command("product", "show", sku)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def preview(stored: Product | None, draft: Draft, currency: str) -> Product:
    """Return the product as it would be; a price that cannot be read yet is still the stored one."""
    sku = stored.sku if stored else Sku("")
    return Product(
        sku=sku,
        name=draft.name or UNNAMED,
        category=draft.category,
        tagline=draft.tagline,
        description=draft.description,
        price=_price(stored, draft, currency),
        tint=Tint(draft.tint),
        status=stored.status if stored else ProductStatus.DRAFT,
        reorder_level=stored.reorder_level if stored else 0,
        version=stored.version if stored else 0,
        stock=stored.stock if stored else StockLevel(sku, 0, 0, 0, 0),
    )


def _price(stored: Product | None, draft: Draft, currency: str) -> Money:
    try:
        return Money.parse(draft.price.strip(), currency)
    except InvalidValue:
        return stored.price if stored else Money(0, currency)

"""Which field of a product's form a refusal is about."""

from collections.abc import Callable

from micromart_core.errors import InvalidValue, MicroMartError, NotAllowed
from micromart_core.products.entry import clean_description, clean_name, clean_tagline
from micromart_core.products.model import ProductExists, UnknownCategory, UnusablePicture, sku_of
from micromart_tui.admin.draft import Draft, level_of
from micromart_tui.admin.picture_file import NotYourMachine, UnreadableFile

_TYPES: dict[type[MicroMartError], str] = {
    ProductExists: "sku",
    UnknownCategory: "category",
    UnusablePicture: "picture",
    UnreadableFile: "picture",
    NotYourMachine: "picture",
}
_CHECKS: dict[str, Callable[[str], object]] = {
    "sku": sku_of,
    "name": clean_name,
    "tagline": clean_tagline,
    "description": clean_description,
    "reorder_level": level_of,
}


def field_of(error: MicroMartError, draft: Draft) -> str | None:
    """Return the field that a refusal of this draft is about, None when it is about none."""
    if isinstance(error, NotAllowed) and "price" in error.message:
        return "price"
    for family, name in _TYPES.items():
        if isinstance(error, family):
            return name
    if not isinstance(error, InvalidValue):
        return None
    refused = next((name for name, check in _CHECKS.items() if _refuses(check, getattr(draft, name), error)), None)
    return refused or ("reorder_level" if "reorder level" in error.message else "price")


def _refuses(check: Callable[[str], object], text: str, error: MicroMartError) -> bool:
    try:
        check(text)
    except InvalidValue as own:
        return own.message == error.message
    return False

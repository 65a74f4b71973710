"""What stands on the shelf in place of products."""

from collections.abc import Sequence
from functools import partial

from textual.content import Content

from micromart_tui.aisle import Aisle
from micromart_tui.rows import pressing, prose, row

_SKELETON = (6, 0, 14, 10, 0, 6, 0, 12, 9, 15)


def skeleton(width: int, height: int) -> Sequence[Content]:
    """Draw rules where products will be."""
    return [row((" " + "─" * min(each, width - 2), "$line")) for each in _SKELETON[:height]]


def nothing_found(query: str, meant: str | None, width: int, height: int) -> Sequence[Content]:  # noqa: ARG001  # as all drawing
    """Say that nothing was found, how to go on, and what was perhaps meant."""
    margin = row(" ")
    rows = [*prose(f"Nothing on the shelves for “{query}”.", width - 2), row()]
    if meant:
        rows += [*prose(f"Did you mean “{meant}”?", width - 2), _key("tab", "searches for it", "tab")]
    rows.append(_key("esc", "clears the search", "escape"))
    return [row(margin, each) for each in rows]


def nothing_found_for(query: str, meant: str | None) -> partial[Sequence[Content]]:
    """Return what draws that nothing was found."""
    return partial(nothing_found, query, meant)


def no_products(width: int, height: int) -> Sequence[Content]:
    """Say that there is nothing yet, a little above the middle."""
    words = row(("The shelves are being filled.", "bold $cream")), row(("Come back soon.", "$sand"))
    above = max(0, (height - len(words)) * 2 // 5)
    return [*[row()] * above, *(row(" " * max(0, (width - each.cell_length) // 2), each) for each in words)]


def count_of(results: Aisle, all_products: int | None) -> str:
    """Say how many were found, of how many where that is known."""
    count = f"{len(results.products)}" if results.end is None else f"more than {len(results.products)}"
    return f"{count} of {all_products}" if all_products is not None else f"{count} found"


def _key(key: str, words: str, pressed: str) -> Content:
    return row((key, "bold $cream"), (f" {words}", "$dust")).stylize(pressing(pressed))

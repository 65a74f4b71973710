"""What stands above a product that is being written."""

from textual.content import Content

from micromart_core.products.model import Product
from micromart_tui.admin.draft import UNNAMED
from micromart_tui.admin.goods_moves import status_words
from micromart_tui.rows import row, spread


def head(stored: Product | None, said: tuple[str, str], width: int) -> Content:
    """Draw which product it is, what is to be said of what is typed, and whether it is sold."""
    status = status_words(stored) if stored else ("not stored yet", "$dust")
    name = stored.sku if stored else UNNAMED
    told = row((said[0], said[1]), "   " if said[0] else "")
    return spread(row((name, "bold $cream")), row(told, status), width)

"""A product's own page: picture, name, price, stock, story, and the row that buys it, which is always in sight."""

import asyncio
from collections.abc import Sequence

from textual.content import Content
from textual.events import MouseDown

from micromart_core.products.model import Picture, Product
from micromart_tui.rows import fitted, pressing, prose, row, spread
from micromart_tui.theme import GLOWS, glow_of
from micromart_tui.widgets.painted import Painted
from micromart_tui.widgets.product_words import buy_row, facts_of, stock_rows, story_of

SIZES = (24, 20, 16, 12)
"""Cells a picture may be wide, and twice its rows; the largest is taken that leaves the story its room."""
_SLIM_BELOW, _LARGEST_SLIM = 40, 16
_LEAST_BESIDE = 21
"""Cells that name and stock need beside the picture."""
_BARE_BELOW = 12
"""Rows below which there is no room for a picture."""


class ProductPage(Painted):
    """Shows whatever product it is given; its story scrolls when it is longer than the page."""

    DEFAULT_CSS = "ProductPage { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.product: Product | None = None
        self.quantity = 1
        self.own = 0
        """Units in the cart of whoever looks."""
        self._picture: Picture | None = None
        self._read = 0
        """Rows of the story that were read, and have scrolled away."""
        self._wrapped_for: tuple[Product | None, int] | None = None
        self._wrapped: list[Content] = []

    def show(self, product: Product | None, *, own: int = 0, picture: Picture | None = None) -> bool:
        """Show a product; another one begins with a quantity of one, at the beginning of its story.

        A picture that was painted before hangs at once. Return whether that is so.
        """
        is_other = product is None or self.product is None or product.sku != self.product.sku
        self.product, self.own = product, own
        if is_other:
            self.quantity, self._read = 1, 0
            self._picture = picture if self._is_painted(picture) else None
        self.choose(self.quantity)
        return self._picture is not None

    def choose(self, quantity: int) -> None:
        """Choose how many to add, as far as so many are free."""
        free = self.product.stock.available if self.product else 1
        self.quantity = max(1, min(free, quantity))
        self.repaint()

    async def hang(self, picture: Picture | None) -> None:
        """Hang the picture, painted beside the screen so that it does not wait."""
        product, size = self.product, self._size_of_picture(*self.content_size)
        if product is not None and picture is not None and size:
            await asyncio.to_thread(self._paint, product, picture, size)
        is_same = self.product is not None and product is not None and product.sku == self.product.sku
        if is_same and picture != self._picture:
            self._picture = picture
            self.repaint()

    def read_on(self) -> None:
        """Scroll the story by what is in sight of it; at its end, begin again."""
        if self.product is None:
            return
        width, height = self.content_size
        room = _room(self._head(width, height), height)
        left = len(self._body(width)) - self._read - room
        self._read = self._read + min(max(1, room - 1), left) if left > 0 else 0
        self.repaint()

    def on_mouse_down(self, _: MouseDown) -> None:
        """Take the keys from an input: what is pressed here is meant for the product."""
        self.screen.set_focus(None)

    def draw(self, width: int, height: int) -> Sequence[Content]:
        """Draw the page for its size; the buy row stands below the story, at the latest in the last row."""
        if self.product is None:
            return ()
        head, body = self._head(width, height), self._body(width)
        room = _room(head, height)
        self._read = max(0, min(self._read, len(body) - room))
        shown = body[self._read : self._read + room]
        more = len(body) - self._read - len(shown)
        hint = row(("space", "bold $cream"), (" reads on", "$dust")).stylize(pressing("space"))
        below = row() if len(body) <= room else hint if more else row(hint.plain.replace("on", "it again"))
        gap = row() if height >= _BARE_BELOW else None
        rows = [*head, *([gap] if gap is not None else []), *shown, below]
        return [*rows[: height - 1], buy_row(self.product, self.quantity, width, self.mart.money)]

    def _body(self, width: int) -> list[Content]:
        """Return the story and the facts below it, wrapped once: a drawing asks three times."""
        if self._wrapped_for != (self.product, width):
            self._wrapped_for, self._wrapped = (self.product, width), self._wrap(width)
        return self._wrapped

    def _wrap(self, width: int) -> list[Content]:
        if self.product is None:
            return []
        story = prose(story_of(self.product), width) if story_of(self.product) else []
        facts = facts_of(self.product)
        if not facts:
            return story
        line = row(("   ".join(facts), "$dust"))
        below = [line] if line.cell_length <= width else prose(" · ".join(facts), width, "$dust")
        return [*story, row(), *below] if story else below

    def _head(self, width: int, height: int) -> list[Content]:
        """Return the upper part of the page: the picture, and the product's words beside or under it."""
        size = self._size_of_picture(width, height)
        if not size:
            return self._named(width)
        if width >= _SLIM_BELOW:
            return self._hero(width, size)
        margin = (width - size) // 2
        ground = self._ground()
        edges = row((" " * margin, f"on {ground}")), row((" " * (width - size - margin), f"on {ground}"))
        return [*(row(edges[0], each, edges[1]) for each in self._art(size)), row(), *self._named(width)]

    def _size_of_picture(self, width: int, height: int) -> int:
        """Return how many cells the picture is wide; 0 where there is no room for one, or no product."""
        if self.product is None or not width or height < _BARE_BELOW:
            return 0
        if width < _SLIM_BELOW:
            return self._fitting(width, height, _LARGEST_SLIM, beside=0, under=len(self._named(width)) + 1)
        return self._fitting(width, height, SIZES[0], beside=_LEAST_BESIDE, under=0)

    def _fitting(self, width: int, height: int, largest: int, *, beside: int, under: int) -> int:
        """Return the size of the largest picture beside and under which everything fits, else of the smallest."""
        body = len(self._body(width)) + 3
        sizes = [each for each in SIZES if each <= largest and each + beside + 2 <= width]
        fitting = [each for each in sizes if each // 2 + under + body <= height]
        return fitting[0] if fitting else (sizes or SIZES)[-1] if not beside else max(16, (sizes or SIZES)[-1])

    def _hero(self, width: int, size: int) -> list[Content]:
        """Return the picture and the product's words beside it, on the ground of its tint."""
        is_airy = width - size - _LEAST_BESIDE > 10  # noqa: PLR2004  # room for margins
        margin, gap = (2, 4) if is_airy else (1, 1)
        room = width - margin - size - gap
        words = self._beside(room)[: size // 2]
        above = max(0, (size // 2 - len(words)) // 2)
        words = [*[row()] * above, *words]
        words += [row()] * (size // 2 - len(words))
        on = f"on {self._ground()}"
        return [
            row((" " * margin, on), art, (" " * gap, on), fitted(each, room).stylize_before(on))
            for art, each in zip(self._art(size), words, strict=True)
        ]

    def _beside(self, room: int) -> list[Content]:
        if (product := self.product) is None:
            return []
        name = prose(product.name, room - 1, "bold $cream")[:2]
        tagline = prose(product.tagline, room - 1, f"$tint-{product.tint}")[:2] if product.tagline else []
        price = row((self.mart.money(product.price), "bold $cream"))
        return [*name, *tagline, row(), price, row(), *stock_rows(product, self.own, room)]

    def _named(self, width: int) -> list[Content]:
        """Return name and price, tagline and stock, each on a row across the page."""
        if (product := self.product) is None:
            return []
        price = row((self.mart.money(product.price), "bold $cream"))
        rows = [spread(row((product.name, "bold $cream")), price, width)]
        if product.tagline:
            rows.append(row((product.tagline, f"$tint-{product.tint}")))
        first, *others = stock_rows(product, self.own, width)
        for each in others:
            first = row(first, (" · ", "$dust"), (each.plain.strip().replace("held in other", "in other"), "$dust"))
        return [*rows, first]

    def _ground(self) -> str:
        return f"$ground-{self.product.tint}" if self.product else "$ink"

    def _art(self, size: int) -> Sequence[Content]:
        """Return the picture, or its ground alone until it hangs."""
        if self.product is None or self._picture is None:
            return (row((" " * size, f"on {self._ground()}")),) * (size // 2)
        return self._paint(self.product, self._picture, size)

    def _is_painted(self, picture: Picture | None) -> bool:
        size = self._size_of_picture(*self.content_size)
        if self.product is None or picture is None or not size:
            return False
        from micromart_tui.art import is_painted

        return is_painted(picture, *self._colours_for(self.product), size)

    def _paint(self, product: Product, picture: Picture, size: int) -> Sequence[Content]:
        from micromart_tui.art import half_blocks

        return half_blocks(picture, *self._colours_for(product), size)

    def _colours_for(self, product: Product) -> tuple[str, str]:
        """Return a product's tint, and the ground that its picture stands on."""
        palette = self.mart.palette
        tint = palette.tints[product.tint]
        return tint, glow_of(palette, tint, GLOWS["ground"])


def _room(head: Sequence[Content], height: int) -> int:
    """Return how many rows the story and the facts have below the head."""
    gap = 1 if height >= _BARE_BELOW else 0
    return max(1, height - len(head) - gap - 2)

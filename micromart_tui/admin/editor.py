"""A7: a product is written at the left, and at the right it stands as the shop will show it."""

import asyncio
from contextlib import suppress
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from micromart_core.changes import Change, Topic
from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku
from micromart_core.products.model import Picture, Product
from micromart_core.products.service import show_product
from micromart_core.products.service_categories import list_categories
from micromart_core.products.service_looks import list_pictures
from micromart_tui.admin.draft import Draft, commands_for, draft_of, preview
from micromart_tui.admin.editor_drawing import head
from micromart_tui.admin.form_field import FormField
from micromart_tui.admin.goods_moves import move_product
from micromart_tui.admin.product_form import ProductForm
from micromart_tui.admin.saving import SavingScreen
from micromart_tui.widgets.key_line import KeyLine
from micromart_tui.widgets.product_page import ProductPage
from micromart_tui.widgets.twin import Twin

LOOK_AFTER = 0.25
"""Seconds of rest after a letter of a path until its picture is looked for."""
_MOST_SHELVES = 100


class EditorScreen(SavingScreen):
    """Lies over the list; nothing that is typed is lost unasked."""

    place: ClassVar[str] = "desk/goods"
    heading: ClassVar[str] = "product"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.PRODUCTS, Topic.STOCK})
    AUTO_FOCUS: ClassVar[str | None] = "ProductForm Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="ctrl+s"),
        Binding("escape", "leave", "leave", key_display="esc"),
        Binding("ctrl+l", "look", "look", key_display="ctrl+l"),
        Binding("ctrl+t", "move_product", "status", key_display="ctrl+t"),
        Binding("ctrl+y", "copy_line", "copy the command", show=False, priority=True),
    ]

    def __init__(self, product: Product | None) -> None:
        super().__init__(product)
        self._picture: Picture | None = None

    def compose_page(self) -> ComposeResult:
        """Yield the form, and the very page that shoppers see."""
        yield Static(id="head")
        with Horizontal(id="panes"):
            yield ProductForm(draft_of(self.stored), is_new=self.stored is None)
            yield ProductPage()

    def compose_foot(self) -> ComposeResult:
        """Yield the command line, whose key is no letter here, and the keys."""
        yield Twin(key="ctrl+y")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show it as it is."""
        self.call_after_refresh(self.show_draft)

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.call_after_refresh(self.show_draft)

    # --- reading ---

    def is_about(self, changes: frozenset[Change]) -> bool:
        """Say whether this product changed, or nobody knows which."""
        return self.tells_of(changes, {self.stored.sku} if self.stored else set())

    def renew(self) -> None:
        """Read the product again, unless the page is just being left or asks on."""
        if not self.go_on():
            self.read_product()

    @work(exclusive=True, group="read-product")
    async def read_product(self) -> None:
        """Read the shelves there are, the product and its picture."""
        async with self.reading():
            shelves = await self.ask(list_categories, limit=_MOST_SHELVES)
            product = None
            if self.stored is not None:
                product = await self.ask(show_product, self.stored.sku)
                self._picture = next(iter(await self.ask(list_pictures, (product.sku,))), None)
            if not self.query(ProductForm):  # just being taken away
                return
            self.form.suggest(each.name for each in shelves.items)
            if product is not None:
                self.take(product)
        self.show_draft()

    # --- showing ---

    @on(FormField.Turned)
    def _turned(self) -> None:
        self.show_draft()

    def show_draft(self) -> None:
        """Let the page beside the form, the head and the command follow what is typed."""
        if not self.is_mounted or not self.query(ProductPage):
            return
        draft, top = self.form.draft, self.query_one("#head", Static)
        if top.size.width:
            top.update(head(self.stored, self._said, top.size.width))
        self.query_one(ProductPage).show(preview(self.stored, draft, self._currency))
        self._hang(draft)
        self.show_command()
        self.refresh_bindings()

    @property
    def _said(self) -> tuple[str, str]:
        """What is to be said of what is typed, and its colour."""
        if self.meanwhile is not None:
            return "changed by somebody else", "$honey"
        if self.unsaved:
            return f"{len(self.unsaved)} unsaved", "$ember"
        return ("saved", "$leaf") if self.is_saved else ("", "$dust")

    @property
    def _currency(self) -> str:
        if self.stored is not None:
            return self.stored.price.currency
        return self.mart.facts.currency if self.mart.facts else ""

    @work(exclusive=True, group="hang")
    async def _hang(self, draft: Draft) -> None:
        """Hang the picture that is stored, or the one in the file that is named."""
        picture = self._picture
        if draft.picture:
            await asyncio.sleep(LOOK_AFTER)
            sku = self.stored.sku if self.stored else Sku("")
            with suppress(InvalidValue):  # of a path that is not typed to its end; saving says what is wrong with it
                picture = await self._read(sku, draft.picture)
        for page in self.query(ProductPage):  # none while the page is being taken away
            await page.hang(picture)

    @property
    def command_line(self) -> str:
        """What stores what is typed, or shows what is stored."""
        return commands_for(self.stored, self.form.draft)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to save what is not saved, and to look where it is not seen beside the form."""
        if action == "save" and not self.unsaved:
            return False
        if action == "move_product" and self.stored is None:
            return False
        if action == "look" and not self.is_slim:
            return False
        return super().check_action(action, parameters)

    def action_look(self) -> None:
        """Show the page of the shop in place of the form, or the form again."""
        is_looking = self.toggle_class("-looking").has_class("-looking")
        self.set_focus(None if is_looking else self.form.first)
        self.call_after_refresh(self.show_draft)

    def action_move_product(self) -> None:
        """Ask whether to publish, archive or restore it."""
        if self.stored is not None:
            self.open_question(move_product(self.stored, len(self.unsaved), self.leave_for_good))

    async def action_leave(self) -> None:
        """Go back to the form, or to the list."""
        if self.has_class("-looking"):
            self.action_look()
        else:
            await self.mart.action_back()

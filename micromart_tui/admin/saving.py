"""Storing what is typed of a product: over what was read, once, and with nothing lost when somebody was faster."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace
from textual import work
from textual.widget import Widget

from micromart_core.errors import MicroMartError, Unavailable
from micromart_core.ids import new_id
from micromart_core.inventory.model import Sku
from micromart_core.products.model import Picture, Product, StaleProduct, UnknownCategory, sku_of
from micromart_core.products.service import show_product
from micromart_core.products.service_categories import create_category
from micromart_core.products.service_edit import create_product, update_product
from micromart_core.products.service_pictures import set_picture
from micromart_tui.admin.asking import AskingScreen
from micromart_tui.admin.draft import Draft, changes_between, draft_of, new_product_of
from micromart_tui.admin.editor_questions import MINE, SAVE, leaving, new_shelf, whose
from micromart_tui.admin.intent import Intent
from micromart_tui.admin.picture_file import read_picture
from micromart_tui.admin.product_form import ProductForm
from micromart_tui.admin.refusals import field_of
from micromart_tui.gallery import Ask


class SavingScreen(AskingScreen):
    """Knows what is stored and what is typed; subclasses show it."""

    def __init__(self, product: Product | None) -> None:
        super().__init__()
        self.stored = product
        """As what is typed was begun; None for a product that is not there yet."""
        self.meanwhile: Product | None = None
        """As somebody else left it since then, where that differs from what is typed over."""
        self.is_saved = False
        self._is_saving = self._may_leave = False
        self._key, self._tried = new_id("key"), Draft()
        self._next: Intent | None = None
        self._then: Callable[[], object] | None = None
        self._typed_in: Widget | None = None

    def show_draft(self) -> None:
        """Show what is typed."""

    @property
    def form(self) -> ProductForm:
        """What is typed into."""
        return self.query_one(ProductForm)

    @property
    def unsaved(self) -> tuple[str, ...]:
        """The names of what is typed and not stored."""
        return draft_of(self.stored).differing(self.form.draft) if self.query(ProductForm) else ()

    def take(self, product: Product) -> None:
        """Show how the product is now; what is typed is never overwritten, only told that it is overtaken."""
        if self.stored is None or self._is_saving:
            return
        before, now, typed = draft_of(self.stored), draft_of(product), self.form.draft
        if now == before:
            self.stored, self.meanwhile = product, None
        elif typed == before:
            self._adopt(product, now)
        else:
            self.stored, self.meanwhile = replace(self.stored, stock=product.stock, status=product.status), product

    def _adopt(self, product: Product, draft: Draft) -> None:
        self.stored, self.meanwhile = product, None
        self.form.fill(draft)
        self.show_draft()

    # --- saving ---

    def action_save(self) -> None:
        """Store what is typed; pressed again while that goes on, nothing more."""
        if self.unsaved and not self._is_saving:
            self._save()

    @work(group="save")
    async def _save(self) -> None:
        with self.telling_errors():
            await self.store()

    async def store(self) -> bool:
        """Store what is typed, and say at its field what is refused; raise Unavailable. True when all is stored."""
        sent, self._is_saving, self.is_saved = self.form.draft, True, False
        self.form.accept()
        try:
            await self._store(sent)
        except StaleProduct:
            await self._ask_whose()
        except UnknownCategory as error:
            self._refuse(error, sent)
            if self.question is None:
                self.set_focus(self._typed_in)  # who makes no shelf goes on at its field
            self._ask_next(new_shelf(self.stored, sent, self._make_shelf))
        except Unavailable:
            raise
        except MicroMartError as error:
            self._refuse(error, sent)
        else:
            self.is_saved = True
        finally:
            self._is_saving = False
            self.show_draft()
        return self.is_saved

    async def _read(self, sku: Sku, path: str) -> Picture:
        is_own_machine = not (self.app.is_web or self.mart.is_hosted)
        return await asyncio.to_thread(read_picture, sku, path, is_own_machine=is_own_machine)

    async def _store(self, sent: Draft) -> None:
        """Read the picture first: where it is none, nothing is stored."""
        sku = self.stored.sku if self.stored else sku_of(sent.sku.strip())
        picture = await self._read(sku, sent.picture) if sent.picture else None
        without = replace(sent, picture="")
        if self.stored is None:
            await self._is_stored(await self._create(sent), sent, kept=sent.picture)
        elif draft_of(self.stored) != without:
            changes = changes_between(draft_of(self.stored), sent)
            stored = await self.ask(update_product, sku, changes, self.stored.version)
            await self._is_stored(stored, sent, kept=sent.picture)
        if picture is not None:
            await self._is_stored(await self.ask(set_picture, sku, picture.content), self._with(sent.picture))

    async def _create(self, sent: Draft) -> Product:
        if sent != self._tried:
            self._key, self._tried = new_id("key"), sent
        return await self.mart.ask_once(self._key, create_product, sku_of(sent.sku.strip()), new_product_of(sent))

    def _with(self, picture: str) -> Draft:
        return replace(draft_of(self.stored), picture=picture)

    async def _is_stored(self, product: Product, sent: Draft, kept: str = "") -> None:
        """Go on from what is stored; what was typed while it was being stored stays."""
        was_new = self.stored is None
        self._adopt(product, self.form.draft.rebased(sent, replace(draft_of(product), picture=kept)))
        if was_new:
            await self.form.now_stored()

    def _refuse(self, error: MicroMartError, sent: Draft) -> None:
        name = field_of(error, sent)
        if name is None:
            self.mart.tell_error(error)
        else:
            self._typed_in = self.form.refuse(name, error)

    # --- when somebody was faster ---

    async def _ask_whose(self) -> None:
        if self.stored is None:
            return
        self.meanwhile = await self.ask(show_product, self.stored.sku)
        self._ask_next(whose(self.stored, self.meanwhile, self.form.draft, self._settle))

    async def _settle(self, _: Ask, answer: str) -> None:
        """Go on from what somebody else stored, with one's own words over it or without them."""
        now = self.meanwhile or self.stored
        if now is None:
            return
        before, theirs, typed = draft_of(self.stored), draft_of(now), self.form.draft
        kept = typed.rebased(before, theirs)
        if answer == MINE:
            self._adopt(now, kept)
            await self.store()
        else:
            self._adopt(now, kept.taking(theirs, *theirs.differing(before)))

    async def _make_shelf(self, ask: Ask, _: str) -> None:
        """Make the shelf that is typed, and store the product on it."""
        await ask(create_category, self.form.draft.category.strip())
        await self.store()

    # --- questions ---

    def _ask_next(self, intent: Intent) -> None:
        """Ask, behind the question that is open."""
        if self.question is None:
            self.open_question(intent)
        else:
            self._next = intent

    def open_question(self, intent: Intent) -> None:
        """Ask, and remember what is typed into."""
        self._typed_in = self.focused or self._typed_in
        super().open_question(intent)

    def question_moved(self) -> None:
        """Let the form rest while something is asked, and go on where one was."""
        super().question_moved()
        self.form.disabled = self.question is not None
        if self.question is None and not self.has_class("-looking"):
            at = self._typed_in
            (at if at is not None and at.is_attached else self.form.first).focus()

    def asks_before_leaving(self, then: Callable[[], object]) -> bool:
        """Ask what to do with what is not saved."""
        if self._may_leave or not self.unsaved:
            return False
        while not self.is_on_top:
            self.app.pop_screen()
        if self._is_saving:
            self.mart.tell("A moment.", "It is just being saved.")
        elif self.question is None:
            self._then = then
            self.open_question(leaving(self.stored, self.form.draft, self._leave))
        else:
            self.mart.tell("Esc leaves it.", "Answer the question first.")
        return True

    def leave_for_good(self) -> None:
        """Leave what is there no more, with what was typed of it."""
        self._may_leave, self._then = True, self.mart.action_back

    async def _leave(self, _: Ask, answer: str) -> None:
        self._may_leave = answer != SAVE or await self.store()

    def go_on(self) -> bool:
        """Ask what is to be asked next, or leave when that was chosen; True when there was anything to go on with."""
        intent, then = self._next, self._then
        if self._may_leave:
            self._then = None
            if then is not None:
                self.app.call_later(then)
            return True
        if intent is not None:
            self._next = None
            self.open_question(intent)
        return intent is not None

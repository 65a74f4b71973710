"""What staff write of a product, field below field; enter goes on to the next one."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, TextArea

from micromart_core.errors import MicroMartError
from micromart_core.text import terminal_text
from micromart_tui.admin.draft import LABELS, Draft
from micromart_tui.admin.form_field import FormField, TintChoice
from micromart_tui.widgets.still_input import StillInput

_EXAMPLES = {
    "sku": "TEA-01",
    "name": "Null Mug",
    "tagline": "a few words",
    "category": "a shelf that there is",
    "price": "19.00",
    "reorder_level": "0 = never low",
    "picture": "a file: PNG, or a drawing",
}


class ProductForm(VerticalScroll, can_focus=False):
    """Each field tells when something else stands in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # At once: what is typed right behind it is meant for the next field.
        Binding("tab", "app.focus_next", "fields", key_display="tab", priority=True),
        Binding("shift+tab", "app.focus_previous", "fields", show=False, priority=True),
        Binding("down", "app.focus_next", "fields", show=False),
        Binding("up", "app.focus_previous", "fields", show=False),
    ]

    def __init__(self, draft: Draft, *, is_new: bool) -> None:
        super().__init__()
        self._first, self._is_new = draft, is_new

    def compose(self) -> ComposeResult:
        """Yield a field each; what a product is called by is given once, when it is made."""
        for name, label in LABELS.items():
            if name != "sku" or self._is_new:
                yield FormField(name, label, self._control(name))

    def _control(self, name: str) -> Input | TextArea | TintChoice:
        first = getattr(self._first, name)
        if name == "tint":
            choice = TintChoice()
            choice.set_reactive(TintChoice.value, first)
            return choice
        if name == "description":
            story = TextArea(first, compact=True, highlight_cursor_line=False)
            story.cursor_blink = False
            return story
        return StillInput(first, placeholder=_EXAMPLES[name], compact=True, select_on_focus=False)

    @property
    def _fields(self) -> Iterable[FormField]:
        return self.query(FormField)

    @property
    def draft(self) -> Draft:
        """What is typed."""
        typed = {each.field: each.value for each in self._fields}
        return self._first.taking(Draft(**typed), *typed)

    def fill(self, draft: Draft) -> None:
        """Show something else in the fields; the ones that say it already are left alone, and so is their cursor."""
        self._first = draft
        with self.prevent(Input.Changed, TextArea.Changed, TintChoice.Changed):
            for each in self._fields:
                if each.value != getattr(draft, each.field):
                    each.value = getattr(draft, each.field)

    async def now_stored(self) -> None:
        """Take away what can be written only once."""
        await self.query("#field-sku").remove()

    def suggest(self, categories: Iterable[str]) -> None:
        """Offer the shelves there are as one types."""
        names = [terminal_text(each) for each in categories]
        self.query_one("#field-category Input", Input).suggester = SuggestFromList(names, case_sensitive=False)

    @property
    def first(self) -> Widget:
        """What is typed into first."""
        return self.query(FormField).first().control

    def refuse(self, name: str, error: MicroMartError) -> Widget:
        """Say below its field why the product is not stored, and return what is typed into; all that is typed stays."""
        field = self.query_one(f"#field-{name}", FormField)
        field.refuse(error.sentences)
        return field.control

    def accept(self) -> None:
        """Take all refusals away."""
        for each in self._fields:
            each.refuse("")

    @on(Input.Submitted)
    def _go_on(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next("Input, TextArea, TintChoice")

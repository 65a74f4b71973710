"""Signing in with an account of the shop's own: sign in, new here, forgot; and the letter with the code."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from micromart_core.authentication.model import Paused, WeakPassword, WrongPassword
from micromart_core.errors import MicroMartError, as_sentence
from micromart_tui.panel import PanelScreen
from micromart_tui.rows import prose, row
from micromart_tui.screens.sign_in_drawing import STEPS, TABS, draw_letter, draw_tabs
from micromart_tui.sign_in import LocalDoor
from micromart_tui.widgets.field import Field
from micromart_tui.widgets.hold_panel import HoldPanel

if TYPE_CHECKING:
    from micromart_tui.counter import Counter

_HIDDEN = ("password",)
_AT = {Paused: "password", WeakPassword: "password", WrongPassword: "password"}
"""At which field a refusal is said; others at the last one, and what names a field at that."""


class SignInScreen(PanelScreen):
    """One step at a time; what was typed stays typed."""

    heading = "sign in"
    about = "held while you sign in"
    act = "sign in"
    AUTO_FOCUS = "#field-name Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        # At once: what is typed next is meant for the other field, and a page that scrolls would take the arrows.
        Binding("up,shift+tab", "next_field(-1)", "fields", key_display="↑↓", priority=True),
        Binding("down,tab", "next_field(1)", "fields", show=False, priority=True),
        Binding("enter", "go_on", "go on", key_display="↵", show=False, priority=True),  # its button says it
        Binding("ctrl+t", "next_tab", "tabs", key_display="ctrl+t", priority=True),
        Binding("escape", "app.back", "not now", key_display="esc"),
    ]

    def __init__(self, door: LocalDoor, then: Callable[[], object], *, in_checkout: bool) -> None:
        super().__init__()
        self._door, self._then, self._in_checkout = door, then, in_checkout
        self.step = "sign in"
        self.code: str | None = None
        """What the letter that lies here says; None where it went out."""

    def compose_fields(self) -> ComposeResult:
        """Yield every field there is; a step shows its own."""
        yield Field("name", "name")
        yield Field("email", "e-mail")
        yield Field("code", "code")
        yield Field("password", "password", hidden=True)

    def on_mount(self) -> None:
        """Show the first step."""
        self._show("sign in")

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it grows with what it says
        """Draw what stands above the fields."""
        step = STEPS[self.step]
        rows = [*draw_tabs(step.tab, width)]
        if self.step == "letter" and self.code:
            return [*rows, *draw_letter(self.mart.shop_name, self._typed("name"), self._email, self.code, width), row()]
        return [*rows, *prose(step.says.format(email=self._email), width), row()]

    @property
    def _email(self) -> str:
        return self._typed("email") if self.is_mounted else ""

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)

    def _typed(self, name: str) -> str:
        return self._field(name).value

    def _show(self, step: str) -> None:
        self.step = step
        for field in self.query(Field):
            field.display = field.id in {f"field-{name}" for name in STEPS[step].fields}
            field.refuse("")
        self.query_one(HoldPanel).says(self.about, STEPS[step].act)
        self.repaint()
        empty = [name for name in STEPS[step].fields if not self._typed(name)]
        field = self._field(empty[0] if empty else STEPS[step].fields[-1])
        self.set_focus(field.query_one(Input))
        self.call_after_refresh(self._keep_in_view)

    def repaint(self) -> None:
        """Draw again; what is typed into stays in sight, whatever the panel and the words above it take of the page."""
        super().repaint()
        self.call_after_refresh(self._keep_in_view)

    def _keep_in_view(self) -> None:
        if isinstance(self.focused, Input):
            self.focused.scroll_visible(animate=False)

    def action_next_tab(self) -> None:
        """Go to the next tab."""
        self._show(TABS[(TABS.index(STEPS[self.step].tab) + 1) % len(TABS)])

    def action_next_field(self, step: int) -> None:
        """Go to another field."""
        if step > 0:
            self.focus_next(Input)
        else:
            self.focus_previous(Input)

    def action_go_on(self) -> None:
        """Go to the next field that is empty, else on, once the letters before this key have been taken in."""
        here = self.focused
        inputs = [self._field(name).query_one(Input) for name in STEPS[self.step].fields]
        behind = inputs[inputs.index(here) + 1 :] if isinstance(here, Input) and here in inputs else inputs
        empty = next((each for each in behind if not each.value), None)
        if empty is not None:
            self.set_focus(empty)
        else:
            (here or self).call_later(self._go_on_if_full)

    def _go_on_if_full(self) -> None:
        """Go to the first field that is empty, else on."""
        for name in STEPS[self.step].fields:
            if not self._typed(name):
                self._field(name).query_one(Input).focus()
                return
        self._go_on()

    @work(exclusive=True, group="sign-in")
    async def _go_on(self) -> None:
        """Do what the step is for; say at its field what is refused."""
        for field in self.query(Field):
            field.refuse("")
        steps = {"sign in": self._sign_in, "new here": self._register, "letter": self._verify}
        steps |= {"forgot": self._recover, "reset": self._reset}
        try:
            await steps[self.step]()
        except MicroMartError as error:
            self._refuse(error)

    def _refuse(self, error: MicroMartError) -> None:
        fields = STEPS[self.step].fields
        named = next((name for name in fields if name in error.message.lower()), fields[-1])
        at = next((name for kind, name in _AT.items() if isinstance(error, kind)), named)
        told = f"{error.message} {as_sentence(error.hint)}" if isinstance(error, Paused) else error.sentences
        self._field(at if at in fields else fields[-1]).refuse(told)

    async def _sign_in(self) -> None:
        await self._enter(self._typed("name"))

    async def _register(self) -> None:
        name, email, password = (self._typed(each) for each in ("name", "email", "password"))
        self.code = await asyncio.to_thread(self._door.register, name, email, password)
        self._field("code").value = self.code or ""
        self._show("letter")

    async def _verify(self) -> None:
        user = await asyncio.to_thread(self._door.verify, self._typed("code").strip())
        await self._enter(user)

    async def _recover(self) -> None:
        await asyncio.to_thread(self._door.recover, self._typed("email"))
        self._field("code").value = self._field("password").value = ""
        self._show("reset")

    async def _reset(self) -> None:
        user = await asyncio.to_thread(self._door.reset, self._typed("code").strip(), self._typed("password"))
        self._field("name").value = user
        await self._enter(user)

    async def _enter(self, name: str) -> None:
        """Sign in with the password that is still typed, and go back to where this began."""
        await asyncio.to_thread(self._come_in, self.mart.counter, name, self._typed("password"))
        self._field("password").value = ""

    def _come_in(self, counter: "Counter", name: str, password: str) -> None:
        entered = self._door.sign_in(name, password, in_checkout=self._in_checkout)
        counter.let_in(entered, self, self._then)

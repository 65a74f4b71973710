"""A3: the panel that opens inside the stock table and changes what is on hand."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from micromart_core.errors import InvalidValue, MicroMartError
from micromart_core.inventory.model import BelowHeld, StockLevel
from micromart_core.products.model import Tint
from micromart_tui.admin.adjust_drawing import Field, Panel, draw
from micromart_tui.admin.adjustment import OTHER, Adjustment
from micromart_tui.admin.applying import Applied
from micromart_tui.widgets.typed import typed

CONSENT = "evict"
_AIRY_FROM = 20
_STILL_HEARD = ("q", "y")
_TOLD = 3
"""Refusals that are told one by one; more are counted."""


class AdjustPanel(Widget, can_focus=True):
    """Says what it wants; the page does it and tells what came of it."""

    DEFAULT_CSS = "AdjustPanel { layer: panel; width: 100%; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,minus", "step(-1)", "by one", key_display="←→"),
        Binding("right,plus", "step(1)", show=False),
        Binding("0", "digit(0)", "type", key_display="0-9"),
        *(Binding(str(number), f"digit({number})", show=False) for number in range(1, 10)),
        Binding("backspace", "rub_out", show=False),
        Binding("up", "reason(-1)", "reason", key_display="↑↓"),
        Binding("down", "reason(1)", show=False),
        Binding("tab", "next_field(1)", "note"),
        Binding("shift+tab", "next_field(-1)", show=False),
        Binding("enter", "apply", "apply", key_display="↵"),
        Binding("escape", "leave", "leave it", key_display="esc"),
    ]
    panel: reactive[Panel] = reactive(None, init=False, layout=True)  # type: ignore[arg-type]  # set when it is made

    class Turned(Message):
        """It says something else than before."""

    class Wanted(Message):
        """Apply it."""

    class Left(Message):
        """Close it; nothing is to be done."""

    def __init__(self, levels: Sequence[StockLevel], tint: Tint, adjustment: Adjustment, *, room: int) -> None:
        super().__init__()
        self.is_busy = False
        """True while the shop is asked: a second enter is none."""
        self._is_airy = room >= _AIRY_FROM
        self.set_reactive(AdjustPanel.panel, Panel(tuple(levels), tint, adjustment, Field.NUMBER))

    @property
    def adjustment(self) -> Adjustment:
        """What is to be done."""
        return self.panel.adjustment

    @property
    def to_do(self) -> Adjustment:
        """What enter does: where it asks for the word that frees holds, it frees them."""
        return replace(self.adjustment, evicts=self.adjustment.evicts or self.panel.field is Field.CONSENT)

    @property
    def levels(self) -> tuple[StockLevel, ...]:
        """To which products, as they were seen."""
        return self.panel.levels

    def rows(self, width: int) -> list[Content]:
        """Return what is drawn at a width."""
        return draw(self.panel, width, is_airy=self._is_airy)

    def render(self) -> Content:
        """Draw it."""
        return Content("\n").join(self.rows(self.size.width))

    def watch_panel(self) -> None:
        """Let the page follow."""
        self.post_message(self.Turned())

    # --- what the shop says to it ---

    def show_conflict(self, level: StockLevel) -> None:
        """Go on from what a colleague left."""
        after = self.adjustment.after(level)
        said = f"a colleague changed it to {level.on_hand} a moment ago: {level.on_hand} → {after}?"
        self._set(replace(self.panel, levels=(level,), told=((said, "$honey"),), field=Field.NUMBER))

    def show_refusal(self, error: MicroMartError) -> None:
        """Say why not; where holds are in the way, ask for the word that lets them go."""
        told = ((error.message, "$rose"), (error.why, "$sand"))
        field = Field.CONSENT if isinstance(error, BelowHeld) else Field.NUMBER
        self._set(replace(self.panel, told=told, field=field, consent=""))

    def show_refused(self, applied: Applied, left: Sequence[StockLevel]) -> None:
        """Go on with those that did not change, as they are now, and say why they did not."""
        told = [(f"{len(applied.changed)} changed, {len(applied.refused)} not:", "$honey")]
        told += [(error.message, "$rose") for _, error in applied.refused[:_TOLD]]
        more = len(applied.refused) - _TOLD
        told += [(f"and {more} more", "$rose")] if more > 0 else []
        self._set(replace(self.panel, levels=tuple(left), told=tuple(told), field=Field.NUMBER))

    # --- keys ---

    @property
    def is_typing(self) -> bool:
        """True while letters are typed and not keys."""
        return self.panel.field is not Field.NUMBER

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002  # Textual's own
        """Say that letters are its own while it is typed into."""
        return self.is_typing and character is not None and character.isprintable()

    def on_key(self, event: Key) -> None:
        """Type into the field that is lit."""
        field, adjustment = self.panel.field, self.adjustment
        if field is Field.NUMBER:
            if event.character is not None and event.character.isalpha() and event.key not in _STILL_HEARD:
                event.stop()  # a letter that was meant for a note must not take anybody to another place
        elif field is Field.CONSENT:
            if (text := typed(self.panel.consent, event)) is not None:
                self._set(replace(self.panel, consent=text))
        elif field is Field.NOTE:
            if (text := typed(adjustment.note, event)) is not None:
                self._set(replace(self.panel, adjustment=replace(adjustment, note=text)))
        elif (text := typed(adjustment.own_reason, event)) is not None:
            self._set(replace(self.panel, adjustment=replace(adjustment, own_reason=text)))

    def action_step(self, by: int) -> None:
        """One more, or one less."""
        self._turn(self.adjustment.stepped(by))

    def action_digit(self, digit: int) -> None:
        """Type the number."""
        self._turn(self.adjustment.with_digit(digit))

    def action_rub_out(self) -> None:
        """Take the last digit away."""
        self._turn(self.adjustment.rubbed_out())

    def action_reason(self, step: int) -> None:
        """Choose why; a reason of one's own is typed at once."""
        adjustment = self.adjustment.with_next_reason(step)
        field = Field.REASON if adjustment.reason_at == OTHER else Field.NUMBER
        self._set(replace(self.panel, adjustment=adjustment, field=field, told=()))

    def action_next_field(self, step: int) -> None:
        """Go on to what is typed into next."""
        fields = [Field.NUMBER, *([Field.REASON] if self.adjustment.reason_at == OTHER else []), Field.NOTE]
        at = fields.index(self.panel.field) if self.panel.field in fields else 0
        self._set(replace(self.panel, field=fields[(at + step) % len(fields)]))

    def action_apply(self) -> None:
        """Want it; with holds in the way only once the word is typed."""
        if self.panel.field is Field.CONSENT:
            if self.panel.consent.strip() != CONSENT:
                return
            self._turn(replace(self.adjustment, evicts=True))
        count = len(self.levels)
        if count > 1 and self.adjustment.is_count and self.adjustment.is_fresh:
            self.show_refusal(InvalidValue("Type what was counted.", why=f"it is written to all {count}", hint=""))
            return
        self.post_message(self.Wanted())

    def action_leave(self) -> None:
        """Leave what is typed into, or the panel."""
        if self.panel.field is Field.NUMBER:
            self.post_message(self.Left())
        else:
            self._turn(replace(self.adjustment, evicts=False))

    def _turn(self, adjustment: Adjustment) -> None:
        self._set(replace(self.panel, adjustment=adjustment, field=Field.NUMBER, told=(), consent=""))

    def _set(self, panel: Panel) -> None:
        self.panel = panel

"""How the adjust panel looks: by how much, why, a note, and what would come of it."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from textual.content import Content

from micromart_core.inventory.model import StockLevel
from micromart_core.products.model import Tint
from micromart_tui.admin.adjustment import OTHER, REASONS, Adjustment
from micromart_tui.admin.figures import signed
from micromart_tui.rows import button, fitted, pressing, prose, row

LABEL = 9
_METER, _METER_AT = 30, 41
_WIDE, _SLIM = 64, 50
CARET = ("▏", "$ember")
_MORE = row((" …", "$dust"))


class Field(StrEnum):
    """What of the panel is typed into."""

    NUMBER = "number"
    REASON = "reason"
    NOTE = "note"
    CONSENT = "consent"
    """The word that says holds may be freed."""


class Panel(Struct, frozen=True):
    """All that is drawn."""

    levels: tuple[StockLevel, ...]
    tint: Tint
    adjustment: Adjustment
    field: Field
    told: tuple[tuple[str, str], ...] = ()
    """What the shop said to it: lines and their colours, in place of what would come of it."""
    consent: str = ""


def draw(panel: Panel, width: int, *, is_airy: bool) -> list[Content]:
    """Draw the panel's rows."""
    inner = width - 3
    air = [row()] if is_airy else []
    lines = [row(), _number(panel, inner), *air, _reason(panel, inner)]
    lines += [_note(panel)] if panel.adjustment.note or panel.field is Field.NOTE or is_airy else []
    lines += [*air, *_outcome(panel, inner), row()]
    edge = ("▌ ", f"$tint-{panel.tint}")
    return [fitted(row(edge, each), width).stylize_before(f"on $ground-{panel.tint}") for each in lines]


def _label(words: str, *, is_lit: bool = False) -> tuple[str, str]:
    return words.ljust(LABEL), "$sand" if is_lit else "$dust"


def _number(panel: Panel, width: int) -> Content:
    adjustment, level = panel.adjustment, panel.levels[0]
    shown = str(adjustment.number) if adjustment.is_count else signed(adjustment.number)
    minus = row((" − ", "$sand on $shelf")).stylize(pressing("left"))  # as wide as the plus
    plus = row((" + ", "$sand on $shelf")).stylize(pressing("right"))
    stepper = row(minus, (f" {shown:^5} ", "bold $cream on $shelf"), plus)
    label = _label("counted" if adjustment.is_count else "by", is_lit=panel.field is Field.NUMBER)
    if len(panel.levels) > 1:
        each = "each" if adjustment.is_count else f"{shown} each"
        return row(label, stepper, "    ", (f"{len(panel.levels)} marked", "bold $ember"), (f", {each}", "$cream"))
    after = adjustment.after(level)
    line = row(label, stepper, "  " if width < _WIDE else "    ", (f"{level.on_hand} → {after}", "bold $cream"))
    if width < _WIDE:
        return line
    line = row(line, " " * max(2, _METER_AT - line.cell_length))
    return row(line, _meter(level, after, panel.tint, min(_METER, width - line.cell_length)))


def _meter(level: StockLevel, after: int, tint: Tint, room: int) -> Content:
    if room <= 0:
        return row()
    most = max(level.on_hand, after, level.reorder_level * 2, 1)
    kept = round(max(0, min(level.on_hand, after)) / most * room)
    moved = min(room - kept, round(abs(after - level.on_hand) / most * room))
    tone = "$leaf" if after >= level.on_hand else "$rose"
    return row(("━" * kept, f"$tint-{tint}"), ("━" * moved, tone), ("─" * (room - kept - moved), "$line"))


def _reason(panel: Panel, width: int) -> Content:
    adjustment = panel.adjustment
    label = _label("reason", is_lit=panel.field is Field.REASON)
    if adjustment.reason_at == OTHER:
        typing = [CARET] if panel.field is Field.REASON else []
        own = row((adjustment.own_reason, "bold $cream"), *typing, ("   a word of a-z and -", "$dust"))
        return row(label, _chip("other", panel.tint), " ", own)
    if width < _WIDE:
        return row(label, _chip(adjustment.reason, panel.tint), ("  ↑↓", "$dust"))
    first = _first_shown(adjustment.reason_at, width - LABEL)
    chips = [
        _chip(reason, panel.tint) if at == adjustment.reason_at else row((f" {reason} ", "$sand"))
        for at, reason in enumerate(REASONS)
        if at >= first
    ]
    if row(label, *chips).cell_length <= width:
        return row(label, *chips)
    while row(label, *chips, _MORE).cell_length > width:
        chips.pop()
    return row(label, *chips, _MORE)


def _chip(reason: str, tint: Tint) -> Content:
    return row((f" {reason} ", f"bold $ink on $tint-{tint}"))


def _first_shown(chosen: int, room: int) -> int:
    """Return the first reason to show so that there is room up to the chosen one."""
    first = 0
    while first < chosen and sum(len(reason) + 2 for reason in REASONS[first : chosen + 1]) > room - 2:
        first += 1
    return first


def _note(panel: Panel) -> Content:
    is_lit = panel.field is Field.NOTE
    hint = [] if is_lit or panel.adjustment.note else [row(("tab", "bold $sand"), (" writes one", "$dust"))]
    return row(_label("note", is_lit=is_lit), " ", (panel.adjustment.note, "$cream"), *([CARET] if is_lit else hint))


def _outcome(panel: Panel, width: int) -> Sequence[Content]:
    """Return the button, and beside it what would come of it; what the shop said stands above."""
    margin = "" if width < _SLIM else " " * LABEL
    told = [row(margin, line) for words, tone in panel.told for line in prose(words, width - len(margin), tone)]
    if panel.field is Field.CONSENT:
        asked = row(margin, ("type ", "$sand"), ("evict", "bold $cream"), (" to free them  ", "$sand"))
        return [*told, row(asked, (panel.consent, "bold $rose"), CARET)]
    line = row(_label(""), button("apply", "enter", 12), "   ")
    leave = row(("esc", "bold $cream"), (" leave it", "$dust")).stylize(pressing("escape"))
    said = foreseen(panel.levels, panel.adjustment)
    if width < _SLIM:
        return [*told, row(said), line]
    if line.cell_length + len(said[0]) + leave.cell_length > width:
        return [*told, row(line, said)]
    return [*told, row(line, said, "     ", leave)]


def foreseen(levels: tuple[StockLevel, ...], adjustment: Adjustment) -> tuple[str, str]:
    """Say what would be free and held, or what stands in the way."""
    if len(levels) > 1:
        short = sum(adjustment.after(level) < level.held for level in levels)
        return (f"{short} would not fit", "$rose") if short else ("all would fit", "$dust")
    after, held = adjustment.after(levels[0]), levels[0].held
    if after < 0:
        return f"only {levels[0].on_hand} are on hand", "$rose"
    if after < held:
        return f"{held - after} held would have to be let go", "$rose"
    return f"{after - held} free, {held} {'stays' if held == 1 else 'stay'} held", "$dust"

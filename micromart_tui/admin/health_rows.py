"""The shop's health drawn: what was found at each look, how much waits, and who works."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field
from rich.cells import cell_len
from textual.content import Content

from micromart_core.inventory.model_reports import StockVerified
from micromart_core.maintenance.health import Check, NotLookedAt
from micromart_core.maintenance.running import LATE
from micromart_core.maintenance.vitals import Vitals
from micromart_tui.admin.figures import spark
from micromart_tui.rows import clause, fitted, prose, row, thinning
from micromart_tui.when import age_words, long_words, time_words

SLOW = 0.5
"""Seconds from which an answer is slow."""
KEPT_LOOKS = 16
_NAME, _STATE, _TIME, _GAP = 14, 18, 9, 3
_WIDE, _SLIM = 90, 64


class Found(Struct):
    """What was found at the last looks at one thing."""

    name: str
    check: Check | None = None
    seconds: list[float] = field(default_factory=list)
    down_since: datetime | None = None
    is_looking: bool = False

    def take(self, check: Check, seconds: float) -> None:
        """Take in what a look found."""
        self.check, self.is_looking = check, False
        if self.is_known:
            self.seconds = [*self.seconds, seconds][-KEPT_LOOKS:]
        if check.ok:
            self.down_since = None

    def date(self, now: datetime) -> None:
        """Note since when it is down, as soon as the page knows the shop's time."""
        if self.is_down:
            self.down_since = self.down_since or now

    @property
    def is_known(self) -> bool:
        """False when it cannot be looked at from here."""
        return not isinstance(self.check, NotLookedAt)

    @property
    def is_down(self) -> bool:
        """True when a look found it down."""
        return self.check is not None and self.is_known and not self.check.ok

    @property
    def is_slow(self) -> bool:
        """True when the last answer took long."""
        return bool(self.seconds) and self.seconds[-1] >= SLOW

    @property
    def state(self) -> tuple[str, str, str]:
        """Its dot, its word and its colour."""
        if self.check is None:
            return "○", "looking", "$dust"
        if not self.is_known:
            return "○", "not known", "$dust"
        if self.is_down:
            return "○", f"down since {time_words(self.down_since)}" if self.down_since else "down", "$rose"
        return ("●", "slow", "$honey") if self.is_slow else ("●", "ok", "$leaf")


def one_sentence(found: Sequence[Found], vitals: Vitals | None, width: int) -> list[Content]:
    """Say in a sentence how the shop is."""
    known = [each for each in found if each.is_known]
    down = [each.name for each in known if each.is_down]
    slow = [each.name for each in known if each.check and each.check.ok and each.is_slow]
    if "database" in down:
        return _said(("The shop is closed.", "bold $rose"), "Its database does not answer.", width)
    told = [
        f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} {word}"
        for names, word in ((down, "down"), (slow, "slow"))
        if names
    ]
    if vitals is not None and vitals.dead_events + vitals.dead_mails:
        told.append(f"{vitals.dead_events} events and {vitals.dead_mails} letters were given up")
    said = "; ".join(told) or ("everything answers" if known else "nothing is looked at from here")
    return _said(("The shop is open.", "bold $cream"), f"{said[0].upper()}{said[1:]}.", width)


def _said(first: tuple[str, str], then: str, width: int) -> list[Content]:
    whole = row(first, (f"  {then}", "$sand"))
    return [whole] if whole.cell_length <= width else [row(first), *prose(then, width)]


def draw_found(found: Sequence[Found], lit: int, width: int) -> list[list[Content]]:
    """Draw the head, then for each thing that was looked at its row, with what it said as far as it has room.

    All that the lit one said is told below it.
    """
    heads = ("  ", ("what".ljust(_NAME), "$dust"), ("state".ljust(_STATE), "$dust"))
    drawn = [[row(*heads, ("answers in".rjust(_TIME + 1) if width >= _SLIM else "", "$dust"))]] if found else []
    for number, each in enumerate(found):
        rows = [fitted(text, width) for text in _draw_one(each, width, is_lit=number == lit)]
        if number == lit:
            tone = {"$leaf": "ember", "$dust": "ember"}.get(each.state[2], each.state[2].removeprefix("$"))
            rows = [row(("▌", f"$tint-{tone}"), text[1:]).stylize_before(f"on $lit-{tone}") for text in rows]
        drawn.append(rows)
    return drawn


def _draw_one(found: Found, width: int, *, is_lit: bool) -> list[Content]:
    dot, word, tone = found.state
    text = row("  ", (found.name.ljust(_NAME), "$cream"), (f"{dot} {word}".ljust(_STATE), tone))
    told = found.check.detail if found.check else ""
    if width < _SLIM:
        return [text, *_told_below(told, 2, width)] if is_lit and told else [text]
    time = f"{found.seconds[-1] * 1000:.0f} ms" if found.seconds else ""
    text = row(text, (time.rjust(_TIME + 1), "$cream"), " " * _GAP)
    if width >= _WIDE:
        shade = "$honey 45%" if found.is_slow else "$sand 45%"
        text = row(text, (spark(found.seconds).ljust(KEPT_LOOKS), shade), " " * _GAP)
    room = width - text.cell_length
    if cell_len(told) <= room or (not is_lit and clause(told, room)):
        return [row(text, (clause(told, room), "$dust"))]
    return [text, *_told_below(told, 2 + _NAME, width)]


def _told_below(told: str, indent: int, width: int, tone: str = "$dust") -> list[Content]:
    return [row(" " * indent, each) for each in prose(told, width - indent, tone)]


def behind(vitals: Vitals | None, width: int) -> list[Content]:
    """Draw how far behind the work is, beside what would be late."""
    head = row("  ", ("how far behind", "$dust"))
    if vitals is None:
        return [head, *_told_below("told beside the database, to those who may run the shop", 2, width)]
    late = LATE.total_seconds()
    waits = (("outbox", vitals.events), ("hold sweep", vitals.carts), ("letters", vitals.letters))
    drawn = [head]
    for name, backlog in waits:
        told = f"{backlog.count} wait, late after {late:.0f} s" if backlog.count else "none wait"
        drawn += _measured(name, long_words(backlog.seconds), backlog.seconds / late, told, width)
    dead = vitals.dead_events + vitals.dead_mails
    told = f"{vitals.dead_events} events, {vitals.dead_mails} letters" if dead else "none wanted"
    return [*drawn, *_measured("given up", str(dead), float(bool(dead)), told, width)]


def _measured(name: str, amount: str, share: float, told: str, width: int) -> list[Content]:
    tone = "$leaf" if share < 0.5 else "$honey" if share < 1 else "$rose"  # noqa: PLR2004  # as moods of a clock
    label = row("  ", (name.ljust(_NAME), "$cream"))
    if width < _SLIM:
        lead = row(label, (amount.rjust(6), f"bold {tone}" if share else "$cream"), "  ")
        if lead.cell_length + len(told) > width:
            return [lead, *_told_below(told, 4, width)]
        return [row(lead, (told, "$dust"))]
    lead = row(label, (amount.rjust(_STATE + _TIME + 1), "$cream"), " " * _GAP)
    bar = row(thinning(max(share, 1 / KEPT_LOOKS) if share else 0, KEPT_LOOKS, tone), " " * _GAP)
    return [row(lead, bar if width >= _WIDE else "", (told, "$dust"))]


def draw_ledger(verified: StockVerified | None, width: int, *, is_verifying: bool) -> list[Content]:
    """Draw whether the sum of all moves is what is on hand."""
    if is_verifying:
        return _measured("ledger", "…", 0, "replaying every movement", width)
    if verified is None:
        return _measured("ledger", "·", 0, "v replays it", width)
    drift = len(verified.violations)
    told = f"{verified.movements:,} movements of {verified.products:,} products"
    return _measured("ledger drift", str(drift), float(bool(drift)), told, width)


def draw_daemons(vitals: Vitals | None, now: datetime | None, version: str, width: int) -> list[Content]:
    """Draw which daemons were seen, and the versions."""
    drawn = [row("  ", ("who works".ljust(_NAME), "$dust"), (f"this desk is {version}", "$dust"))]
    if vitals is None or now is None:
        return drawn
    if not vitals.daemons:
        return [*drawn, *_told_below("no daemon; each verb does its work along", 2, width, "$sand")]
    for daemon in vitals.daemons:
        tone = "$sand" if daemon.version == version else "$honey"
        seen = age_words(daemon.seen_at, now)
        who = row("  ", (daemon.host.ljust(_NAME), "$cream"), (daemon.version.ljust(10), tone))
        whole = row(who, (f"seen {seen}  ", "$dust"), (daemon.roles, "$dust"))
        below = _told_below(f"seen {seen}, {daemon.roles}", 4, width)
        drawn += [whole] if whole.cell_length <= width else [who, *below]
    return drawn

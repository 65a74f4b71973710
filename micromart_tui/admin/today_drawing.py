"""How the first page of the desk looks: sales in large digits and bars, four figures, and two lists."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from textual.content import Content

from micromart_core.carts.model_stats import CartStats
from micromart_core.money import Money
from micromart_core.money_words import money_words
from micromart_core.outbox import EventRecord
from micromart_tui.admin.event_words import event_tone, event_words
from micromart_tui.admin.figures import bars, large, spark
from micromart_tui.admin.shelf import ShelfRow
from micromart_tui.admin.today_facts import DAY, Bar, Range, Sales, Today
from micromart_tui.rows import beside, fitted, row, spread

WIDE, SLIM = 90, 60
_LEFT = 28
_GAP = 4
_WIDEST_STEP = 8
_TALL_FROM = 21
_LEAST_MORE = 14
"""Cells below which the rest of what happened is left out."""


class Sheet(Struct, frozen=True):
    """What is drawn and for which room."""

    today: Today
    reach: Range
    width: int
    height: int
    lit: int
    """Which of what is running out the cursor stands on."""

    @property
    def is_slim(self) -> bool:
        """True where there is room for one column only."""
        return self.width < SLIM

    @property
    def right(self) -> int:
        """How wide the right column is."""
        return self.width if self.is_slim else self.width - _LEFT - _GAP


def draw(sheet: Sheet) -> tuple[list[Content], int]:
    """Return all rows, and in which of them the first of what is running out stands."""
    top = _pair(sheet, _sales(sheet), _chart(sheet))
    figures = _figures(sheet)
    lists_at = len(top) + len(figures) + 2
    room = max(4, sheet.height - lists_at - 1)
    events = _just_now(sheet, room)
    rows = [*top, row(), *figures, row(), *_pair(sheet, _running_out(sheet, room), events)]
    return rows, lists_at + 1


def _pair(sheet: Sheet, left: Sequence[Content], right: Sequence[Content]) -> list[Content]:
    if not sheet.is_slim:
        return beside(left, right, _LEFT, _GAP)
    return [*left, *([row()] if left and right else []), *right]


# --- sales ---


def _sales(sheet: Sheet) -> list[Content]:
    sales = sheet.today.sales
    if sales is None:
        return [row(("sales", "$dust")), row(("are for order managers", "$sand"))]
    amount, currency = sales.today, sales.currency
    sign = money_words("0", currency).removeprefix("0").removesuffix("0").strip()
    lines = [row(("sales today", "$dust"))]
    for number, line in enumerate(large(_whole(amount))):
        lines.append(row((f"{'' if number else sign} ".rjust(len(sign) + 1), "$sand"), (line, "bold $cream")))
    return [*lines, row(), _comparison(sales)]


def _whole(amount: Money) -> str:
    """Write an amount without its cents, as large digits have no room for them."""
    return f"{int(str(amount).partition('.')[0]):,}"


def _comparison(sales: Sales) -> Content:
    then = f"{sales.days[-1].at - 7 * DAY:%A}".lower()
    now, before = sales.today.amount, sales.week_ago.amount
    if not before:
        return row((f"nothing by now last {then}", "$dust"))
    change = round((now - before) * 100 / before)
    arrow, tone = ("▲", "$leaf") if change >= 0 else ("▼", "$rose")
    return row((f"{arrow} {abs(change)} %", tone), (f" on last {then}", "$dust"))


def _chart(sheet: Sheet) -> list[Content]:
    sales = sheet.today.sales
    if sales is None:
        return []
    shown = sales.bars(sheet.reach)
    is_hours = sheet.reach is Range.HOURS
    step = 1 if is_hours else max(2, min(_WIDEST_STEP, (sheet.right + 1) // len(shown)))
    thick = max(1, step - 1)
    shown = shown[-((sheet.right + step - thick) // step) :]
    span = len(shown) * step - (step - thick)
    best = money_words(_whole(Money(max(each.total for each in shown), sales.currency)), sales.currency)
    head = f"{len(shown)} {'hours' if is_hours else 'days'}"
    lines = [spread(row((head, "$dust")), row((f"best {best}", "$dust")), span)]
    for line in bars([each.total for each in shown], 5 if sheet.height > _TALL_FROM else 4):
        past = (" " * (step - thick)).join(cell * thick for cell in line[:-1])
        lines.append(row((past + " " * (step - thick), "$ember 50%"), (line[-1] * thick, "$ember")))
    ends = spread(
        row((_begin_words(shown[0], is_hours=is_hours), "$dust")), row(("now" if is_hours else "today", "$sand")), span
    )
    return [fitted(each, sheet.right) for each in (*lines, ends)]


def _begin_words(first: Bar, *, is_hours: bool) -> str:
    return f"{first.at:%H:%M} utc" if is_hours else f"{first.at.day} {first.at:%b}".lower()


# --- figures ---


def _figures(sheet: Sheet) -> list[Content]:
    """Return the four figures, each with what stands below it; two beside each other where it is slim."""
    figures = [_orders(sheet.today.sales), _carts(sheet.today.carts), _units(sheet.today.carts), _letters(sheet.today)]
    across = 2 if sheet.is_slim else 4
    each = sheet.width // across
    rows: list[Content] = []
    for start in range(0, len(figures), across):
        group = figures[start : start + across]
        rows += [row(*(fitted(upper, each) for upper, _ in group)), row(*(fitted(lower, each) for _, lower in group))]
    return rows


_Figure = tuple[Content, Content]


def _figure(number: int | None, words: str, below: Content, tone: str = "$cream") -> _Figure:
    shown = "·" if number is None else f"{number:,}"
    many, _, rest = words.partition(" ")
    told = f"{many.removesuffix('s') if number == 1 else many} {rest}".rstrip()
    return row((shown, f"bold {tone}"), (f" {told}", "$dust")), below


def _week(values: Sequence[int], words: str = "7 days") -> Content:
    return row((spark(values), "$sand 45%"), (f"  {words}", "$dust"))


def _orders(sales: Sales | None) -> _Figure:
    if sales is None:
        return _figure(None, "orders", row(("not yours to see", "$dust")))
    return _figure(sales.orders_today, "orders", _week([day.orders for day in sales.days[-7:]]))


def _carts(carts: CartStats | None) -> _Figure:
    if carts is None:
        return _figure(None, "carts open", row(("not yours to see", "$dust")))
    begun = {datetime.fromisoformat(count.key): count.carts for count in carts.counts}
    week = [begun.get(carts.since + number * DAY, 0) for number in range(7)]
    return _figure(carts.holding, "carts open", _week(week, "begun"))


def _units(carts: CartStats | None) -> _Figure:
    if carts is None:
        return _figure(None, "units held", row(("not yours to see", "$dust")))
    overdue = f"{carts.overdue} carts wait for the sweeper" if carts.overdue else "none overdue"
    return _figure(carts.held_units, "units held", row((overdue, "$honey" if carts.overdue else "$dust")))


def _letters(today: Today) -> _Figure:
    dead_events = today.vitals.dead_events if today.vitals else None
    waiting = today.letters.queued if today.letters else today.vitals.letters.count if today.vitals else None
    dead_mails = today.letters.dead if today.letters else None
    told = [f"{count} {words}" for count, words in ((dead_mails, "given up"), (dead_events, "dead")) if count]
    below = row((", ".join(told), "$rose")) if told else row((_none_dead(dead_mails, dead_events), "$dust"))
    return _figure(waiting, "letters waiting", below)


def _none_dead(mails: int | None, events: int | None) -> str:
    """Say that there is nothing dead of what was counted: who may not count events, knows of letters alone."""
    if events is not None:
        return "no dead letters"
    return "not yours to see" if mails is None else "none given up"


# --- lists ---


def _running_out(sheet: Sheet, room: int) -> list[Content]:
    rows = sheet.today.running_out
    width = sheet.width if sheet.is_slim else _LEFT
    head = [row(("running out", "$dust"))]
    if rows is None:
        return [*head, row(("not yours to see", "$dust"))]
    if not rows:
        return [*head, row(("nothing is", "$sand"))]
    return head + [_shelf(shelf, width, is_lit=at == sheet.lit) for at, shelf in enumerate(rows[:room])]


def _shelf(shelf: ShelfRow, width: int, *, is_lit: bool) -> Content:
    free = shelf.level.available
    end = row((str(free or "none"), f"bold {'$honey' if free > 0 else '$rose'}"))
    end = row(end, (f" of {shelf.level.reorder_level}".rjust(7), "$dust"))
    dot = ("● " if free > 0 else "○ ", f"$tint-{shelf.tint}")
    line = spread(row(dot, (shelf.name or shelf.sku, "$cream")), end, width)
    return Content.styled(line.plain, f"bold $ink on $tint-{shelf.tint}") if is_lit else line


def _just_now(sheet: Sheet, room: int) -> list[Content]:
    head = [row(("just now", "$dust"))]
    if sheet.today.events is None:
        return [*head, row(("for operators, beside the database", "$dust"))]
    if not sheet.today.events:
        return [*head, row(("nothing has happened yet", "$sand"))]
    return head + [event_row(event, sheet.right) for event in sheet.today.events[:room]]


def event_row(event: EventRecord, width: int) -> Content:
    """Draw an event: when, what, to what, and more where there is room."""
    what, to, more = event_words(event)
    moment = event.at.astimezone()
    at = f"{moment:%H:%M:%S}" if width >= SLIM - 6 else f"{moment:%H:%M}"
    start = row((at, "$dust"), "  ", fitted(row((what, event_tone(event))), 15), " ", fitted(row((to, "$cream")), 10))
    has_room = width - start.cell_length > _LEAST_MORE
    return fitted(row(start, " ", (more, "$dust")) if has_room else start, width)

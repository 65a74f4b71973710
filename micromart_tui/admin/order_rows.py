"""Orders drawn: a card in its lane, the way an order has come, its lines and its letters."""

from collections.abc import Callable, Sequence
from datetime import datetime

from textual.content import Content
from textual.style import Style

from micromart_core.money import Money
from micromart_core.notifications.model import Mail, MailStatus
from micromart_core.orders.model import Order, OrderLine, OrderStatus, PaymentStatus
from micromart_tui.admin.order_moves import WAY
from micromart_tui.rows import fitted, row, spread
from micromart_tui.screen import SLIM_BELOW
from micromart_tui.when import age_words, day_words

MAIL_TONES = {
    MailStatus.QUEUED: ("○", "waiting", "$honey"),
    MailStatus.SENT: ("●", "sent", "$leaf"),
    MailStatus.DEAD: ("●", "given up", "$rose"),
}
"""How the standing of a letter is drawn: a dot, a word, a colour."""
TIMES = "\N{MULTIPLICATION SIGN}"


def card(order: Order, now: datetime, total: str, width: int, *, is_lit: bool) -> list[Content]:
    """Draw an order in a lane, two rows; a click lights it."""
    owes = order.payment_status is PaymentStatus.UNPAID and order.status is not OrderStatus.PLACED
    age = ("unpaid", "$honey") if owes else (age_words(order.placed_at, now), "$dust")
    rows = [
        spread(row((f" {order.number}", "bold $cream")), row(age), width),
        spread(row((f" {who(order).split(' ')[0]}", "$sand")), row((total, "$cream")), width),
    ]
    meta = Style.from_meta({"order": order.id})
    return [(_lit(each, width) if is_lit else fitted(each, width)).stylize(meta) for each in rows]


def lane_head(step: str, count: str, width: int, *, is_lit: bool) -> list[Content]:
    """Draw the name of a lane and how many stand in it."""
    name, number, rule = ("bold $cream", "bold $cream", "━") if is_lit else ("$sand", "$dust", "─")
    under = row((rule * width, "$ember" if is_lit else "$line"))
    return [spread(row((step, name)), row((count, number)), width), under]


def who(order: Order) -> str:
    """Return the name of whoever ordered, as well as it is known."""
    if order.address is not None:
        return order.address.name
    return order.email or "somebody"


def where(order: Order) -> str:
    """Return where it goes to, in a few words."""
    return "" if order.address is None else f"{order.address.line1}, {order.address.city}"


def head(order: Order, total: str, width: int, aside: Content | None = None) -> list[Content]:
    """Draw whose order it is, where it goes and what it comes to, in two rows where one is too short for it.

    `aside` is what stands at the end of the second one.
    """
    left = row((order.number, "bold $cream"), (f"   {who(order)}", "$sand"))
    comes_to, goes_to = row((total, "bold $cream")), row((where(order), "$dust"))
    whole = row(left, "   ", goes_to)
    if width >= SLIM_BELOW:
        return [spread(whole, comes_to, width)]
    return [spread(left, comes_to, width), spread(goes_to, aside or row(), width)]


def way(order: Order, width: int) -> Content:
    """Draw the steps an order has come, and those ahead of it."""
    reached = {OrderStatus.PLACED.value, *(step.status for step in order.history)}
    steps = [step for step in WAY if step in reached or not _has_ended(order)]
    steps += [order.status.value] if _has_ended(order) else []
    last = max(number for number, step in enumerate(steps) if step in reached)
    if order.payment_status is PaymentStatus.REFUNDED:
        last += 1
        steps.insert(last, "refunded")
    each = max(2, (width - sum(len(step) + 2 for step in steps) + 2) // max(1, len(steps) - 1))
    line = row()
    for number, step in enumerate(steps):
        tone = "$dust" if number > last else "bold $cream" if number == last else "$sand"
        line = row(line, (step, "bold $rose" if number == last and _has_ended(order) else tone))
        if number < len(steps) - 1:
            passed = number < last
            line = row(line, (f" {('━' if passed else '─') * each} ", "$ember" if passed else "$line"))
    return line


def lines(
    order: Order, money: Callable[[Money], str], width: int, lit: int | None = None, *, most: int = 99
) -> list[Content]:
    """Draw what was ordered, and what of it came back."""
    drawn = []
    for number, each in enumerate(order.lines[:most]):
        count = (f"  {TIMES} {each.quantity}", "$dust")
        name = row("  " if lit is not None else "", (each.name, "$cream"), count, *_back(each))
        text = spread(name, row((money(each.total), "$sand")), width)
        drawn.append(_lit(text, width) if number == lit else text)
    if len(order.lines) > most:
        drawn[-1] = row((f"and {len(order.lines) - most + 1} more", "$dust"))
    return drawn


def letters(mails: Sequence[Mail], now: datetime) -> list[Content]:
    """Draw the letters about an order, newest first."""
    drawn = []
    for mail in reversed(mails):
        dot, word, tone = MAIL_TONES[mail.status]
        when = day_words(mail.sent_at, now) if mail.sent_at else ""
        about = mail.template.value.removeprefix("order-")
        drawn.append(row((f"{dot} ", tone), (f"{about} ", "$sand"), (f"{word} ", tone), (when, "$dust")))
    return drawn


def timeline(order: Order, now: datetime) -> list[Content]:
    """Draw each step with its moment and who moved it."""
    return [
        row(("● ", "$ember"), (f"{step.status:<12}", "$cream"), (f"{day_words(step.at, now):<18}", "$sand"))
        + row((step.actor, "$dust"))
        for step in order.history
    ]


def _back(line: OrderLine) -> list[tuple[str, str]]:
    words = {(True, True): "back on the shelf", (True, False): "came back", (False, True): "back on the shelf"}
    told = words.get((line.returned, line.restocked))
    return [(f"   {told}", "$honey")] if told else []


def _has_ended(order: Order) -> bool:
    return order.status in {OrderStatus.CANCELLED, OrderStatus.RETURNED}


def _lit(text: Content, width: int) -> Content:
    edged = row(("▌", "$ember"), text[1:])
    return fitted(edged, width).stylize_before("on $lit-ember")

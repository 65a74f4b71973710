"""What happened in the shop, in words: of each event what, to what, and the rest."""

from collections.abc import Callable
from typing import Any

from micromart_core.money import Money
from micromart_core.money_words import money_words
from micromart_core.outbox import EventRecord
from micromart_tui.admin.figures import signed
from micromart_tui.rows import things

Words = tuple[str, str, str]
"""What happened; to what; and more of it."""
_Data = dict[str, Any]
_NAMES = {
    "stock.changed": "stock adjusted",
    "stock.low": "running out",
    "cart.expired": "hold ended",
    "cart.lines_released": "hold released",
    "product.changed": "product edited",
    "mail.dead": "letter given up",
    "user.registered": "new customer",
}
_TONES = {"order.placed": "$leaf", "stock.low": "$honey", "mail.dead": "$rose"}


def event_words(event: EventRecord) -> Words:
    """Say what an event tells; one of a later version is told by its type and key."""
    what = _NAMES.get(event.type, event.type.replace(".", " ").replace("_", " "))
    tell = _TELL.get(event.type)
    try:
        return tell(event.data) if tell else (what, event.key, "")
    except (KeyError, TypeError, ValueError, IndexError):
        return what, event.key, ""


def event_tone(event: EventRecord) -> str:
    """Return the colour of what happened."""
    return _TONES.get(event.type, "$sand")


def _placed(data: _Data) -> Words:
    units = sum(line[2] for line in data["lines"])
    total = Money(data["total"]["amount"], data["total"]["currency"])
    return "order placed", data["number"], f"{things(units)}, {money_words(str(total), total.currency)}"


def _moved(data: _Data) -> Words:
    moved = data["payment_status"] if data["was"] == data["status"] else data["status"]
    return f"order {moved}", data["number"], f"by {data['actor']}"


def _changed(data: _Data) -> Words:
    return "stock adjusted", data["sku"], f"{signed(data['change'])} {data['reason']}, by {data['actor']}"


def _low(data: _Data) -> Words:
    return "running out", data["sku"], f"{data['on_hand']} left, low at {data['reorder_level']}"


def _ended(data: _Data) -> Words:
    units = sum(line[1] for line in data["lines"])
    return "hold ended", ", ".join(line[0] for line in data["lines"]), f"+{units} back on the shelf"


def _released(data: _Data) -> Words:
    return "hold released", ", ".join(data["skus"]), data["reason"]


def _edited(data: _Data) -> Words:
    return "product edited", data["sku"], f"{data['status']}, by {data['actor']}"


def _dead(data: _Data) -> Words:
    return "letter given up", data["to"], data["subject"]


_TELL: dict[str, Callable[[_Data], Words]] = {
    "order.placed": _placed,
    "order.status_changed": _moved,
    "stock.changed": _changed,
    "stock.low": _low,
    "cart.expired": _ended,
    "cart.lines_released": _released,
    "product.changed": _edited,
    "mail.dead": _dead,
}

"""Changes in the trail as words: which fact went from what to what."""

import json
from typing import Any

from micromart_cli.output import Page
from micromart_cli.shapes import plain
from micromart_core.users.model import AuditEntry

COLUMNS = ("at", "actor", "action", "target", "change")
_LONGEST = 60
"""Signs of one value: a product's story is read in the product."""


def in_words(items: tuple[AuditEntry, ...], following: str | None) -> Page:
    """Return a page of the trail in which each entry has its change in words, for people."""
    return Page(tuple({**plain(entry), "change": change_of(entry.before, entry.after)} for entry in items), following)


def change_of(before: str | None, after: str | None) -> str:
    """Say what changed: `price: 24.00 USD -> 25.00 USD` for each fact, `shopper -> admin` for plain words."""
    was, now = _facts(before), _facts(after)
    if was is None and now is None:
        return " -> ".join(text for text in (before, after) if text)
    if was is None or now is None:
        return "\n".join(f"{_label(name)}: {_short(fact)}" for name, fact in (was or now or {}).items() if fact)
    changed = {name: (was.get(name), now.get(name)) for name in was | now if was.get(name) != now.get(name)}
    return "\n".join(f"{_label(name)}: {_short(old)} -> {_short(new)}" for name, (old, new) in changed.items())


def _label(name: str) -> str:
    return name.replace("_", " ")


def _short(fact: Any) -> str:
    text = "nothing" if fact in (None, "") else " ".join(str(fact).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _facts(text: str | None) -> dict[str, Any] | None:
    """Return the facts of a product as the trail keeps them, None for plain words."""
    try:
        facts = json.loads(text or "")
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None

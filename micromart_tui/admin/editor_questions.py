"""What the editor asks: whose words count when two wrote at once, what becomes of words nobody saved, a new shelf."""

from collections.abc import Awaitable, Callable

from micromart_core.products.model import Product
from micromart_tui.admin.draft import LABELS, Draft, commands_for, draft_of
from micromart_tui.admin.intent import Chosen, Intent
from micromart_tui.gallery import Ask
from micromart_tui.widgets.twin import command

_LONGEST = 28
"""Letters of a value that is told."""
MINE, THEIRS = "mine", "theirs"
SAVE, DROP = "save", "drop"
Act = Callable[[Ask, str], Awaitable[object]]


def whose(was: Product, now: Product, mine: Draft, act: Act) -> Intent:
    """Return asking whose words count: somebody changed the product while it was written here."""
    before, theirs = draft_of(was), draft_of(now)
    kept = mine.rebased(before, theirs)
    told = [_told(name, theirs, mine, is_both=name in mine.differing(before)) for name in theirs.differing(before)]
    return Intent(
        asks=f"Somebody changed {now.sku} meanwhile.",
        means=f"{' '.join(told)} mine: what you wrote is saved over it. theirs: where both wrote, theirs stays.",
        does="go on",
        command=lambda answer: commands_for(now, kept) if answer == MINE else command("product", "show", now.sku),
        act=act,
        field=Chosen("keep", (MINE, THEIRS)),
    )


def leaving(stored: Product | None, mine: Draft, act: Act) -> Intent:
    """Return asking what to do with what is not saved, before the page is left."""
    changed = [LABELS[name] for name in mine.differing(draft_of(stored))]
    is_one = len(changed) == 1
    return Intent(
        asks=f"Leave with {len(changed)} {'change' if is_one else 'changes'} unsaved?",
        means=f"{', '.join(changed)}: {'it was' if is_one else 'they were'} written here and not saved.",
        does="leave",
        command=lambda answer: commands_for(stored, mine) if answer == SAVE else "",
        act=act,
        field=Chosen("first", (SAVE, DROP)),
    )


def new_shelf(stored: Product | None, mine: Draft, act: Act) -> Intent:
    """Return asking whether the shelf that is typed shall be made: there is none of this name."""
    name = mine.category.strip()
    return Intent(
        asks=f"There is no shelf {_brief(name)} yet.",
        means="It can be made now, and the product is saved onto it.",
        does="make the shelf",
        command=lambda _: f"{command('category', 'create', name)} && {commands_for(stored, mine)}",
        act=act,
    )


def _told(name: str, theirs: Draft, mine: Draft, *, is_both: bool) -> str:
    now = _brief(getattr(theirs, name))
    return (
        f"{LABELS[name]} is {now} now, you wrote {_brief(getattr(mine, name))}."
        if is_both
        else (f"{LABELS[name]} is {now} now.")
    )


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:_LONGEST]}…”" if len(line) > _LONGEST else f"“{line}”"

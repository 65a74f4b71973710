"""Typing into the forms of the storefront, as people and terminals do."""

from textual.events import Key, Paste

from tests.people import PASSWORD
from tests.tui.conftest import Sitting


async def types(sits: Sitting, text: str) -> None:
    """Put a text into the field that has the focus, at once as a terminal pastes it."""
    sits.app.screen.focused.post_message(Paste(text))
    await sits.settle()


async def fills_in(sits: Sitting, *texts: str) -> None:
    """Type each text into the next field."""
    for text in texts:
        await types(sits, text)
        await sits.press("down")


async def registers(sits: Sitting, name: str = "ann") -> None:
    await sits.sees("Welcome back.")
    await sits.press("ctrl+t")
    await fills_in(sits, name, f"{name}@example.org")
    await types(sits, PASSWORD)
    await sits.press("enter")


async def bursts(sits: Sitting, *keys: str) -> None:
    """Send keys at once, as terminals and people who know the way do: none waits for what the last one did."""
    for key in keys:
        sits.app.post_message(Key(key, key if len(key) == 1 else None))
    await sits.settle()

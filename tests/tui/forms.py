"""Typing into the forms of the storefront, as people and terminals do."""

from textual.events import Key, Paste

from micromart_cli.letter_box import code_sent_to
from tests.elsewhere import IS_ASKED_FOR
from tests.people import PASSWORD
from tests.tui.conftest import Sitting

LOW = 12
"""Rows of a terminal on which a letter has no room but for its code."""


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


async def reads_the_letter(sits: Sitting, shop, name: str = "ann") -> None:
    """See the letter that stayed in an offline shop, its code filled in; elsewhere type the code that came."""
    if not IS_ASKED_FOR:
        await sits.finds(lambda: sits.app.screen.code is not None and sits.app.screen.code in sits.screen)
        if sits.app.size.height > LOW:
            await sits.sees("here is your letter")
        return
    outbox, address = shop.folder / "outbox", f"{name}@example.org"
    await sits.finds(lambda: code_sent_to(outbox, address) and sits.app.screen.query("#field-code:focus-within"))
    await types(sits, code_sent_to(outbox, address))


async def bursts(sits: Sitting, *keys: str) -> None:
    """Send keys at once, as terminals and people who know the way do: none waits for what the last one did."""
    for key in keys:
        sits.app.post_message(Key(key, key if len(key) == 1 else None))
    await sits.settle()

"""One line that is typed into a drawn page, where a whole input field would be too much."""

from textual.events import Key

LONGEST = 200


def typed(text: str, event: Key) -> str | None:
    """Return the text after a key, None when the key types nothing; the event is taken in when it does."""
    if event.key == "backspace":
        after = text[:-1]
    elif event.key == "ctrl+u":
        after = ""
    elif event.is_printable and event.character is not None:
        after = (text + event.character)[:LONGEST]
    else:
        return None
    event.stop()
    event.prevent_default()
    return after

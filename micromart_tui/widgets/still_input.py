"""A field that is typed into and whose cursor stands still."""

from typing import ClassVar

from textual.binding import BindingsMap, BindingType
from textual.events import Key
from textual.reactive import reactive
from textual.widgets import Input

_EDITS = {key: found[0].action for key, found in BindingsMap(Input.BINDINGS).key_to_bindings.items() if key != "enter"}


class StillInput(Input, inherit_bindings=False):
    """A page that waits for somebody to type sends nothing: the shop must live on slow lines.

    One line has nowhere to scroll to: up and down are left to the form around it, which names them.
    """

    BINDINGS: ClassVar[list[BindingType]] = Input.BINDINGS
    cursor_blink = reactive(False, init=False)

    async def on_key(self, event: Key) -> None:
        """Edit at once: as a binding it would wait for the way up to the app, and the next letter would come first."""
        if action := _EDITS.get(event.key):
            event.stop().prevent_default()
            await self.run_action(action)

"""A field that is typed into and whose cursor stands still."""

from textual.reactive import reactive
from textual.widgets import Input


class StillInput(Input):
    """A page that waits for somebody to type sends nothing: the shop must live on slow lines."""

    cursor_blink = reactive(False, init=False)

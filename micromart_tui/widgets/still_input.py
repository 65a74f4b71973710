"""A field that is typed into and whose cursor stands still."""

from typing import ClassVar

from textual.binding import BindingType
from textual.reactive import reactive
from textual.widgets import Input


class StillInput(Input, inherit_bindings=False):
    """A page that waits for somebody to type sends nothing: the shop must live on slow lines.

    One line has nowhere to scroll to: up and down are left to the form around it, which names them.
    """

    BINDINGS: ClassVar[list[BindingType]] = Input.BINDINGS
    cursor_blink = reactive(False, init=False)

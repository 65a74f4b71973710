"""The keys that go up and down, the same on every page."""

from textual.binding import Binding, BindingType

MOVES: list[BindingType] = [
    Binding("up,k", "move(-1)", "browse", key_display="↑↓"),
    Binding("down,j", "move(1)", "browse", show=False),
    Binding("g,home", "end(-1)", "first", show=False),
    Binding("G,end", "end(1)", "last", show=False),
]

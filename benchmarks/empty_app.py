"""The least a Textual app can be: the yardstick of our own start."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """Says one word, and quits at q."""

    BINDINGS = [("q", "quit", "quit")]  # noqa: RUF012  # Textual's own way
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """Say it."""
        yield Static("here", markup=False)


if __name__ == "__main__":
    EmptyApp().run()

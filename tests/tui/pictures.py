"""A page that is looked at when it has come to rest, so that its picture is the same on every machine."""

from textual.widgets import Input

from micromart_tui.app import MartApp
from tests.tui.conftest import SIZES, Sitting


class Picture:
    """Compares a place with the picture that was kept of it."""

    def __init__(self, snap_compare, size: str) -> None:
        self._compare, self._size = snap_compare, SIZES[size]

    def __call__(self, gateway, place: str, *keys: str, until: str = "", **facts) -> bool:
        """Open the place, press keys, wait until words stand there, and compare."""
        facts.setdefault("tick", lambda: 0.0)
        app = MartApp(gateway, at=place, **facts)
        return self._compare(
            app, run_before=lambda pilot: _pose(Sitting(app, pilot), keys, until), terminal_size=self._size
        )


async def _pose(sits: Sitting, keys, until: str) -> None:
    await sits.rests()
    for key in keys:
        await sits.press(key)
        await sits.rests()
    await sits.sees(until)
    for field in sits.app.screen.query(Input):
        field.cursor_blink = False
    sits.app.clear_notifications()
    await sits.rests()

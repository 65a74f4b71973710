"""The cart on a real terminal: what is seen there, and how little is sent for it."""

import sys
import time
from contextlib import ExitStack, closing, contextmanager
from functools import cache

import pexpect
import pyte
import pytest

from micromart_core.home import find_home
from tests.elsewhere import IS_ASKED_FOR, Elsewhere
from tests.tui.opened_shop import shop_of

pytestmark = [pytest.mark.slow, pytest.mark.alone]
WIDTH, HEIGHT = 100, 30
PATIENCE = 60


@contextmanager
def answering(folder, minutes: str):
    """Yield what a window is told of its shop: how long holds last in the one of its folder, or where that answers."""
    if not IS_ASKED_FOR:
        yield minutes
        return
    with closing(shop_of(folder, minutes)) as shop:
        identity = shop.identity_of(find_home({"MICROMART_HOME": str(folder)}))
        with closing(Elsewhere(shop, identity, sends_letters=False)) as gateway:
            yield gateway.url


class Window:
    """A terminal with the shop in it."""

    def __init__(self, folder, place: str, where: str) -> None:
        words = ["-m", "tests.tui.opened_shop", str(folder), place, where]
        environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
        self.child = pexpect.spawn(sys.executable, words, dimensions=(HEIGHT, WIDTH), env=environment)
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.ByteStream(self._screen)
        self.count = 0

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def read(self, seconds: float) -> int:
        """Take in what is sent in so many seconds; return how many bytes that was."""
        before, ends = self.count, time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            try:
                came = self.child.read_nonblocking(65536, timeout=left)
            except (pexpect.TIMEOUT, pexpect.EOF):
                break
            self.count += len(came)
            self._stream.feed(came)
        return self.count - before

    def sees(self, words: str) -> None:
        ends = time.monotonic() + PATIENCE
        while words not in self.text:
            assert time.monotonic() < ends, f"“{words}” is not on the screen:\n{self.text}"
            self.read(0.2)

    def adds(self, name: str) -> None:
        """Put a product in the cart by its name."""
        self.child.send("\x10")
        self.sees("go to cart")
        self.child.send(f"add {name}")
        self.sees("left")
        self.child.send("\r")
        self.sees("held for you")


@pytest.fixture
def opens(tmp_path):
    windows, shops = [], ExitStack()
    told = cache(lambda minutes: shops.enter_context(answering(tmp_path, minutes)))

    def open_window(place: str = "cart", minutes: str = "10") -> Window:
        windows.append(Window(tmp_path, place, told(minutes)))
        return windows[-1]

    with shops:
        yield open_window
        for window in windows:
            window.child.close(force=True)


def test_a_hold_counts_down_ends_and_is_taken_back(opens):
    window = opens(minutes="0.4")
    window.sees("Nothing here yet.")
    window.adds("Null Mug")
    window.sees("00:1")
    window.sees("almost back on the shelf")
    window.sees("Your hold ended.")

    window.child.send("r")
    window.sees("held for you")
    window.sees("Null Mug")


def test_who_quits_with_something_held_is_told_that_it_is_held_on(opens):
    window = opens()
    window.sees("Nothing here yet.")
    window.adds("Null Mug")
    window.child.send("q")
    window.child.expect("What you picked is held until [0-9]{2}:[0-9]{2}")
    window.child.expect(pexpect.EOF)

    again = opens()
    again.sees("Null Mug")
    again.sees("09:")


def test_an_empty_cart_sends_nothing_and_a_ticking_one_little_more_than_its_digits(opens):
    window = opens()
    window.sees("Nothing here yet.")
    window.read(3)
    assert window.read(10) == 0

    window.adds("Null Mug")
    window.read(8)  # until the toast is gone
    assert 0 < window.read(10) <= 10 * 400

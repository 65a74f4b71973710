"""The storefront on a real terminal, over a million products: its start, moving about, and what it sends."""

import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from benchmarks.catalogue import PRODUCTS, PRODUCTS_WHEN_QUICK
from benchmarks.figures import Figure
from benchmarks.shelves import fill
from benchmarks.shops import make_tables
from benchmarks.terminals import Terminal, running_on_terminal
from micromart_core.bootstrap import open_ready_shop
from micromart_core.settings import Settings

MOST_OF_EMPTY, MOST_PAGE_MS, MOST_TICKING, MOST_KEY_MS, MOST_MB = 1.5, 10, 300, 50, 90
_MICROMART = str(Path(sys.executable).with_name("micromart"))
_EMPTY, _READY_ROWS = ((sys.executable, "-m", f"benchmarks.{name}_app") for name in ("empty", "ready"))
SHOP = (_MICROMART, "shop")
_DOWN, _PAGE_DOWN, _ENTER, _CART, _QUIT = b"\x1b[B", b"\x1b[6~", b"\r", b"c", b"q"
FRAME, SHELF, _READY, _CLOCK = (b"account", b"quit"), (b"add to cart",), (b".00",), b"09:5"
"""What stands on a screen when the first page is drawn without its products (0039), when the shelf is there, when ready
rows are, and when something is held. A price would not do for the shelf: the terminal is asked with a $ what it can do
before anything is drawn."""


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure the storefront on a generated catalogue in SQLite, in turns with an empty app."""
    products, starts, seconds = (PRODUCTS_WHEN_QUICK, 3, 5) if quick else (PRODUCTS, 9, 30)
    with TemporaryDirectory(dir=folder) as place:
        home = {"MICROMART_HOME": place}
        open_ready_shop(Settings(), Path(place) / "data", lambda _: None).close()
        url = URL.create("sqlite", database=f"{place}/many.db")
        make_tables(url)
        fill(url, 1, products)
        many = home | {"MICROMART_DATABASE__URL": f"sqlite:///{place}/many.db"}
        return [*_start(many, starts), *_moving(many), *_moving_ready_rows(many), *_sending(home, seconds)]


def _start(shop: dict[str, str], starts: int) -> list[Figure]:
    painted, ours, ready, empty = [], [], [], []
    cpu_of_start(SHOP, shop, SHELF)  # makes the bytecode, as an installer does
    for _ in range(starts):
        empty += cpu_of_start(_EMPTY, shop, (b"here",))
        ready += cpu_of_start(_READY_ROWS, shop, _READY)
        frame, shelf = cpu_of_start(SHOP, shop, FRAME, SHELF)
        painted.append(frame)
        ours.append(shelf)
    return [
        Figure.of("screens", "first paint, of an empty app's CPU", _ratios(painted, empty), at_most=MOST_OF_EMPTY),
        Figure.of("screens", "first page with its products, of an empty app's CPU", _ratios(ours, empty)),
        Figure.of("screens", "SQLAlchemy and ready rows, of an empty app's CPU", _ratios(ready, empty)),
        Figure.of("screens", "CPU to the first paint", [1000 * one for one in painted], "ms"),
        Figure.of("screens", "CPU to the first page with its products", [1000 * one for one in ours], "ms"),
        Figure.of("screens", "CPU of an empty app", [1000 * one for one in empty], "ms"),
    ]


def _ratios(ours: Sequence[float], others: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(ours, others, strict=True)]


def cpu_of_start(words: Sequence[str], settings: dict[str, str], *sights: Sequence[bytes]) -> list[float]:
    """Start a program, wait until it shows one sight after the other, quit; return the CPU seconds used by each.

    A sight is there when all of its words were drawn.
    """
    used = []
    with running_on_terminal(words, _environment(settings)) as terminal:
        for sight in sights:
            for word in sight:
                terminal.wait_for(word)
            used.append(terminal.cpu_seconds_in_all())
        terminal.settle()
        terminal.end(_QUIT)
    return used


def _moving(shop: dict[str, str]) -> list[Figure]:
    with running_on_terminal(SHOP, _environment(shop)) as terminal:
        terminal.wait_for(*SHELF)
        terminal.settle()
        pages = [_cpu_of_key(terminal, _PAGE_DOWN) for _ in range(30)]
        keys = [_seconds_of_key(terminal) for _ in range(100)]
        return [
            Figure.of("screens", "CPU of a page jump", [1000 * one for one in pages], "ms", at_most=MOST_PAGE_MS),
            Figure.of("screens", "key to paint, p95", [1000 * _p95(keys)], "ms", at_most=MOST_KEY_MS),
            Figure.of("screens", "key to paint", [1000 * one for one in keys], "ms"),
            Figure.of("screens", "memory after a walk", [terminal.megabytes()], "MB", at_most=MOST_MB),
        ]


def _moving_ready_rows(shop: dict[str, str]) -> list[Figure]:
    with running_on_terminal(_READY_ROWS, _environment(shop)) as terminal:
        terminal.wait_for(*_READY)
        terminal.settle()
        pages = [_cpu_of_key(terminal, _PAGE_DOWN) for _ in range(30)]
        return [Figure.of("screens", "CPU of a page jump of ready rows", [1000 * one for one in pages], "ms")]


def _sending(home: dict[str, str], seconds: int) -> list[Figure]:
    """Measure what a page sends while nobody does anything: nothing, and with a cart its clock."""
    with running_on_terminal(SHOP, _environment(home)) as terminal:
        terminal.wait_for(*SHELF)
        terminal.settle()
        idle = terminal.bytes_of(seconds) / seconds
        terminal.press(_ENTER)
        terminal.wait_for(_CLOCK)
        terminal.press(_CART)
        terminal.settle()
        terminal.bytes_of(5)  # until the toast is gone
        return [
            Figure.of("screens", "an idle page sends", [idle], "bytes/s", at_most=0),
            Figure.of(
                "screens",
                "a ticking cart sends",
                [terminal.bytes_of(seconds) / seconds],
                "bytes/s",
                at_most=MOST_TICKING,
            ),
        ]


def _cpu_of_key(terminal: Terminal, key: bytes) -> float:
    before = terminal.cpu_seconds()
    terminal.press(key)
    terminal.settle()
    return terminal.cpu_seconds() - before


def _seconds_of_key(terminal: Terminal) -> float:
    took = terminal.press(_DOWN)
    terminal.settle()
    return took


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """Return what a program is started with: bytecode is kept, or each of our starts would compile 200 files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | settings

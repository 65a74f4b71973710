"""The gateway over HTTP: CPU of a hold and of a page by two workers, against the same operations in one process."""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from sqlalchemy import URL

from benchmarks.daemon_processes import MICROMARTD, Daemon, running, without_settings
from benchmarks.figures import Figure
from benchmarks.load import MakeWork, Work, run_for, run_while
from benchmarks.scripts import run_script
from benchmarks.servers import own_database, url_text
from benchmarks.shops import guest_of, make_tables, open_on, sku_of
from micromart_core.bootstrap import Shop
from micromart_core.carts.service import set_quantity
from micromart_core.ids import new_secret
from micromart_core.products.service import list_products

PRODUCTS, PAGE = 10_000, 20
PROCESSES, THREADS, WORKERS = 4, 4, 2
LARGEST_OVERHEAD = 3
_UNLIMITED = "1000000"
MOST_GUESTS = 100_000
"""Each first hold is of a new guest, and all of them come from one address."""
_PATIENCE = 60.0
_SETTINGS = {
    "MICROMART_IDENTITY__ALLOW_LOCAL": "true",
    "MICROMART_LIMITS__OPERATIONS_PER_MINUTE": _UNLIMITED,
    "MICROMART_GATEWAY__REQUESTS_PER_MINUTE": _UNLIMITED,
    "MICROMART_GATEWAY__CARTS_PER_SOURCE": str(MOST_GUESTS),
}
_GATEWAY = (MICROMARTD, "gateway", "--listen", "127.0.0.1:0")
_BARE_ROUTE = (sys.executable, "-m", "benchmarks.bare_route")


class Refused(Exception):
    """A request that was to be measured was not answered with 200."""


class Deed(Struct, frozen=True):
    """One operation: asked for in this process by a client's next number, and over HTTP."""

    name: str
    here: Callable[[Shop, int], object]
    path: str
    body: Callable[[], Mapping[str, object]]
    headers: Callable[[], Mapping[str, str]]


def _any_sku() -> str:
    return sku_of(random.randint(1, PRODUCTS))


_HOLD = Deed(
    "a guest's first hold",
    lambda shop, number: guest_of(shop, number).run(set_quantity, sku_of(1 + number * 7919 % PRODUCTS), 1),
    "/v1/carts/set_quantity",
    lambda: {"sku": _any_sku(), "quantity": 1},
    lambda: {"X-Cart-Secret": new_secret()},
)
_CATALOGUE = Deed(
    "a page",
    lambda shop, number: guest_of(shop, number).run(list_products, limit=PAGE),
    "/v1/products/list_products",
    lambda: {"limit": PAGE},
    dict,
)
_BARE = Deed("a bare route", lambda _shop, _number: None, "/bare", dict, dict)


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure both operations by 16 clients, here and over HTTP in turns, and a route that does nothing."""
    repetitions, seconds = (2, 2.0) if quick else (5, 4.0)
    with own_database("gateway") as url:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        environment = without_settings() | _SETTINGS | {"MICROMART_DATABASE__URL": url_text(url)}
        with _workers(_GATEWAY, environment, folder) as gateways:
            compared = [_compared(url, deed, gateways, repetitions, seconds) for deed in (_HOLD, _CATALOGUE)]
        with _workers(_BARE_ROUTE, environment, folder) as bare:
            rates = [_over_http(_BARE, bare, seconds)[0] for _ in range(repetitions)]
    figures = [figure for each in compared for figure in each]
    return [*figures, Figure.of("gateway", "a bare starlette route", rates, "/s")]


def _compared(url: URL, deed: Deed, gateways: list["_Worker"], repetitions: int, seconds: float) -> list[Figure]:
    rounds = []
    for number in range(repetitions):
        here = run_for(_clients_here(url, deed, number), processes=PROCESSES, threads=THREADS, seconds=seconds)
        rate, cpu_ms = _over_http(deed, gateways, seconds)
        rounds.append((cpu_ms / here.cpu_ms, cpu_ms, here.cpu_ms, rate))
    ratios, theirs, ours, rates = zip(*rounds, strict=True)
    return [
        Figure.of("gateway", f"{deed.name}: CPU, of that in process", ratios, at_most=LARGEST_OVERHEAD),
        Figure.of("gateway", f"{deed.name}: CPU of the workers", theirs, "ms"),
        Figure.of("gateway", f"{deed.name}: CPU in process", ours, "ms"),
        Figure.of("gateway", f"{deed.name}, over HTTP", rates, "/s"),
    ]


def _clients_here(url: URL, deed: Deed, repetition: int) -> MakeWork:
    """Return clients with numbers of their own in every repetition, so that each guest is a new one."""

    def in_process(process: int) -> Callable[[int], Work]:
        shop = open_on(url)

        def in_thread(thread: int) -> Work:
            numbers = count(1_000_000 * (1 + (repetition * PROCESSES + process) * THREADS + thread))
            return lambda: deed.here(shop, next(numbers))

        return in_thread

    return in_process


def _over_http(deed: Deed, workers: list["_Worker"], seconds: float) -> tuple[float, float]:
    """Return requests a second, and the workers' CPU of one in ms; what they do for the warm-up counts for none."""

    def in_process(process: int) -> Callable[[int], Work]:
        return lambda thread: _client(deed, workers[(process + thread) % len(workers)].port)

    def spend() -> float:
        before = sum(worker.daemon.cpu_seconds() for worker in workers)
        time.sleep(seconds)
        return sum(worker.daemon.cpu_seconds() for worker in workers) - before

    load, spent = run_while(in_process, spend, processes=PROCESSES, threads=THREADS)
    return load.per_second, 1000 * spent / len(load.latencies)


def _client(deed: Deed, port: int) -> Work:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)

    def once() -> object:
        headers = {"Content-Type": "application/json", **deed.headers()}
        connection.request("POST", deed.path, json.dumps(deed.body()), headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:  # noqa: PLR2004  # OK
            raise Refused(answer[:500].decode(errors="replace"))
        return answer

    return once


@contextmanager
def _workers(words: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> Iterator[list["_Worker"]]:
    """Run so many servers on ports of their own, what they say in files under `folder`, and end them."""
    with TemporaryDirectory(dir=folder) as place:
        logs = [Path(place) / f"{number}.log" for number in range(WORKERS)]
        with running(words, environment, logs) as daemons:
            yield [_Worker(daemon, daemon.port()) for daemon in daemons]


class _Worker(Struct, frozen=True):
    daemon: Daemon
    port: int

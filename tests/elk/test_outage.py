"""While Elasticsearch is dead the log goes on, and afterwards every line of it is there, once."""

import json
import logging
import os
import threading
from collections import Counter
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from micromart_core.bootstrap_remote import open_remote_shop
from micromart_core.carts.model import Hoarding
from micromart_core.carts.service import add_units
from micromart_core.settings import Settings
from tests.daemon.process import eventually
from tests.elk.conftest import MUG, PATIENCE
from tests.served import ShopBehind

pytestmark = [pytest.mark.slow, pytest.mark.alone]
OUTAGE_SECONDS = float(os.environ.get("MICROMART_TEST_ELK_OUTAGE_SECONDS", "10"))
BEFORE_AND_AFTER = 20
"""Lines that are logged before the outage begins, and after it has ended."""
_log = logging.getLogger(__name__)
UNLIMITED = {
    "MICROMART_LIMITS__OPERATIONS_PER_MINUTE": "1000000",
    "MICROMART_GATEWAY__REQUESTS_PER_MINUTE": "1000000",
}


def _adds_until(ends: threading.Event, day, url: str) -> None:
    with closing(open_remote_shop(url, day.home("fidget"), Settings())) as shop:
        guest, units = shop.person(), 1
        while not ends.wait(0.2):
            with suppress(Hoarding):  # holds of this day are short, and who renews them for long has to wait
                guest.run(add_units, MUG, units)
            units = -units


@contextmanager
def somebody_who_keeps_adding(day, folder: Path):
    """A guest who takes a mug and puts it back, a few times a second, until nobody looks any more."""
    shop = ShopBehind(folder, **day.settings | UNLIMITED)
    ends = threading.Event()
    guest = threading.Thread(target=_adds_until, args=(ends, day, shop.url))
    guest.start()
    try:
        yield
    finally:
        ends.set()
        guest.join(PATIENCE)
        assert shop.gateway.stop() == 0
    assert not guest.is_alive()


def as_told(lines: list[dict]) -> Counter:
    return Counter(json.dumps(line, sort_keys=True) for line in lines)


def waits_for_lines(day, more: int) -> int:
    """Wait until so many more lines were logged; return how many there are."""
    count = len(day.lines())
    eventually(lambda: len(day.lines()) >= count + more, PATIENCE)
    return len(day.lines())


def test_every_line_of_an_outage_arrives_afterwards_exactly_once(day, tmp_path):
    with somebody_who_keeps_adding(day, tmp_path):
        begins = waits_for_lines(day, BEFORE_AND_AFTER)
        day.stack.kill("elasticsearch")
        try:
            threading.Event().wait(OUTAGE_SECONDS)
            ends = waits_for_lines(day, 1)
        finally:
            day.stack.start("elasticsearch")
        waits_for_lines(day, BEFORE_AND_AFTER)

    day.arrives()

    written = as_told(day.lines())
    _log.info("%d lines while it was dead for %g s, %d in all", ends - begins, OUTAGE_SECONDS, written.total())
    assert ends > begins
    assert as_told(day.asked.find("*", 10_000)) == written

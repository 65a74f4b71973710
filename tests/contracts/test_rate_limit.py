"""Windows that let so many through a minute, whoever counts them."""

import pytest

from micromart_core.adapters.redis.link import Link
from micromart_core.adapters.redis.rate_limit import RedisWindow
from micromart_core.caller import Caller
from micromart_core.rate_limit import PerMinute, RateLimited
from micromart_core.settings import RedisSettings

ANN, BOB = Caller("ann"), Caller("bob")


@pytest.fixture
def open_window(redis_url):
    """Open windows of one shop, each as another process would."""
    links = []

    def open_one() -> RedisWindow:
        links.append(Link(RedisSettings(url=redis_url, timeout_ms=2000), lambda: "shop_1"))
        assert links[-1].wait_until_up(20)
        return RedisWindow(links[-1])

    yield open_one
    for link in links:
        link.close()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.servers)])
def limit(request):
    window = request.getfixturevalue("open_window")() if request.param == "redis" else None
    return PerMinute(3, window)


def passes(limit: PerMinute, caller: Caller, times: int) -> int:
    """Ask so often, and return how often it was let through."""
    passed = 0
    for _ in range(times):
        try:
            limit.check(caller)
        except RateLimited:
            continue
        passed += 1
    return passed


def test_so_many_pass_and_no_more(limit):
    assert passes(limit, ANN, 5) == 3


def test_everybody_has_a_window_of_his_own(limit):
    passes(limit, ANN, 5)

    assert passes(limit, BOB, 2) == 2


@pytest.mark.servers
def test_processes_count_together(open_window):
    one, other = PerMinute(5, open_window()), PerMinute(5, open_window())

    assert passes(one, ANN, 3) + passes(other, ANN, 4) + passes(one, ANN, 1) == 5

from benchmarks.gateway import _SETTINGS, MOST_GUESTS
from micromart_core.settings_sources import Sources, read_settings
from micromart_daemon.gateway.crowded_source import CartsOfSources


def test_as_many_guests_as_the_gateways_benchmark_has_may_come_from_one_address():
    settings, _ = read_settings(Sources({}, _SETTINGS, ()))
    carts = CartsOfSources(settings.gateway.carts_per_source, settings.holds.limit.total_seconds())

    for number in range(MOST_GUESTS):
        with carts.filling("127.0.0.1", str(number), is_rehearsed=False):
            pass

"""Who is asking: the connection says so, and a proxy that is trusted says better."""

import pytest
from aiohttp.test_utils import make_mocked_request

from micromart_daemon.web.sources import Proxies


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # whoever comes straight has no word on it
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),  # what the visitor wrote in front counts nothing
        ("127.0.0.1", ["6.6.6.6", "198.51.100.1, 10.0.0.7"], "198.51.100.1"),
        ("127.0.0.1", ["nonsense"], "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_counts(peer, forwarded, source):
    request = make_mocked_request("GET", "/ws", headers=[("X-Forwarded-For", each) for each in forwarded])
    asked = request.clone(remote=peer)

    assert Proxies("127.0.0.1, 10.0.0.0/8").source_of(asked) == source

"""Everybody who is inside, counted: how many there may be, and how many from one address."""

from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address


class Crowd:
    """Everybody who is connected; `of_one_source` None: all come through a proxy, so their address says nothing."""

    def __init__(self, most: int, of_one_source: int | None) -> None:
        self._most, self._of_one_source = most, of_one_source
        self._inside: Counter[str] = Counter()

    def let_in(self, source: str) -> bool:
        """Count a connection; False, and nothing is counted, when there are too many."""
        too_many_here = self._of_one_source is not None and self._inside[source] >= self._of_one_source
        if too_many_here or self._inside.total() >= self._most:
            return False
        self._inside[source] += 1
        return True

    def leave(self, source: str) -> None:
        """Count a connection no more."""
        self._inside[source] -= 1
        if not self._inside[source]:
            del self._inside[source]


def customer_of(host: str) -> str:
    """Name for limits whose address it is: of IPv6 the /64, which is one customer's."""
    host = host.partition("%")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    if address.ipv4_mapped is not None:  # else all of IPv4 would be one customer
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))

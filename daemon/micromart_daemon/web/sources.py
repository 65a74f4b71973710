"""Who is asking: the other end of the connection, or whom a trusted proxy names."""

from ipaddress import ip_address, ip_network

from aiohttp import web

from micromart_core.settings_rules import is_address


class Proxies:
    """The proxies whose word is taken."""

    def __init__(self, listed: str) -> None:
        self._networks = [ip_network(part.strip()) for part in listed.split(",")]

    def source_of(self, request: web.Request) -> str:
        """Return the address a request comes from: the last one named that is no proxy of ours."""
        source = request.remote or ""
        named = [part.strip() for line in request.headers.getall("X-Forwarded-For", ()) for part in line.split(",")]
        while named and self._trusts(source):
            source = named.pop()
        return source if is_address(source) else request.remote or ""

    def _trusts(self, text: str) -> bool:
        return is_address(text) and any(ip_address(text) in network for network in self._networks)

"""Doors between a daemon and its servers, which can be shut at a precise word of the conversation."""

from urllib.parse import urlsplit

from tests.servers.cutting_proxy import CuttingProxy

PUBLISH, ACK = b"\x00\x3c\x00\x28", b"\x00\x3c\x00\x50"
"""Class 60, methods 40 and 80: how basic.publish and basic.ack begin on the wire of AMQP."""


class Door(CuttingProxy):
    """The only way to the server of a URL; `url` goes through it."""

    def __init__(self, url: str, at: int = 0) -> None:
        parts = urlsplit(url)
        super().__init__(parts.hostname, parts.port, at)
        self.url = url.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{self.port}")

    @property
    def is_silent(self) -> bool:
        """True when the word was said, and went no further."""
        return not self._may_speak.is_set()

"""Answers that many processes remember together, each with the version of its topic."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from micromart_core import __version__
from micromart_core.adapters.redis.link import Link
from micromart_core.adapters.redis.outgoing import VERSION_SECONDS, version_of
from micromart_core.changes import Topic
from micromart_core.ids import new_trace_id

if TYPE_CHECKING:
    from redis import Redis

Answer = TypeVar("Answer")
LARGEST_BYTES = 512 * 1024
_VERSION_LENGTH = 32


class RedisAnswers:
    """An answer counts only while its topic's version is the one it was computed under: one round trip to look both up.

    A topic this process has changed, and not yet told of, is not looked up at all.
    """

    def __init__(self, link: Link) -> None:
        self._link = link

    def remember(
        self,
        topic: Topic,
        question: tuple[object, ...],
        kind: type[Answer],
        compute: Callable[[], Answer],
        seconds: int,
    ) -> Answer:
        """Return the remembered answer, or compute it and let it be remembered."""
        if not self._link.is_up or self._link.outgoing.has(topic):
            self._link.wake()
            return compute()
        key = self._key(question)
        version, known = self._look_up(topic, key, kind)
        if known is not None:
            return known[0]
        answer = compute()
        if version is not None:
            self._keep(key, version + msgspec.msgpack.encode(answer), seconds)
        return answer

    def _key(self, question: tuple[object, ...]) -> str:
        words = msgspec.json.encode((__version__, question))
        return f"{self._link.namespace}:answer:{hashlib.sha256(words).hexdigest()}"

    def _look_up(self, topic: Topic, key: str, kind: type[Answer]) -> tuple[bytes | None, tuple[Answer] | None]:
        """Return the topic's version, None when Redis cannot say, and the answer in a tuple if one counts."""
        name = version_of(self._link.namespace, topic)
        found: list[bytes | None] = self._link.ask(lambda redis: _bytes_of(redis, name, key), [])
        if not found:
            return None, None
        version, value = found
        if version is None or len(version) != _VERSION_LENGTH:
            return self._link.ask(lambda redis: _begin(redis, name), None), None
        return version, _answer(value, version, kind)

    def _keep(self, key: str, value: bytes, seconds: int) -> None:
        if len(value) <= LARGEST_BYTES:
            self._link.ask(lambda redis: redis.set(key, value, ex=seconds), None)


def _bytes_of(redis: "Redis", *keys: str) -> list[bytes | None]:
    found: list[bytes | None] = redis.mget(keys)  # type: ignore[assignment]  # without decoding it is bytes
    return found


def _begin(redis: "Redis", name: str) -> bytes:
    """Give a topic a version, in place of none or of a stranger's."""
    version = new_trace_id().encode()
    redis.set(name, version, ex=VERSION_SECONDS)
    return version


def _answer(value: bytes | None, version: bytes, kind: type[Answer]) -> tuple[Answer] | None:
    """Return the answer in a tuple; None when there is none, it is past, or somebody else wrote there."""
    if value is None or not value.startswith(version):
        return None
    try:
        return (msgspec.msgpack.decode(value[_VERSION_LENGTH:], type=kind),)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None

"""The shops a person gave names to, and which of them is in use; in one private file of the home."""

from contextlib import AbstractContextManager

import msgspec
from msgspec import Struct

from micromart_core.adapters.private_file import NotPrivate, read_private, replace_private
from micromart_core.adapters.remote.address import address_of
from micromart_core.errors import InvalidValue, MicroMartError, NotFound, Refused
from micromart_core.home import Home, make_private
from micromart_core.write_lock import WriteLock

HERE = "here"
"""What the shop of this machine is called; no other may have the name."""
_LONGEST_NAME = 64


class ContextsUnsafe(MicroMartError):
    """The file of the contexts is not this person's alone, or is no such file."""

    code = "context.unsafe"

    def __init__(self, file: str, why: str) -> None:
        self.file = file
        super().__init__(f"{file} cannot be trusted.", why=why, hint=f"chmod 600 {file}, or remove it")


class UnknownContext(NotFound):
    """No shop has this name here."""

    code = "context.unknown"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"There is no context {name}.", why="no shop was given this name", hint="micromart context list"
        )


class ContextExists(Refused):
    """Another shop has this name already."""

    code = "context.exists"

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        super().__init__(
            f"{name} is {url} already.", why="a name leads to one shop", hint=f"micromart context remove {name}"
        )


class Context(Struct, frozen=True):
    """A shop with a name; without an address it is the one of this machine."""

    name: str
    url: str | None
    in_use: bool


class _File(msgspec.Struct, frozen=True):
    shops: dict[str, str] = {}
    used: str = HERE


class Contexts:
    """The contexts of one home."""

    def __init__(self, home: Home) -> None:
        self.file = home.config / "contexts.json"

    def all(self) -> tuple[Context, ...]:
        """Return every context by name, the one of this machine first; raise ContextsUnsafe."""
        kept = self._load()
        here = Context(HERE, None, in_use=kept.used == HERE)
        return here, *(Context(name, url, in_use=kept.used == name) for name, url in sorted(kept.shops.items()))

    def find(self, name: str) -> Context:
        """Return one context; raise UnknownContext."""
        found = next((each for each in self.all() if each.name == name), None)
        if found is None:
            raise UnknownContext(name)
        return found

    def add(self, name: str, url: str) -> Context:
        """Give a shop a name; the same again changes nothing. Raise BadAddress, ContextExists, InvalidValue."""
        name, url = _name_of(name), address_of(url)
        with self._lock():
            kept = self._load()
            if kept.shops.get(name, url) != url:
                raise ContextExists(name, kept.shops[name])
            self._save(msgspec.structs.replace(kept, shops=kept.shops | {name: url}))
        return self.find(name)

    def use(self, name: str) -> Context:
        """Work with this shop from now on; raise UnknownContext."""
        with self._lock():
            found = self.find(name)
            self._save(msgspec.structs.replace(self._load(), used=found.name))
        return self.find(name)

    def remove(self, name: str) -> Context:
        """Forget a name, and work with this machine's shop if it was in use; raise UnknownContext."""
        if name == HERE:
            raise InvalidValue(f"{HERE} is the shop of this machine.", hint="micromart context list")
        with self._lock():
            found, kept = self.find(name), self._load()
            shops = {each: url for each, url in kept.shops.items() if each != name}
            self._save(_File(shops, HERE if kept.used == name else kept.used))
        return found

    def url_of(self, name_or_url: str) -> str | None:
        """Return the address of a name, or an address as it is; None for this machine. Raise what says it is none."""
        if "://" in name_or_url:
            return address_of(name_or_url)
        return self.find(name_or_url).url

    def url_in_use(self) -> str | None:
        """Return the address of the context in use, None for this machine."""
        return next(each.url for each in self.all() if each.in_use)

    def _lock(self) -> AbstractContextManager[None]:
        return WriteLock(make_private(self.file.parent) / "contexts.lock")

    def _load(self) -> _File:
        try:
            body = read_private(self.file)
            kept = _File() if body is None else msgspec.json.decode(body, type=_File)
        except NotPrivate as error:
            raise ContextsUnsafe(str(error.place), error.why) from error
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ContextsUnsafe(str(self.file), "it is no list of contexts") from error
        return kept if kept.used in kept.shops else msgspec.structs.replace(kept, used=HERE)

    def _save(self, kept: _File) -> None:
        try:
            replace_private(self.file, msgspec.json.encode(kept))
        except NotPrivate as error:
            raise ContextsUnsafe(str(error.place), error.why) from error


def _name_of(text: str) -> str:
    fits = text.isascii() and text.replace("-", "").replace("_", "").replace(".", "").isalnum()
    if not fits or len(text) > _LONGEST_NAME or text == HERE:
        raise InvalidValue(
            f"“{text}” is no name for a context.",
            why=f"it has 1 to {_LONGEST_NAME} of a-z, A-Z, 0-9, dot, dash and underscore, and {HERE} is this machine",
            hint="micromart context add mine https://shop.example.org",
        )
    return text

"""What may be wrong with a shop and its surroundings, looked at one by one, each with its mending."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from micromart_core import migration
from micromart_core.adapters.local_identity.allowed import refuse_unless_allowed
from micromart_core.adapters.mail_ports import greet_mail_server
from micromart_core.adapters.redis.description import describe
from micromart_core.adapters.session_store import SessionStore
from micromart_core.bootstrap import Shop
from micromart_core.cart_secret import cart_secret_of
from micromart_core.clock import utc_now
from micromart_core.errors import MicroMartError
from micromart_core.explained import explained
from micromart_core.home import Home, make_private, path_of
from micromart_core.maintenance.health import Check, Checkup
from micromart_core.maintenance.running import examine_work
from micromart_core.notifications.model import MailDelayed
from micromart_core.settings_sources import shown

REACHED_WITHIN = 2.0
"""Seconds a server may take to accept a connection."""
MOST_SKEW = 30.0
"""Seconds by which the database's clock may differ from this host's."""
_OURSELVES = "micromart doctor"
"""What errors of the servers advise, and what helps nobody who asked just that."""
_IN_DATABASE = ("migrations", "clock")
"""What nobody can know while the database does not answer."""
_SETTING = {"broker": "broker.url", "identity": "identity.issuer"}
"""Where a server's address is set, but for the database's."""


Looks = tuple[tuple[str, Callable[[], Check]], ...]
"""What can be looked at, each by its name."""


def examine(shop: Shop, home: Home) -> Checkup:
    """Look at everything `doctor` knows about; what keeps one thing from being looked at is that thing's finding."""
    return _look_at(shop, _surroundings(shop, home))


def looks_at(shop: Shop, home: Home) -> Looks:
    """Return the database and its surroundings to be looked at one by one, whenever somebody likes.

    Each look ends in seconds, whatever it finds.
    """
    looks = (("database", lambda: _database(shop)), *_surroundings(shop, home))
    return tuple((name, partial(_looked_at, name, look)) for name, look in looks)


def _surroundings(shop: Shop, home: Home) -> Looks:
    return (
        ("migrations", lambda: _migrations(shop)),
        ("redis", lambda: _redis(shop)),
        ("broker", lambda: _broker(shop)),
        ("mail", lambda: _mail(shop)),
        ("identity", lambda: _identity(shop)),
        ("clock", lambda: _clock(shop)),
        ("token store", lambda: _token_store(shop, home)),
    )


def examine_service(shop: Shop) -> Checkup:
    """Look at what the daemons need and at how their work is going; without Redis it goes on, so that is a warning."""
    looks: Looks = (
        ("migrations", lambda: _migrations(shop)),
        ("redis", lambda: _redis_or_without(shop)),
        ("broker", lambda: _broker(shop)),
        ("mail", lambda: _mail(shop)),
    )
    return _look_at(shop, looks)


def reaches_redis(shop: Shop) -> bool:
    """Say whether Redis takes what the shop has for it."""
    return _looked_at("redis", lambda: _redis(shop)).ok


def _look_at(shop: Shop, looks: Looks) -> Checkup:
    """Look at the database, at the rest, and at the work of daemons; a server that says nothing is waited for once."""
    database = _looked_at("database", lambda: _database(shop))
    is_lost = not database.ok and not shop.database.is_sqlite
    others = (_not_known(name) if is_lost and name in _IN_DATABASE else _looked_at(name, look) for name, look in looks)
    return Checkup((database, *others, *((_not_known("daemon"),) if is_lost else _work(shop))))


def _not_known(name: str) -> Check:
    return Check(name, ok=False, detail="not known: the database does not answer", fix=None)


def _work(shop: Shop) -> tuple[Check, ...]:
    """Look at the work of daemons; without the tables of this version there is nothing to say of it."""
    try:
        migration.check(shop.database)
        return examine_work(shop)
    except MicroMartError as error:
        return (Check("daemon", ok=False, detail=f"not known: {error.message}", fix=None),)


def _looked_at(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except MicroMartError as error:
        why = f" ({error.why})" if error.why else ""
        fix = (
            f"start it, or set {_SETTING.get(name, 'database.url')}" if error.hint == _OURSELVES else error.hint or None
        )
        return Check(name, ok=False, detail=f"{error.message}{why}", fix=fix)


def _database(shop: Shop) -> Check:
    with explained(), shop.database.begin(writes=False):
        pass
    if not shop.database.is_sqlite:
        where = shown("database.url", shop.settings.database.url)
        return Check("database", ok=True, detail=f"reached {where}", fix=None)
    file = Path(shop.database.url.database or "")
    closed = _unwritable(file)
    if closed is not None:
        is_ours = closed.stat().st_uid == os.geteuid()
        fix = f"chmod u+w {closed}" if is_ours else f"chown it to {os.geteuid()}"
        return Check("database", ok=False, detail=f"{closed} cannot be written", fix=fix)
    if file.stat().st_mode & 0o077:
        return Check("database", ok=True, detail=f"{file} is open to others here", fix=f"chmod 600 {file}")
    return Check("database", ok=True, detail=str(file), fix=None)


def _unwritable(file: Path) -> Path | None:
    """Return what of a shop's file, its folder and what SQLite keeps beside it cannot be written; None for nothing.

    SQLite gives what it makes beside a file the file's own rights, and there they stay.
    """
    beside = (file.with_name(f"{file.name}{suffix}") for suffix in ("-wal", "-shm"))
    needed = (file, file.parent, *(each for each in beside if each.exists()))
    return next((each for each in needed if not os.access(each, os.W_OK, effective_ids=True)), None)


def _migrations(shop: Shop) -> Check:
    migration.check(shop.database)
    return Check("migrations", ok=True, detail="current", fix=None)


def _redis(shop: Shop) -> Check:
    if not shop.settings.redis.url:
        return Check("redis", ok=True, detail="not used: each process hears and counts by itself", fix=None)
    return Check("redis", ok=True, detail=describe(shop.settings.redis), fix=None)


def _redis_or_without(shop: Shop) -> Check:
    """Look at Redis for whoever would take a sick daemon out of service: all of them are as slow without it."""
    found = _looked_at("redis", lambda: _redis(shop))
    return found if found.ok else replace(found, ok=True, detail=f"degraded: {found.detail}")


def _broker(shop: Shop) -> Check:
    if not shop.has_broker:
        return Check("broker", ok=True, detail="not used: who commits an event delivers it", fix=None)
    from micromart_core.bootstrap_broker import describe_broker

    return Check("broker", ok=True, detail=describe_broker(shop), fix=None)


def _mail(shop: Shop) -> Check:
    url = shop.settings.mail.url
    if url and not url.startswith("maildir:"):
        return _mail_server(shop)
    folder = path_of(url.removeprefix("maildir:")) if url else shop.folder / "outbox"
    make_private(folder)
    if not os.access(folder, os.W_OK):
        return Check("mail", ok=False, detail=f"{folder} cannot be written", fix=f"chmod u+w {folder}")
    return Check("mail", ok=True, detail=f"letters stay here: {folder}", fix=None)


def _mail_server(shop: Shop) -> Check:
    where = shown("mail.url", shop.settings.mail.url)
    try:
        how = greet_mail_server(shop.settings.mail, patience_seconds=REACHED_WITHIN)
    except MailDelayed as error:
        return Check("mail", ok=False, detail=f"{where}: {error}", fix="start it, or see mail.url and its password")
    return Check("mail", ok=True, detail=f"reached {where} {how}", fix=None)


def _identity(shop: Shop) -> Check:
    if shop.settings.identity.issuer:
        from micromart_core.bootstrap_issuer import describe_issuer

        return Check("identity", ok=True, detail=describe_issuer(shop.settings), fix=None)
    refuse_unless_allowed(shop.settings)
    return Check("identity", ok=True, detail="local accounts", fix=None)


def _clock(shop: Shop) -> Check:
    before = utc_now()
    with explained(), shop.database.begin(writes=False) as opened:
        theirs = opened.now
    skew = max((before - theirs).total_seconds(), (theirs - utc_now()).total_seconds(), 0.0)
    told = "agrees with this host" if skew < 1 else f"the database is {skew:.0f} s away from this host"
    fix = "set both clocks by NTP" if skew > MOST_SKEW else None
    return Check("clock", ok=skew <= MOST_SKEW, detail=told, fix=fix)


def _token_store(shop: Shop, home: Home) -> Check:
    at_issuer = shop.issuer_sign_in_of(home)
    session = at_issuer.store.load() if at_issuer else SessionStore(home).load()
    if session is None:
        cart_secret_of(home)
    if home.state.stat().st_mode & 0o077:
        return Check("token store", ok=False, detail=f"others may enter {home.state}", fix=f"chmod 700 {home.state}")
    told = _who_is_signed_in(shop, home, session.user, is_local=at_issuer is None) if session else "nobody is signed in"
    if at_issuer and session:
        told += f", which lies {at_issuer.store.where}"
    return Check("token store", ok=True, detail=f"{told}; files of {home.state} are private", fix=None)


def _who_is_signed_in(shop: Shop, home: Home, user: str, *, is_local: bool) -> str:
    """Tell whose session is kept; the shop alone knows whether one of its own goes on, while it can be asked."""
    if is_local:
        with suppress(MicroMartError):
            if not shop.sign_in_of(home).status(shop.credentials_of(home)()).signed_in:
                return f"the session of {user} has ended (micromart auth login)"
    return f"signed in as {user}"

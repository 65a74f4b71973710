"""Whether the work behind the shop is done in time: what `doctor`, `micromartd health` and /health say of it."""

from datetime import timedelta

from micromart_core.bootstrap import Shop
from micromart_core.daemons import GONE_AFTER, Daemon
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.maintenance.health import Check
from micromart_core.maintenance.vitals import Backlog, Vitals, read_vitals

LATE = timedelta(minutes=1)
"""What has waited longer than this is being neglected."""


def examine_work(shop: Shop) -> tuple[Check, ...]:
    """Look at the daemons, at what waits for them, and at what was given up. Waiting is no fault without a broker."""
    vitals = shop.operator().run(read_vitals)
    return (
        _daemons(shop, vitals),
        _backlog("events", vitals.events, shop, "micromart job run deliver-events"),
        _backlog("carts", vitals.carts, shop, "micromart job run expire-carts"),
        _backlog("letters", vitals.letters, shop, "micromart job run send-mail; micromart mail list --status queued"),
        _given_up(vitals),
    )


def examine_ledger(shop: Shop) -> Check:
    """Replay the ledger of every product: dear in a large shop, so not for every look."""
    found = shop.operator().run(verify_stock)
    told = f"{found.products} products, {found.movements} movements, {len(found.violations)} violations"
    return Check("ledger", found.ok, told, None if found.ok else "micromart stock verify")


def _daemons(shop: Shop, vitals: Vitals) -> Check:
    if vitals.daemons:
        told = "; ".join(_shown(daemon) for daemon in vitals.daemons)
        return Check("daemon", ok=True, detail=told, fix=None)
    if shop.has_broker:
        told = f"none was seen in {GONE_AFTER.seconds} s: events and letters wait"
        return Check("daemon", ok=False, detail=told, fix="micromartd run")
    return Check("daemon", ok=True, detail="none runs; verbs do its work along", fix=None)


def _backlog(name: str, backlog: Backlog, shop: Shop, fix: str) -> Check:
    """Say what waits; it is a fault when it is late although somebody should be at work on it."""
    if not backlog.count:
        return Check(name, ok=True, detail="none wait", fix=None)
    is_late = backlog.seconds > LATE.total_seconds()
    told = f"{backlog.count} wait, the oldest for {backlog.seconds:.0f} s"
    return Check(name, ok=not (is_late and shop.has_broker), detail=told, fix=fix if is_late else None)


def _given_up(vitals: Vitals) -> Check:
    """Say what was given up: a person must look at it, but the shop is well."""
    found = {"micromart dead list": vitals.dead_events, "micromart mail list --status dead": vitals.dead_mails}
    told = f"given up: {vitals.dead_events} events, {vitals.dead_mails} letters"
    fixes = [verb for verb, count in found.items() if count]
    return Check("given up", ok=True, detail=told if fixes else "nothing was given up", fix="; ".join(fixes) or None)


def _shown(daemon: Daemon) -> str:
    return f"{daemon.host} runs {daemon.roles} (pid {daemon.pid}, {daemon.version})"

"""What the gateway answers: POST /v1/{service}/{operation}, what a guest may read by GET, and how it is."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from micromart_core.adapters.keycloak.reception import Reception
from micromart_core.bootstrap import Shop
from micromart_core.caller import Caller
from micromart_core.carts.service_owner import name_own_carts
from micromart_core.errors import MicroMartError, NotAllowed, SignInFirst
from micromart_core.gateway import LocalGateway
from micromart_core.identity import Credentials, Identity
from micromart_core.operation import access_to
from micromart_core.rate_limit import PerMinute, Unlimited
from micromart_core.shop_facts import facts_of, show_shop
from micromart_daemon.gateway.account_verbs import form_of, verb_named
from micromart_daemon.gateway.accounts import AccountDesk
from micromart_daemon.gateway.asking import Asking, BadHeader, asking_of, source_of, trace_of
from micromart_daemon.gateway.catalogue import ROUTES, cached, read_query
from micromart_daemon.gateway.crowded_source import FILL_CARTS, CartsOfSources
from micromart_daemon.gateway.live import Live
from micromart_daemon.gateway.openapi import openapi
from micromart_daemon.gateway.pools import Pools
from micromart_daemon.gateway.problems import NoAnswerYet, TooLarge, TooSlow, bug, problem
from micromart_daemon.gateway.table import Offered, UnknownOperation, find_offered, offered

BODY_SECONDS = 10.0
READY_SECONDS = 2.0
LONGEST_FORM = 16 * 1024
_WRITE_LETTERS = frozenset({"orders", "notifications"})
"""Services whose work ends in letters."""
Answer = Callable[[Request], Awaitable[Response]]
_log = logging.getLogger("micromart.mail")


class NoCartSecret(SignInFirst):
    """A guest would change something without saying whose cart it is."""

    code = "gateway.no_cart_secret"

    def __init__(self) -> None:
        super().__init__(
            "Whose cart this is must be said.",
            why="there is neither a token nor a cart's secret",
            hint="send Authorization: Bearer TOKEN, or X-Cart-Secret with 43 random characters of your own",
        )


class Doors:
    """The answers of one shop."""

    def __init__(self, shop: Shop, identity: Identity, reception: Reception | None = None) -> None:
        self.pools = Pools(shop.settings.gateway.threads)
        self.live = Live(shop)
        self._shop, self._identity, self._reception = shop, identity, reception
        self._sources = PerMinute(shop.settings.limits.operations_per_minute)
        most_held = shop.settings.holds.limit.total_seconds()
        self._carts = CartsOfSources(shop.settings.gateway.carts_per_source, most_held)

    async def operate(self, request: Request) -> Response:
        """Run an operation for whoever the headers name."""
        service, name = request.path_params["service"], request.path_params["operation"]
        found, asking = find_offered(f"{service}/{name}"), asking_of(request)
        if asking.is_anonymous:
            self._count(asking.source)
            if access_to(found.function).writes and not asking.credentials.cart_secret:
                raise NoCartSecret
        body = await _body(request, self._shop.settings.gateway.max_body_kib * 1024)
        arguments = found.read(body)
        with self._filling(found, asking):
            result, was_done = await self._work(
                found.function, asking, lambda gateway: gateway.answer(found.function, **arguments)
            )
        told = {"Idempotency-Replayed": "true" if was_done else "false"}
        if asking.dry_run:
            return _private(result, told | {"Dry-Run": "true"})
        response = _private(result, told)
        if service in _WRITE_LETTERS and access_to(found.function).writes:
            response.background = BackgroundTask(self._send_letters)
        return response

    async def account(self, request: Request) -> Response:
        """Do what somebody asks of the accounts, local ones or an issuer's people, roles and scripts."""
        verb, asking = request.path_params["verb"], asking_of(request)
        self._count(asking.source)
        found = verb_named(verb)
        if asking.dry_run and not found.is_rehearsed:
            raise BadHeader("Dry-Run", f"accounts/{verb} cannot be rehearsed")
        form = form_of(found, await _body(request, LONGEST_FORM))
        seconds = self._shop.settings.gateway.request_seconds
        describe = self._reception.describe if self._reception else partial(self._shop.describe, self._identity)
        desk = AccountDesk(self._shop, self._reception, describe, self._door(asking), asking)
        pool = self.pools.staff if found.is_staff_work else self.pools.accounts
        try:
            response = _private(await pool.run(lambda: found.deed(desk, form), seconds))
        except TimeoutError as error:
            raise NoAnswerYet(seconds, "") from error
        if found.writes_letters:
            # After the answer: the time that a letter takes would tell whether its address has an account.
            response.background = BackgroundTask(self._send_letters)
        return response

    def reading(self, name: str) -> Answer:
        """Return what answers a GET: as a stranger, so that what anybody keeps of it is nobody's own."""

        async def read(request: Request) -> Response:
            self._count(source_of(request))
            found = find_offered(name)
            stranger = Asking(Credentials(), source_of(request), "", dry_run=False, trace_id=trace_of(request))
            result = await self._run(found, read_query(found, request), stranger)
            return cached(request, msgspec.json.encode(result))

        return read

    async def shop(self, request: Request) -> Response:
        """Tell what a front end must know before anything else."""
        self._count(source_of(request))
        settings = self._shop.settings
        client_id = settings.identity.client_id if settings.identity.issuer else None
        return cached(request, msgspec.json.encode(facts_of(settings) | {"client_id": client_id}))

    async def operations(self, request: Request) -> Response:
        """List what may be asked for, with the JSON Schema of what it takes."""
        self._count(source_of(request))
        told = {name: msgspec.json.schema(each.arguments) for name, each in offered().items()}
        return cached(request, msgspec.json.encode(told))

    async def openapi(self, request: Request) -> Response:
        """Tell all that can be asked for, as OpenAPI."""
        self._count(source_of(request))
        return cached(request, openapi())

    async def changes(self, request: Request) -> Response:
        """Tell what changes, as it changes: to staff all, to others what the catalogue shows and of their own."""
        self._count(source_of(request))
        asking = asking_of(request)
        hears_all = not asking.is_anonymous
        if hears_all:
            try:
                await self._run(find_offered("users/open_desk"), {}, asking)
            except NotAllowed:
                hears_all = False
        owner = await self._work(name_own_carts, asking, lambda gateway: gateway.run(name_own_carts))
        return self.live.answer(owner, asking.source, hears_all=hears_all)

    async def health(self, _request: Request) -> Response:
        """Say that the process lives."""
        return _plain(200, live=True)

    async def ready(self, _request: Request) -> Response:
        """Say whether the database answers."""
        gateway = replace(self._shop.gateway(self._identity), rate_limit=Unlimited())
        try:
            await self.pools.ready.run(lambda: gateway.run(show_shop), READY_SECONDS)
        except (MicroMartError, TimeoutError):
            return _plain(503, ready=False)
        return _plain(200, ready=True)

    def _count(self, source: str) -> None:
        self._sources.check(Caller(f"source:{source}"))

    def _filling(self, found: Offered, asking: Asking) -> AbstractContextManager[None]:
        """Return what counts a cart that somebody without a sign-in fills."""
        secret = asking.credentials.cart_secret
        if not asking.is_anonymous or secret is None or found.function not in FILL_CARTS:
            return nullcontext()
        return self._carts.filling(asking.source, secret, is_rehearsed=asking.dry_run)

    async def _send_letters(self) -> None:
        """Send letters for a moment, where no daemon does; what cannot leave waits for the next time."""
        seconds = self._shop.settings.gateway.request_seconds
        try:
            await self.pools.letters.run(self._shop.send_mail_along, seconds)
        except (MicroMartError, TimeoutError) as error:
            _log.warning("letters wait: %s", error)

    def _door(self, asking: Asking) -> LocalGateway:
        gateway = self._shop.gateway(self._identity, lambda: asking.credentials)
        gateway = replace(gateway, trace_id=asking.trace_id, idempotency_key=asking.key or None, dry_run=asking.dry_run)
        # Who is anonymous is counted by the address: a new secret costs nothing.
        return replace(gateway, rate_limit=Unlimited()) if asking.is_anonymous else gateway

    async def _run(self, found: Offered, arguments: dict[str, Any], asking: Asking) -> Any:
        return await self._work(found.function, asking, lambda gateway: gateway.run(found.function, **arguments))

    async def _work(self, operation: Callable[..., Any], asking: Asking, work: Callable[[LocalGateway], Any]) -> Any:
        gateway = self._door(asking)
        access, seconds = access_to(operation), self._shop.settings.gateway.request_seconds
        pool = self.pools.of(is_anonymous=asking.is_anonymous, is_staff_work=access.is_staff_work)
        try:
            return await pool.run(lambda: work(gateway), seconds)
        except TimeoutError as error:
            raise NoAnswerYet(seconds, asking.key) from error


def app_of(doors: Doors) -> Starlette:
    """Return the application."""
    routes = [
        Route("/health", _told(doors.health)),
        Route("/ready", _told(doors.ready)),
        Route("/v1/shop", _told(doors.shop)),
        Route("/v1/openapi.json", _told(doors.openapi)),
        Route("/v1/changes", _told(doors.changes)),
        Route("/v1/operations", _told(doors.operations)),
        *(Route(path, _told(doors.reading(name))) for path, name in ROUTES.items()),
        Route("/v1/accounts/{verb}", _told(doors.account), methods=["POST"]),
        Route("/v1/{service}/{operation}", _told(doors.operate), methods=["POST"]),
        Route("/{rest:path}", _told(_nowhere), methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    ]
    return Starlette(routes=routes)


async def _nowhere(request: Request) -> Response:
    raise UnknownOperation(f"{request.method} {request.url.path}")


def _told(answer: Answer) -> Answer:
    """Tell every refusal as a problem, and the trace with every answer."""

    async def told(request: Request) -> Response:
        trace_id = trace_of(request)
        try:
            response = await answer(request)
        except MicroMartError as error:
            error.trace_id = error.trace_id or trace_id
            trace_id, response = error.trace_id, problem(error)
        except ClientDisconnect:
            response = Response(status_code=400)
        except Exception as error:  # noqa: BLE001  # no traceback leaves the process; it is in the log
            response = bug(error)
        response.headers["traceparent"] = f"00-{trace_id}-{secrets.token_hex(8)}-01"
        return response

    return told


async def _body(request: Request, most: int) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        raise TooLarge(most)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _gathered(request, most)
    except TimeoutError as error:
        raise TooSlow(BODY_SECONDS) from error


async def _gathered(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge(most)
    return bytes(body)


def _private(result: Any, headers: dict[str, str] | None = None) -> Response:
    """Return an answer that nobody on the way may keep."""
    told = {"Cache-Control": "no-store"} | (headers or {})
    return Response(msgspec.json.encode(result), 200, told, "application/json")


def _plain(status: int, **facts: bool) -> Response:
    return Response(msgspec.json.encode(facts), status, {"Cache-Control": "no-store"}, "application/json")

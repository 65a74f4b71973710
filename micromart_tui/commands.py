"""The palette: what can be done by its name, in the words of the command line."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider

from micromart_core.carts.service import add_units
from micromart_core.errors import MicroMartError
from micromart_core.products.model import Product
from micromart_core.products.service_search import search_products
from micromart_tui.places import CART, DESK, STOREFRONT
from micromart_tui.screen import MartScreen
from micromart_tui.theme import PALETTES

if TYPE_CHECKING:
    from textual.worker import Worker

    from micromart_tui.app import MartApp

_ADD = "add "
_SHORTEST, _MOST = 2, 5
"""Letters from which products are looked for, and how many of them are shown."""
_LEAST = 0.5
"""How well a product matches that the shop found by other words than its name."""
Command = tuple[str, Callable[[], object], str]
"""What it is called, what it does, and a word more."""


class ShopCommands(Provider):
    """Places, what the page can do, looks, and products to add."""

    @property
    def _mart(self) -> "MartApp":
        return cast("MartApp", self.app)

    async def discover(self) -> Hits:
        """Offer everything but products."""
        for name, act, told in self._commands():
            yield DiscoveryHit(name, act, help=told)

    async def search(self, query: str) -> Hits:
        """Offer what matches, and products that can be added."""
        matcher = self.matcher(query)
        for name, act, told in self._commands():
            if score := matcher.match(name):
                yield Hit(score, matcher.highlight(name), act, text=name, help=told)
        for product in await self._products(query.lower().removeprefix(_ADD).strip()):
            name = f"{_ADD}{product.name}"
            add = partial(self._add, product)
            yield Hit(matcher.match(name) or _LEAST, matcher.highlight(name), add, text=name, help=self._about(product))

    def _add(self, product: Product) -> None:
        adding = partial(add_one, self._mart, product)  # a coroutine would stay when the app closes before it is begun
        _: Worker[None] = self._mart.run_worker(adding, group="change")  # its type cannot be guessed

    def _commands(self) -> Iterator[Command]:
        yield from self._actions()
        for place in (*STOREFRONT, CART):
            yield f"go to {place.label}", partial(self._mart.go, place.name), ""
        page = self._mart.page
        for place in DESK if page is not None and page.place.startswith("desk/") else ():
            yield f"go to desk {place.label}", partial(self._mart.go, place.name), f"key {place.key}"
        yield "go to desk", self._mart.action_open_desk, "for those who work here"
        for look in PALETTES:
            yield f"theme {look}", partial(self._mart.choose_look, look), ""
        yield "show help", self._mart.action_help, "the keys of this page"
        yield "quit", self._mart.action_quit, "what is held stays held"

    def _actions(self) -> Iterator[Command]:
        """Offer what the page's own keys do; what has two directions is no command."""
        page = self.screen
        if not isinstance(page, MartScreen):
            return
        actions: dict[str, set[str]] = {}
        own = [each.binding for each in page.active_bindings.values() if each.node is not page.app and each.enabled]
        for binding in own:
            if binding.description:
                actions.setdefault(binding.description, set()).add(binding.action)
        for binding in own:
            if binding.show and len(actions.pop(binding.description, ())) == 1:
                yield binding.description, partial(self._mart.run_action, binding.action, page), _key(binding)

    async def _products(self, query: str) -> tuple[Product, ...]:
        if len(query) < _SHORTEST:
            return ()
        try:
            page = await self._mart.ask(search_products, query, limit=_MOST)
        except MicroMartError as error:
            self._mart.log.warning(str(error))  # commands are found without the shop, and the status line says it
            return ()
        return page.items

    def _about(self, product: Product) -> str:
        left = f"{product.stock.available} left" if product.stock.available else "sold out"
        return f"{self._mart.money(product.price)}, {left}"


def _key(binding: Binding) -> str:
    return f"key {binding.key_display or binding.key}"


async def add_one(mart: "MartApp", product: Product) -> None:
    """Hold one more of a product, and say so."""
    try:
        cart = await mart.change_cart(lambda _: mart.ask(add_units, product.sku, 1))
    except MicroMartError as error:
        mart.tell_error(error)
    else:
        mart.tell(f"{product.name} × {cart.quantity_of(product.sku)} is held for you.")

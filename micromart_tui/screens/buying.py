"""What the shelf and a product's own page have in common: choosing how many, and adding them to the cart."""

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from micromart_core.changes import Topic
from micromart_core.errors import MicroMartError
from micromart_core.inventory.model import Sku
from micromart_core.products.model import Product
from micromart_tui.hold_clock import clock_words
from micromart_tui.places import SHOP
from micromart_tui.screen import MartScreen
from micromart_tui.widgets.product_page import ProductPage


class BuyingScreen(MartScreen):
    """A page with a product on it that can be bought."""

    place = SHOP.name
    heading = "shop"
    topics = frozenset({Topic.PRODUCTS, Topic.STOCK})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,minus", "choose(-1)", "quantity", key_display="←→"),
        Binding("right,l,plus", "choose(1)", "quantity", show=False),
        Binding("enter", "add", "add", key_display="↵"),
        Binding("space", "read_on", "read on", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.page = ProductPage()
        """The page of the product that would be bought."""

    def show_product(self, product: Product | None) -> None:
        """Show a product, and its picture as soon as there is one."""
        cart, pictures = self.mart.cart, self.mart.gallery.pictures
        is_other = (product and product.sku) != (self.page.product and self.page.product.sku)
        is_fresh = product is not None and pictures.is_fresh(product.sku)
        picture = pictures.get(product.sku) if product is not None and is_fresh else None
        hangs = self.page.show(product, own=cart.quantity_of(product.sku) if cart and product else 0, picture=picture)
        has_all = hangs or (is_fresh and picture is None)
        if product is not None and ((is_other and not has_all) or not pictures.is_read(product.sku)):
            self._hang(product.sku)
        self.follow_with_keys()

    @property
    def is_for_sale(self) -> bool:
        """True when a product is shown, and some of it is free."""
        product = self.page.product
        return product is not None and product.stock.available > 0

    def follow_with_keys(self) -> None:
        """Offer the keys that the product allows."""
        self.keys_depend_on(self.is_for_sale)

    @work(exclusive=True, group="picture")
    async def _hang(self, sku: Sku) -> None:
        """Fetch and hang a picture; products are sold without one too, so nothing is said when it does not come."""
        try:
            await self.mart.gallery.pictures.fetch([sku])
        except MicroMartError as error:
            self.log.warning(str(error))
        else:
            if self.page.product is not None and self.page.product.sku == sku:  # another one is looked at by now
                await self.page.hang(self.mart.gallery.pictures.get(sku))

    def show_cart(self) -> None:
        """Show how much of the product is in the cart now."""
        super().show_cart()
        self.show_product(self.page.product)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to buy only what is there."""
        if action in ("choose", "add"):
            return self.is_for_sale
        return super().check_action(action, parameters)

    def action_choose(self, step: int) -> None:
        """Choose more, or fewer."""
        self.page.choose(self.page.quantity + step)

    def action_read_on(self) -> None:
        """Scroll the story."""
        self.page.read_on()

    @work(group="change")
    async def action_add(self) -> None:
        """Add the chosen number to what the cart has."""
        product, more = self.page.product, self.page.quantity
        if product is None:
            return
        from micromart_core.carts.service import add_units

        with self.telling_errors():
            cart = await self.mart.change_cart(lambda _: self.ask(add_units, product.sku, more))
            self.page.choose(1)
            self.mart.tell(f"{product.name} is held for {clock_words(cart.seconds_left)}.")

"""The places of the shop and of the desk: which key goes there and which screen shows it."""

from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from micromart_tui.screen import MartScreen


class Place(Struct, frozen=True):
    """A place; its screen is imported when somebody goes there."""

    name: str
    """Unique; those of the desk begin with `desk/`."""
    key: str
    screen: str
    """`module:Class`, the module below micromart_tui."""

    @property
    def label(self) -> str:
        """What the bar calls it."""
        return self.name.rpartition("/")[2]

    def open(self) -> "MartScreen":
        """Return the place's screen, made anew."""
        module, _, name = self.screen.partition(":")
        made: MartScreen = getattr(import_module(f"micromart_tui.{module}"), name)()
        return made


SHOP = Place("shop", "s", "screens.shop:ShopScreen")
CART = Place("cart", "c", "screens.cart:CartScreen")
ORDERS = Place("orders", "o", "screens.orders:OrdersScreen")
ACCOUNT = Place("account", "a", "screens.account:AccountScreen")
STOREFRONT = (SHOP, ORDERS, ACCOUNT)
"""What the bar shows from left to right; the cart stands at its right end."""
DESK = (
    Place("desk/today", "1", "admin.today:TodayScreen"),
    Place("desk/stock", "2", "admin.stock:StockScreen"),
    Place("desk/orders", "3", "admin.orders:OrdersScreen"),
    Place("desk/carts", "4", "admin.carts:CartsScreen"),
    Place("desk/goods", "5", "admin.goods:GoodsScreen"),
    Place("desk/mail", "6", "admin.mail:MailScreen"),
    Place("desk/events", "7", "admin.events:EventsScreen"),
    Place("desk/people", "8", "admin.people:PeopleScreen"),
    Place("desk/health", "9", "admin.health:HealthScreen"),
)
"""What the bar shows at the desk, by number; only places that there are."""
PLACES = {place.name: place for place in (*STOREFRONT, CART, *DESK)}

"""Whoever changes what an open cart holds counts a new version of it: who locks it with its lines goes by that."""


class CartVersions:
    """The open carts of a shop as they were when last looked at."""

    def __init__(self, shop) -> None:
        self.shop = shop
        self.seen: dict[str, tuple[int, list[object]]] = {}

    def check(self) -> None:
        """Compare with what was seen before."""
        lines = self.shop.rows("SELECT cart_id, sku, quantity, held FROM cart_lines ORDER BY cart_id, sku")
        carts = self.shop.rows("SELECT id, version FROM carts WHERE status = 'open'")
        now = {cart: (version, [line for line in lines if line.cart_id == cart]) for cart, version in carts}
        for cart, (version, its_lines) in now.items():
            before = self.seen.get(cart)
            assert before is None or before[0] < version or before == (version, its_lines)
        self.seen = now

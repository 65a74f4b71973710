"""Bugs that other shops have or had, each planted by one edit, with the tests that must not let it pass."""

from msgspec import Struct


class Mutant(Struct, frozen=True):
    """One bug: in this file this text becomes that one, and then one of these tests must fail."""

    name: str
    file: str
    was: str
    becomes: str
    tests: tuple[str, ...]
    needs_servers: bool = False


_CORE = "micromart_core/"
PLANTED = (
    Mutant(
        "a hold without its guard: two shoppers hold the last unit",
        _CORE + "inventory/store_holds.py",
        "    .where(stock.c.on_hand - stock.c.held >= _BY)\n    .values(held=stock.c.held + _BY)",
        "    .values(held=stock.c.held + _BY)",
        ("tests/core/test_cart_holds.py",),
    ),
    Mutant(
        "messages are acknowledged before their effect is committed",
        _CORE + "intake.py",
        "            self._insist([Delivery(envelope, message.service) for message, envelope in batch])",
        "            self._subscription.ack([message for message, _ in batch])\n"
        "            self._insist([Delivery(envelope, message.service) for message, envelope in batch])",
        ("tests/simulation/test_simulation.py",),
    ),
    Mutant(
        "an event is taken in each time it comes",
        _CORE + "dispatch.py",
        "        if key in unseen:\n            unseen.remove(key)",
        "        if True:\n            unseen.discard(key)",
        ("tests/core/test_delivery.py", "tests/simulation/test_simulation.py"),
    ),
    Mutant(
        "a refused event counts as published",
        _CORE + "relay.py",
        "        return sorted(receipt.taken | unwanted)",
        "        return sorted(envelope.id for envelope in waiting)",
        ("tests/simulation/test_simulation.py",),
    ),
    Mutant(
        "an order that was only tried out is told to everybody",
        _CORE + "gateway.py",
        "            if self.dry_run:\n                return _Done(result)",
        "            if self.dry_run:\n                return _Done(result, tx.recorded)",
        ("tests/core/test_orders.py",),
    ),
    Mutant(
        "a sweeper waits for carts in use",
        _CORE + "carts/store_upkeep.py",
        ".with_for_update(key_share=True, skip_locked=True)",
        ".with_for_update(key_share=True)",
        ("tests/servers/test_passed_over.py", "tests/servers/test_faults_frozen.py"),
        needs_servers=True,
    ),
    Mutant(
        "holds end by the clock of the process",
        _CORE + "database.py",
        "yield OpenTransaction(connection, self._clock() if self._clock else now)",
        "yield OpenTransaction(connection, utc_now())",
        ("tests/core/test_cart_holds.py",),
    ),
    Mutant(
        "a cancelled order is cancelled again, and its goods come back twice",
        _CORE + "orders/service_moves.py",
        '    _begin_from(before, before.status, "cancel", (OrderStatus.PLACED, OrderStatus.PACKED))\n',
        "",
        ("tests/core/test_orders_moves.py",),
    ),
    Mutant(
        "a line comes back as often as somebody returns it",
        _CORE + "orders/service_moves.py",
        "    back = [line for line in named if not line.returned]",
        "    back = list(named)",
        ("tests/core/test_orders_moves.py",),
    ),
    Mutant(
        "the same key orders twice",
        _CORE + "gateway.py",
        "                if answer is not None:\n                    return _Done(answer[0], is_stored=True)",
        "",
        ("tests/core/test_gateway.py", "tests/core/test_orders.py"),
    ),
    Mutant(
        "an operation asks nobody for the permission",
        _CORE + "admission.py",
        "    if permission in caller.permissions:",
        "    if True:",
        ("tests/servers/test_faults_twice.py", "tests/core/test_gateway.py"),
    ),
    Mutant(
        "two carts are added up at the sign-in, and hold what nobody has",
        _CORE + "carts/service_merge.py",
        "    larger = max(mine, line, key=lambda each: each.quantity)",
        "    larger = replace(mine, quantity=mine.quantity + line.quantity)",
        ("tests/core/test_cart_merge.py",),
    ),
    Mutant(
        "a hold can be made longer for ever",
        _CORE + "carts/deadline.py",
        "    fresh = min(tx.now + holds.duration, hold_limit)",
        "    fresh = tx.now + holds.duration",
        ("tests/core/test_cart_holds.py",),
    ),
    Mutant(
        "an ended hold is sold as if it still ran",
        _CORE + "carts/service_upkeep.py",
        "cart.held_until is not None and not cart.is_over(tx.now)",
        "cart.held_until is not None",
        ("tests/core/test_orders_ended_holds.py",),
    ),
    Mutant(
        "a sweep ends carts and keeps their stock",
        _CORE + "carts/service_upkeep.py",
        "    inventory.lock_and_free(tx, list(due))",
        "    pass",
        ("tests/core/test_cart_holds.py", "tests/simulation/test_simulation.py"),
    ),
    Mutant(
        "a dearer price is charged without a word",
        _CORE + "orders/pricing.py",
        "    price = min(line.locked, line.current)",
        "    price = line.current",
        ("tests/core/test_orders_prices.py",),
    ),
    Mutant(
        "a letter counts as sent before it left",
        _CORE + "notifications/sender.py",
        "    try:\n        port.send(claimed.letter)",
        "    gateway.run(note_sent, claimed.mail_id)\n    try:\n        port.send(claimed.letter)",
        ("tests/core/test_notifications_sending.py",),
    ),
    Mutant(
        "a change goes by the lines that its cart had before it waited for it",
        _CORE + "carts/store_owned.py",
        "    if cart.version != seen_version:\n",
        "    if False:\n",
        ("tests/core/test_cart_lock.py",),
        needs_servers=True,
    ),
    Mutant(
        "a cart whose hold staff released counts no new version",
        _CORE + "inventory/store_holds.py",
        '    tx.connection.execute(_COUNT_VERSIONS, {"carts": list(cart_ids)})\n',
        "",
        ("tests/core/test_cart_lock.py",),
        needs_servers=True,
    ),
    Mutant(
        "stock leaves the shelf without a row in the ledger",
        _CORE + "inventory/store_holds.py",
        "    run_together(tx.connection, _NOTE_SALE, {**lines, **facts}, along)",
        '    run_together(tx.connection, _SELL, {**lines, "of_skus": []}, along)',
        ("tests/core/test_orders.py", "tests/simulation/test_simulation.py"),
    ),
    Mutant(
        "a drill that found a broken promise ends as if there were none",
        "micromart_cli/commands/drill.py",
        "    if done.violations:\n",
        "    if False:\n",
        ("tests/cli/test_drill.py",),
    ),
    Mutant(
        "a drill knocks at the broker and the Redis of the shop itself",
        _CORE + "maintenance/drill_copy.py",
        "        shop=settings.shop,\n",
        "        shop=settings.shop,\n        broker=settings.broker,\n        redis=settings.redis,\n",
        ("tests/cli/test_drill.py",),
    ),
)

"""The cart from the command line: adding is relative, setting is absolute."""

TEA, MUG = "TEA-01", "MUG-01"


def test_an_empty_cart_has_no_id_and_no_lines(cli, shop):
    cart = cli("cart", "show", "--json", by=shop.guest("g1")).json

    assert (cart["id"], cart["lines"], cart["owner"]) == (None, [], "session")
    assert cart["held_until"] is None


def test_adding_is_relative_and_the_answer_is_the_cart(cli, shop):
    shop.stocks(TEA, on_hand=5, price="4.50")
    guest = shop.guest("g1")
    cli("cart", "add", TEA, by=guest)

    ran = cli("cart", "add", TEA, "--quantity", "2", "--json", by=guest)

    assert ran.code == 0
    (line,) = ran.json["lines"]
    assert line == {
        "sku": TEA,
        "name": "The TEA-01",
        "quantity": 3,
        "price": {"amount": "4.50", "currency": "USD"},
        "total": {"amount": "13.50", "currency": "USD"},
    }
    assert ran.json["held_until"].endswith("Z")
    assert ran.json["total"] == {"amount": "13.50", "currency": "USD"}


def test_set_is_absolute_and_zero_removes(cli, shop):
    shop.stocks(TEA, on_hand=5)
    guest = shop.guest("g1")

    assert cli("cart", "set", TEA, "4", "--json", by=guest).json["lines"][0]["quantity"] == 4
    assert cli("cart", "set", TEA, "0", "--json", by=guest).json["lines"] == []
    assert shop.raw_stock(TEA).held == 0


def test_more_than_there_is_is_refused_with_the_facts(cli, shop):
    shop.stocks(TEA, on_hand=2)

    ran = cli("cart", "add", TEA, "--quantity", "3", "--json", by=shop.guest("g1"))

    assert ran.code == 4
    assert ran.out == ""
    assert ran.error["code"] == "stock.insufficient"
    assert ran.error["details"] == {"sku": TEA, "wanted": 3, "available": 2}


def test_quantities_that_mean_nothing_are_usage_errors(cli, shop):
    shop.stocks(TEA, on_hand=2)
    guest = shop.guest("g1")

    for words in (
        ["add", TEA, "--quantity", "0"],
        ["add", TEA, "--quantity", "-1"],
        ["add", TEA, "--quantity", "two"],
        ["set", TEA, "-1"],
        ["set", TEA, "x"],
        ["set", TEA],
        ["add"],
    ):
        assert cli("cart", *words, by=guest).code == 2, words


def test_more_than_a_cart_takes_is_refused_by_rule(cli, shop):
    shop.stocks(TEA, on_hand=200)
    guest = shop.guest("g1")
    cli("cart", "add", TEA, "--quantity", "99", by=guest)

    assert cli("cart", "add", TEA, by=guest).code == 4


def test_an_unknown_product_is_not_found(cli, shop):
    assert cli("cart", "add", "NOPE", by=shop.guest("g1")).code == 3


def test_removing_and_clearing_put_things_back(cli, shop):
    shop.stocks(TEA, on_hand=2)
    shop.stocks(MUG, on_hand=2)
    guest = shop.guest("g1")
    for sku in (TEA, MUG):
        cli("cart", "add", sku, by=guest)

    left = cli("cart", "remove", TEA, "--json", by=guest).json["lines"]
    assert [line["sku"] for line in left] == [MUG]
    assert cli("cart", "clear", "--json", by=guest).json["lines"] == []
    assert shop.raw_stock(MUG).held == 0


def test_a_cart_is_extended_once_to_its_limit(cli, shop, clock):
    shop.stocks(TEA, on_hand=2)
    guest = shop.guest("g1")
    cli("cart", "add", TEA, by=guest)

    first = cli("cart", "extend", "--json", by=guest).json
    again = cli("cart", "extend", "--json", by=guest).json

    assert first["held_until"] == first["hold_limit"] == again["held_until"]
    assert first["extended"] is True


def test_an_ended_cart_is_shown_and_restored(cli, shop, clock):
    shop.stocks(TEA, on_hand=2)
    guest = shop.guest("g1")
    cli("cart", "add", TEA, by=guest)
    clock.advance(minutes=11)

    ended = cli("cart", "show", "--json", by=guest).json
    restored = cli("cart", "restore", "--json", by=guest)

    assert (ended["status"], ended["lines"]) == ("expired", [])
    assert [line["sku"] for line in ended["restorable"]] == [TEA]
    assert restored.code == 0
    assert restored.json["lines"][0]["quantity"] == 1
    assert (restored.json["missing"], restored.json["dearer"]) == ([], [])


def test_a_restore_that_brings_nothing_back_shows_what_is_gone_and_is_refused(cli, shop, clock):
    shop.stocks(TEA, on_hand=1)
    guest = shop.guest("g1")
    cli("cart", "add", TEA, by=guest)
    clock.advance(minutes=11)
    cli("cart", "add", TEA, by=shop.guest("g2"))

    ran = cli("cart", "restore", "--json", by=guest)

    assert ran.code == 4
    assert ran.json["missing"] == [TEA]
    assert ran.error["details"]["missing"] == [TEA]


def test_carts_are_listed_and_paged(cli, shop, clock):
    shop.stocks(TEA, on_hand=9)
    guest = shop.guest("g1")
    for _ in range(2):
        cli("cart", "add", TEA, by=guest)
        clock.advance(minutes=20)
    cli("cart", "show", by=guest)

    first = cli("cart", "list", "--limit", "1", "--json", by=guest).json
    second = cli("cart", "list", "--limit", "1", "--after", first["next"], "--json", by=guest).json

    assert len(first["items"]) == len(second["items"]) == 1
    assert first["items"][0]["id"] != second["items"][0]["id"]


def test_a_list_of_carts_shows_no_total_of_nothing(cli, shop):
    shop.stocks(TEA, on_hand=9, price="4.50")
    guest = shop.guest("g1")
    cli("cart", "add", TEA, by=guest)
    held = cli("cart", "list", by=guest)
    cli("cart", "clear", by=guest)

    empty, script = cli("cart", "list", by=guest), cli("cart", "list", "--json", by=guest)

    assert "$4.50" in held.out
    assert "$0.00" not in empty.out
    assert script.json["items"][0]["total"]["amount"] == "0.00"


def test_everybodys_carts_are_for_staff(cli, shop):
    assert cli("cart", "list", "--all", by=shop.guest("g1")).code == 6
    assert cli("cart", "list", "--all", by=shop.shopper("ann")).code == 7
    assert cli("cart", "list", "--all", "--json", by=shop.staff()).json == {"items": [], "next": None}


def test_a_person_sees_names_prices_and_the_clock(cli, shop):
    shop.stocks(TEA, on_hand=5, price="4.50")
    guest = shop.guest("g1")

    shown = cli("cart", "add", TEA, "--quantity", "2", by=guest).out

    assert "The TEA-01" in shown
    assert "$9.00" in shown
    assert "10:00" in shown

"""micromart shop --plain: the shop through a pipe."""


def test_without_a_terminal_it_is_served_in_lines(micromart, home):
    ran = micromart("shop", "--plain", stdin="search mug\n1\nadd 2\n\x1b[31mcart\nq\n")

    assert ran.code == 0
    assert "Your cart holds 2 of Null Mug." in ran.out
    assert "What you picked is held until" in ran.out
    assert "\x1b" not in ran.out
    assert micromart("cart", "show", "--json").json["lines"][0]["quantity"] == 2


def test_it_begins_where_it_is_told_and_ends_with_its_input(micromart, home):
    ran = micromart("shop", "--plain", "--at", "nm-001", stdin="")

    assert ran.code == 0
    assert "Null Mug. stoneware, 330 ml" in ran.out
    assert micromart("shop", "--plain", "--at", "NO-1", stdin="").code == 3


def test_what_is_no_text_is_no_answer(micromart, home):
    ran = micromart("shop", "--plain", stdin="x" * 10_000 + "\nq\n")

    assert ran.code == 0
    assert "says nothing here" in ran.out

from hypothesis import given
from hypothesis import strategies as st

from micromart_core.orders.numbers import name_of, new_number, number_in

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
numbers = st.text(SYMBOLS, min_size=6, max_size=6).map(lambda symbols: f"MM-{symbols}")


def test_numbers_have_a_prefix_and_six_symbols_nobody_mistakes():
    for _ in range(200):
        number = new_number()
        assert number.startswith("MM-")
        assert len(number) == 9
        assert not set(number[3:]) & set("ILOU")


def test_numbers_are_not_a_sequence():
    drawn = [new_number() for _ in range(200)]

    assert len(set(drawn)) == 200
    assert drawn != sorted(drawn)


@given(numbers)
def test_a_number_is_known_however_it_is_written_down(number):
    assert number_in(number) == number
    assert number_in(number.lower()) == number
    assert number_in(f" {number[3:6]} {number[6:]} ") == number
    assert number_in(number.replace("0", "O").replace("1", "l")) == number


def test_what_is_no_number_is_an_id():
    assert number_in("ord_0198c0de") is None
    assert name_of(" ord_0198c0de ") == "ord_0198c0de"
    assert name_of("mm7q2k4f") == "MM-7Q2K4F"
    assert number_in("MM-UUUUUU") is None


@given(st.text())
def test_no_text_breaks_the_reading(text):
    assert name_of(text) is not None

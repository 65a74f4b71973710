"""Which passwords are refused, and that no rule about signs stands in the way of a good one."""

import pytest

from micromart_core.authentication.model import WeakPassword
from micromart_core.authentication.passwords import common_passwords, refuse_weak
from micromart_core.authentication.secrets import CODE_SIGNS, new_code


def check(password: str) -> None:
    refuse_weak(password, "annabelle-brook", "anna.b.long@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevensigns",
        "x" * 6 + "y" * 5 + "é" * 118,
        "password1234",
        "Password1234",
        "P@ssw0rd2026!",
        "!!qwertyuiop12",
        "iloveyou!!!!!!",
        "letmeinletmein",
        "123456789012",
        "210987654321",
        "abcdefghijkl",
        "asdfghjklzxcvbnm",
        "aaaaaaaaaaaa",
        "abababababab",
        "1q2w3e4r5t6y",
        "annabelle-brook",
        "ANNABELLE-BROOK2026",
        "anna.b.long@example.org",
        "anna.b.long!!",
        "twelve\ud800signs!",
    ],
)
def test_what_would_be_guessed_is_refused(password):
    with pytest.raises(WeakPassword) as refusal:
        check(password)
    assert password not in str(vars(refusal.value))


@pytest.mark.parametrize(
    "password",
    [
        "copper kettle on the hob",
        "correct horse battery staple",
        "только мы вдвоём",
        "キッチンの銅のやかん十二",
        "🫖🐦🚣‍♀️🪵🕯️🧵🪡🧺🪣🧹",
        "annabelle has a boat",
        "k7#v" * 3 + "!",
        "e" + "xq" * 63 + "z",
    ],
)
def test_any_unicode_of_a_fair_length_is_taken(password):
    check(password)


def test_the_shipped_list_has_three_thousand_and_more():
    listed = common_passwords()

    assert len(listed) >= 3000
    assert sum(len(password) >= 12 for password in listed) >= 2000
    assert all(password == password.casefold() for password in listed)


def test_every_listed_password_that_is_long_enough_is_refused():
    for password in common_passwords():
        with pytest.raises(WeakPassword):
            check(password)


def test_codes_have_fifty_nine_bits_and_no_signs_that_look_alike():
    assert len(CODE_SIGNS) ** 12 >= 2**59
    assert not set("01ILO") & set(CODE_SIGNS)
    assert len({new_code() for _ in range(1000)}) == 1000

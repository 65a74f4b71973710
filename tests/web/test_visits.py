"""Who comes back with their own secret finds their own folder, and nobody else's."""

import stat

import pytest

from micromart_daemon.web.visits import Visits, new_secret

ANN, BOB = new_secret(), new_secret()
KEPT_SECONDS = 60.0


class Watch:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def visits(tmp_path, watch):
    return Visits(tmp_path, keep_seconds=KEPT_SECONDS, most=2, now=watch)


def test_who_comes_back_finds_what_they_left(visits, watch):
    with visits.entered(ANN) as home:
        (home / "cart-secret").write_text("ann's")
    watch.seconds += KEPT_SECONDS - 1

    with visits.entered(ANN) as home:
        assert (home / "cart-secret").read_text() == "ann's"
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_two_visitors_have_two_folders_whose_names_open_nothing(visits):
    with visits.entered(ANN) as anns, visits.entered(BOB) as bobs:
        assert anns != bobs
        assert ANN not in str(anns)
        with visits.entered(anns.name) as guessed:
            assert guessed not in (anns, bobs)


def test_what_was_left_too_long_ago_is_thrown_away(visits, watch, tmp_path):
    with visits.entered(ANN):
        pass
    watch.seconds += KEPT_SECONDS

    visits.forget_old()

    assert list(tmp_path.iterdir()) == []


def test_an_open_page_keeps_its_folder_however_long_it_is_open(visits, watch):
    with visits.entered(ANN) as home:
        watch.seconds += 10 * KEPT_SECONDS
        with visits.entered(ANN) as second_window:
            assert second_window == home
        visits.forget_old()
        assert home.is_dir()


def test_of_too_many_who_left_the_first_is_forgotten(visits, watch):
    homes = []
    for secret in (ANN, BOB, new_secret()):
        watch.seconds += 1
        with visits.entered(secret) as home:
            homes.append(home)

    visits.forget_old()

    assert [home.exists() for home in homes] == [False, True, True]


@pytest.mark.parametrize("secret", [None, "", "../../etc", "x" * 5000, "a" * 42, "é" * 43])
def test_what_is_no_secret_opens_a_folder_that_ends_with_the_page(visits, tmp_path, secret):
    with visits.entered(secret) as home:
        assert home.parent == tmp_path
    assert list(tmp_path.iterdir()) == []

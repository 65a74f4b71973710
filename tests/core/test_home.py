"""The folders of a home, and the secret of its anonymous cart."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from micromart_core.cart_secret import SecretUnsafe, cart_secret_of, renew_cart_secret
from micromart_core.home import FolderUnusable, NobodysHome, find_home, make_private, os_user, this_source


def test_one_directory_holds_all_four_when_asked(tmp_path):
    home = find_home({"MICROMART_HOME": str(tmp_path)})

    assert [home.config, home.data, home.state, home.cache] == [
        tmp_path / name for name in ("config", "data", "state", "cache")
    ]


def test_a_relative_home_stays_where_it_was_meant(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert find_home({"MICROMART_HOME": "here"}).data == tmp_path / "here/data"


def test_without_it_the_folders_are_the_systems_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert find_home(os.environ | {"MICROMART_HOME": ""}).state == tmp_path / "micromart"


def test_the_home_of_nobody_on_this_machine_is_refused():
    with pytest.raises(NobodysHome, match="~nobody-of-this-name leads nowhere"):
        find_home({"MICROMART_HOME": "~nobody-of-this-name"})


def test_made_folders_are_their_owners_alone_and_found_ones_are_left(tmp_path):
    tmp_path.chmod(0o755)

    made = make_private(tmp_path / "a/b")

    assert (made.stat().st_mode & 0o777, made.parent.stat().st_mode & 0o777) == (0o700, 0o700)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_nobody_takes_another_name_by_the_environment(monkeypatch):
    told = (os_user(), this_source())

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")

    assert (os_user(), this_source()) == told
    assert told[1].startswith(f"{told[0]}@")


def test_a_user_without_a_name_is_a_number(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 54321)

    assert os_user() == "54321"


def test_what_cannot_be_a_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()

    for folder in (tmp_path / "file", tmp_path / "file/below", Path("/proc/nothing/here")):
        with pytest.raises(FolderUnusable):
            make_private(folder)


@pytest.fixture
def home(tmp_path):
    return find_home({"MICROMART_HOME": str(tmp_path)})


def test_the_secret_stays_and_its_file_is_its_owners_alone(home):
    secret = cart_secret_of(home)
    file = home.state / "cart-secret"

    assert cart_secret_of(home) == secret
    assert len(secret) >= 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in home.state.iterdir()] == ["cart-secret"]


def test_a_new_secret_replaces_the_old_one(home):
    old = cart_secret_of(home)

    assert renew_cart_secret(home) == cart_secret_of(home) != old


def test_on_a_full_disk_the_old_secret_stays_and_nothing_else_is_left(home, monkeypatch):
    old = cart_secret_of(home)

    def full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FolderUnusable):
        renew_cart_secret(home)

    assert cart_secret_of(home) == old
    assert [each.name for each in home.state.iterdir()] == ["cart-secret"]


def test_first_calls_at_the_same_time_agree(home):
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda _: cart_secret_of(home), range(32)))) == 1


@pytest.mark.parametrize("spoil", ["link", "mode", "empty", "pipe", "folder"])
def test_a_file_that_others_could_have_laid_there_is_refused(home, tmp_path, spoil):
    cart_secret_of(home)
    file = home.state / "cart-secret"
    if spoil == "mode":
        file.chmod(0o644)
    elif spoil == "empty":
        file.write_text("")
    elif spoil == "pipe":
        file.unlink()
        os.mkfifo(file, 0o600)
    elif spoil == "folder":
        file.unlink()
        file.mkdir(mode=0o700)
    else:
        file.rename(tmp_path / "planted")
        file.symlink_to(tmp_path / "planted")

    with pytest.raises(SecretUnsafe):
        cart_secret_of(home)

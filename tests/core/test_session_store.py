"""The file of a home's session: its owner's alone, replaced whole, refused when others could have touched it."""

import os
import stat

import pytest

from micromart_core.adapters.session_store import SessionStore, SessionUnsafe, StoredSession
from micromart_core.home import FolderUnusable, find_home

ANN = StoredSession("ann", "urn:micromart:local:shop_1", "canary-token-ann")
BOB = StoredSession("bob", "urn:micromart:local:shop_1", "canary-token-bob")


@pytest.fixture
def store(tmp_path) -> SessionStore:
    return SessionStore(find_home({"MICROMART_HOME": str(tmp_path)}))


def mode_of(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_is_signed_in_at_first(store):
    assert store.load() is None


def test_a_session_is_kept_replaced_and_forgotten(store):
    store.save(ANN)
    store.save(BOB)
    assert store.load() == BOB

    store.clear()
    store.clear()
    assert store.load() is None


def test_the_file_is_0600_in_a_0700_folder_whatever_the_umask(store):
    before = os.umask(0)
    try:
        store.save(ANN)
    finally:
        os.umask(before)

    assert (mode_of(store.file), mode_of(store.file.parent)) == (0o600, 0o700)
    assert [path.name for path in store.file.parent.iterdir()] == ["session.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_others_may_use_is_refused(store, mode):
    store.save(ANN)
    store.file.chmod(mode)

    with pytest.raises(SessionUnsafe) as refusal:
        store.load()
    assert ANN.token not in f"{refusal.value} {vars(refusal.value)}"


def test_a_folder_others_may_enter_is_refused(store):
    store.save(ANN)
    store.file.parent.chmod(0o770)

    with pytest.raises(SessionUnsafe):
        store.load()
    with pytest.raises(SessionUnsafe):
        store.save(BOB)


@pytest.mark.parametrize("damage", ["pipe", "nested"])
def test_what_would_keep_its_reader_for_ever_or_break_it_is_refused(store, damage):
    store.save(ANN)
    store.file.unlink()
    if damage == "pipe":
        os.mkfifo(store.file, 0o600)
    else:
        store.file.write_bytes(b'{"x": ' + b"[" * 100_000)
        store.file.chmod(0o600)

    with pytest.raises(SessionUnsafe):
        store.load()


def test_a_symbolic_link_is_refused_and_never_written_through(store, tmp_path):
    store.save(ANN)
    elsewhere = tmp_path / "elsewhere"
    store.file.rename(elsewhere)
    store.file.symlink_to(elsewhere)

    with pytest.raises(SessionUnsafe):
        store.load()

    before = elsewhere.read_bytes()
    store.save(BOB)
    assert elsewhere.read_bytes() == before
    assert store.load() == BOB


def test_another_users_file_is_refused(store, monkeypatch):
    store.save(ANN)
    monkeypatch.setattr(os, "geteuid", lambda: 54321)

    with pytest.raises(SessionUnsafe):
        store.load()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"user": 1}', b"\xff"])
def test_what_is_no_session_is_said_to_be_none(store, body):
    store.save(ANN)
    store.file.write_bytes(body)

    with pytest.raises(SessionUnsafe):
        store.load()


def test_a_full_disk_leaves_the_old_session_whole(store, monkeypatch):
    store.save(ANN)

    def full(_file):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(FolderUnusable, match="cannot be used"):
            store.save(BOB)

    assert store.load() == ANN
    assert [path.name for path in store.file.parent.iterdir()] == ["session.json"]


def test_a_token_is_in_no_repr():
    assert ANN.token not in repr(ANN)

"""A key brings back a cart, once its signature was right; it is kept as a hash, and signs nobody in."""

import asyncssh
import pytest

pytestmark = pytest.mark.anyio


class Silent(asyncssh.SSHClient):
    """A client that answers when it is asked nothing."""

    def kbdint_auth_requested(self) -> str:
        return ""


class Forged(asyncssh.public_key.SSHLocalKeyPair):
    """Somebody's public key, with signatures of another one."""

    def __init__(self, known: asyncssh.SSHKey, own: asyncssh.SSHKey) -> None:
        super().__init__(own, None, None, None)
        self.public_data = known.public_data


async def test_a_key_brings_its_cart_back(service, key):
    async with service.connected(key) as ann, service.window(ann) as window:
        await window.sees("Null Mug")
        await window.adds("Null Mug")
        window.press("q")
        await window.ends()
        assert "connect again and go on" in window.text

    async with service.connected(key) as again, service.window(again, "cart") as window:
        await window.sees("Null Mug")
        await window.sees("09:")


async def test_another_key_and_no_key_find_carts_of_their_own(service, key, other_key):
    async with service.connected(key) as ann, service.window(ann) as window:
        await window.sees("Null Mug")
        await window.adds("Null Mug")
    for whose, options in ((other_key, {}), (None, {}), (None, {"username": "x", "client_factory": Silent})):
        async with service.connected(whose, **options) as other, service.window(other, "cart") as window:
            await window.sees("Nothing here yet.")


async def test_who_only_names_a_key_without_having_it_does_not_find_its_cart(service, key, other_key):
    async with service.connected(key) as ann, service.window(ann) as window:
        await window.sees("Null Mug")
        await window.adds("Null Mug")
    forged = {"client_keys": [Forged(key, other_key)], "username": "ann"}
    with pytest.raises(asyncssh.PermissionDenied):
        async with service.connected(**forged):
            pass
    async with (
        service.connected(**forged, client_factory=Silent) as thief,
        service.window(thief, "cart") as window,
    ):
        await window.sees("Nothing here yet.")


async def test_nothing_of_a_key_is_kept_but_a_hash(start, key):
    service = start()
    async with service.connected(key) as ann, service.window(ann) as window:
        await window.sees("Null Mug")
        await window.adds("Null Mug")
    service.stop()

    kept = b"".join(
        file.read_bytes() for file in service.home.rglob("*") if file.is_file() and file.name != "ssh-host-key"
    )
    public = key.export_public_key().split()[1]
    assert b"cart_" in kept
    assert public not in kept + service.log.read_bytes()
    assert key.public_data not in kept
    assert key.get_fingerprint().encode() not in kept + service.log.read_bytes()

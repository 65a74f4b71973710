"""A sign-in whose disk is full when it must be renewed: told as such, and mended by space alone."""

import json

import pytest

from tests.cli.at_issuer import settings_of

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture
def env(keycloak, home, small_disk, tmp_path):
    """The home is on the small disk, the shop is not."""
    here = {"MICROMART_HOME": str(small_disk / "home"), "MICROMART_DATABASE__URL": f"sqlite:///{tmp_path / 'shop.db'}"}
    return settings_of(keycloak) | here


def test_a_sign_in_that_could_not_be_kept_is_not_renewed_and_goes_on_with_space(
    keycloak, micromart, env, small_disk, home_elsewhere, sign_in
):
    ann = keycloak.person()
    assert micromart("db", "upgrade", env=env).code == 0
    assert sign_in(ann, env).code == 0
    folder = home_elsewhere.home_at_shop(small_disk / "home").state / "identity"
    [kept] = folder.glob("*.json")
    held = json.loads(kept.read_text()) | {"expires_at": 0.0}
    kept.write_text(json.dumps(held))
    with pytest.raises(OSError, match="No space left"):
        fill(small_disk)

    for _ in range(2):
        full = micromart("profile", "show", "--json", env=env)
        assert (full.code, full.error["code"], full.error["why"]) == (1, "home.unusable", "No space left on device")
        assert json.loads(kept.read_text()) == held
        assert list(folder.glob("*.new")) == []
    (small_disk / "ballast").unlink()

    assert micromart("profile", "show", "--json", env=env).json["username"] == ann.name
    assert json.loads(kept.read_text())["refresh_token"] != held["refresh_token"]
    assert not (small_disk / "home" / "state" / "crashes").exists()


def fill(disk) -> None:
    """Write until nothing more can be written."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 4096)

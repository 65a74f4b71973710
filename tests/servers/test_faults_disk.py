"""A disk that is full, read-only, damaged or gone: refused in one sentence, nothing half-written (FAULTS F9)."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.database_errors import StorageBroken, StorageFull, StorageReadOnly
from micromart_core.errors import MicroMartError
from micromart_core.home import Home
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.maintenance.doctor import examine
from micromart_core.orders.service import place_order
from micromart_core.settings import CheckoutSettings, Settings
from tests.chaos.invariants import violations
from tests.conftest import ShopUnderTest

pytestmark = pytest.mark.slow
TEA = Sku("TEA-01")
SETTINGS = Settings(checkout=CheckoutSettings(require_address=False))
NOBODY = 65534
PAGE = 4096


@pytest.fixture
def open_at():
    """A function that opens the shop at a path."""
    opened = []

    def open_one(path: Path) -> ShopUnderTest:
        opened.append(ShopUnderTest(f"sqlite:///{path}", None, path.parent, SETTINGS))
        return opened[-1]

    yield open_one
    for shop in opened:
        shop.close()


@pytest.fixture
def make_at(sqlite_template, open_at):
    """A function that lays a shop with some tea at a path and opens it."""

    def make(path: Path) -> ShopUnderTest:
        shutil.copy(sqlite_template, path)
        shop = open_at(path)
        shop.stocks(TEA, on_hand=500)
        return shop

    return make


@pytest.fixture
def roomy_disk(small_disk):
    os.system(f"mount -o remount,size=16m '{small_disk}'")
    return small_disk


def leave_free(disk: Path, pages: int) -> None:
    """Fill the disk up to some pages."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast.write_bytes(b"x" * max(0, free - pages * PAGE))


def try_to_buy(shop: ShopUnderTest, name: str) -> bool:
    """Buy one tea; False when the disk was full, whatever it was that said so."""
    try:
        shop.shopper(name).run(set_quantity, TEA, 1)
        shop.shopper(name).run(place_order)
    except StorageFull:
        return False
    return True


def test_wherever_the_disk_gets_full_nothing_is_half_written(make_at, roomy_disk):
    shop = make_at(roomy_disk / "shop.db")
    bought = []
    for pages in range(60):
        leave_free(roomy_disk, pages)
        if try_to_buy(shop, f"p{pages}"):
            bought.append(pages)
        assert violations(shop.database, at_rest=False) == []
    (roomy_disk / "ballast").unlink()

    assert 0 < len(bought) < 60
    assert shop.rows("SELECT count(*) FROM orders") == [(len(bought),)]
    assert shop.raw_stock(TEA).on_hand == 500 - len(bought)
    assert try_to_buy(shop, "late")
    shop.deliver()
    assert violations(shop.database) == []
    assert shop.operator().run(verify_stock).ok


def test_a_shop_that_is_opened_on_a_full_disk_says_so_and_works_with_space(make_at, open_at, roomy_disk):
    make_at(roomy_disk / "shop.db").close()
    leave_free(roomy_disk, 0)
    shop = open_at(roomy_disk / "shop.db")

    with pytest.raises(StorageFull):
        shop.guest("ann").run(show_cart)
    with pytest.raises(StorageFull):
        shop.guest("ann").run(set_quantity, TEA, 1)
    (roomy_disk / "ballast").unlink()

    assert try_to_buy(shop, "ann")


@pytest.fixture
def as_nobody():
    """A folder of somebody whom permissions stop; root gives up its rights for the test."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        yield folder
        folder.chmod(0o700)
        if os.getuid() == 0:
            os.seteuid(0)


@pytest.mark.parametrize("folder_rights", [0o500, 0o700], ids=["folder too", "file only"])
def test_a_read_only_shop_refuses_and_stays_as_it_is(make_shop_file, open_at, as_nobody, folder_rights):
    path = as_nobody / "shop.db"
    path.write_bytes(make_shop_file)
    path.chmod(0o400)
    as_nobody.chmod(folder_rights)
    shop = open_at(path)

    with pytest.raises(StorageReadOnly) as told:
        shop.guest("ann").run(set_quantity, TEA, 1)

    assert told.value.exit_code == 1
    assert told.value.hint
    assert path.read_bytes() == make_shop_file
    as_nobody.chmod(0o700)
    for file in as_nobody.iterdir():  # SQLite gave the files beside it the same rights
        file.chmod(0o600)
    assert open_at(path).guest("ann").run(set_quantity, TEA, 1).item_count == 1


def test_what_was_left_beside_a_file_that_could_be_read_only_is_named(make_shop_file, open_at, as_nobody, tmp_path):
    path = as_nobody / "shop.db"
    path.write_bytes(make_shop_file)
    path.chmod(0o400)
    shop = open_at(path)
    shop.guest("ann").run(show_cart)
    path.chmod(0o600)

    home = Home(*(tmp_path / name for name in ("config", "data", "state", "cache")))
    database = next(check for check in examine(shop.shop, home).items if check.check == "database")

    assert not database.ok
    assert database.fix == f"chmod u+w {path}-wal"


@pytest.fixture
def make_shop_file(make_at, tmp_path) -> bytes:
    """The bytes of a shop with some tea and a little history."""
    shop = make_at(tmp_path / "origin.db")
    for number in range(30):
        assert try_to_buy(shop, f"p{number}")
    shop.close()
    return (tmp_path / "origin.db").read_bytes()


def damaged_head(shop: bytes) -> bytes:
    return b"not a shop at all" + shop[17:]


def damaged_pages(shop: bytes) -> bytes:
    return shop[: 2 * PAGE] + b"\xff" * (len(shop) - 2 * PAGE)


def cut_short(shop: bytes) -> bytes:
    return shop[: 3 * PAGE]


def no_tables(_shop: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [damaged_head, damaged_pages, cut_short, no_tables])
def test_a_damaged_file_is_told_and_never_a_traceback(tmp_path, make_shop_file, open_at, damage):
    (tmp_path / "shop.db").write_bytes(damage(make_shop_file))
    shop = open_at(tmp_path / "shop.db")

    for what in (
        lambda: shop.guest("ann").run(show_cart),
        lambda: shop.guest("ann").run(set_quantity, TEA, 1),
        lambda: shop.operator().run(verify_stock),
    ):
        with pytest.raises(StorageBroken) as told:
            what()
        assert told.value.hint


def test_a_folder_that_is_gone_is_told(tmp_path, open_at):
    shop = open_at(tmp_path / "gone" / "shop.db")

    with pytest.raises(StorageReadOnly, match="cannot be opened"):
        shop.guest("ann").run(show_cart)
    with pytest.raises(MicroMartError):
        shop.guest("ann").run(set_quantity, TEA, 1)

"""A shop behind its gateway, and a door for browsers in front of it: two processes, as an owner runs them."""

import os
import shutil
from pathlib import Path

import pytest

from tests.served import ServedProcess, ShopBehind


class WebProcess(ServedProcess):
    """`micromartd web` with settings of its own and nothing else."""

    def __init__(self, folder, **settings: str) -> None:
        self.home, self.temporary = folder / "home", folder / "tmp"
        self.temporary.mkdir(parents=True)
        super().__init__(folder, "web", TMPDIR=str(self.temporary), **settings)
        self.url = f"http://127.0.0.1:{self.port}"

    def storefronts(self) -> list[Path]:
        """The processes that it began, by their folders under /proc."""
        found = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [Path("/proc", pid) for file in found for pid in file.read_text().split()]


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def shop_behind(tmp_path_factory):
    shop = ShopBehind(tmp_path_factory.mktemp("behind"))
    yield shop
    shop.gateway.stop()


@pytest.fixture
def opens(shop_behind, tmp_path):
    """A function that opens the door for browsers under settings of its own."""
    opened = []

    def opens(**settings: str) -> WebProcess:
        said = {"MICROMART_SHOP__URL": shop_behind.url} | settings
        opened.append(WebProcess(tmp_path / f"web{len(opened)}", **said))
        return opened[-1]

    yield opens
    for web in opened:
        web.stop()


@pytest.fixture
def chromium_is_here() -> None:
    if shutil.which("chromium") is None:
        told = "the Debian package chromium is missing: ./dev test installs it as root, else apt-get install chromium"
        pytest.fail(told) if os.environ.get("MICROMART_REQUIRE_STACK") else pytest.skip(told)

"""What is costly to make is made once, for whoever runs it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.deploy.image import USER, build
from tests.deploy.operating_files import run


@pytest.fixture(scope="session")
def home_of_a_shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    assert run("micromart", "product", "list", home=folder).returncode == 0
    return folder


@pytest.fixture(scope="session")
def image():
    root = Path(tempfile.mkdtemp(prefix="micromart-image-"))  # not tmp_path: others may not enter that
    root.chmod(0o755)
    yield build(root)
    shutil.rmtree(root)


@pytest.fixture
def home(image):
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=image.root))
    os.chown(folder, USER, USER)
    return folder

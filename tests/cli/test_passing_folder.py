"""A folder for what must not outlast a verb, whenever Ctrl-C is pressed."""

import shutil

import pytest

from micromart_cli.passing_folder import passing_folder


def test_a_ctrl_c_that_falls_while_the_folder_is_emptied_leaves_nothing(monkeypatch):
    empties, fell = shutil.rmtree, []

    def is_interrupted_once(*words, **facts):
        if not fell:
            fell.append(words)
            raise KeyboardInterrupt
        empties(*words, **facts)

    monkeypatch.setattr(shutil, "rmtree", is_interrupted_once)
    with pytest.raises(KeyboardInterrupt), passing_folder("micromart-test-") as folder:
        (folder / "shop.db").touch()

    assert fell
    assert not folder.exists()

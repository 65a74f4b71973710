"""The demo: a whole purchase by real operations, and nothing left behind."""

import re


def test_it_tells_a_whole_purchase_and_leaves_nothing(micromart, home, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    ran = micromart("demo", env={"TMPDIR": str(scratch)}, timeout=60)

    assert ran.code == 0, ran.err
    assert ran.err == ""
    number = re.search(r"MM-\w+", ran.out)[0]
    assert f"We have your order {number}" in ran.out
    assert re.search(r"code: \w{4}-\w{4}-\w{4}", ran.out)
    assert "held for you" in ran.out
    assert "are free again" in ran.out
    assert "receipt" in ran.out
    assert list(scratch.iterdir()) == []
    assert not home.exists()


def test_nobodys_settings_reach_it(micromart):
    ran = micromart("demo", env={"MICROMART_DATABASE__URL": "postgresql://nobody@127.0.0.1:1/none"}, timeout=60)

    assert ran.code == 0

"""The rules that ring: they name figures that there are; promtool sees each ring, and none without a reason."""

import re
import subprocess
from pathlib import Path

import pytest

from micromart_daemon.metrics import ShopCollector
from tests.stack_servers import program_of

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = FOLDER / "micromart.rules.yml"


@pytest.fixture(scope="module")
def promtool() -> str:
    return program_of("prometheus", "promtool")


def test_every_figure_of_the_rules_is_told(shop):
    named = set(re.findall(r"micromart_\w+", RULES.read_text()))

    told = {sample.name for family in ShopCollector(shop.shop).collect() for sample in family.samples}

    assert len(named) == 8
    assert named <= told


def test_each_rule_is_tried_both_ways():
    alerts = re.findall(r"alert: (\w+)", RULES.read_text())
    tried = (FOLDER / "micromart.rules.test.yml").read_text()

    for alert in alerts:
        assert f"{{alertname: {alert}, eval_time: 20m, exp_alerts: []}}" in tried
        assert f'{{alertname="{alert}"}}' in tried


def test_they_ring_when_they_should_and_only_then(promtool):
    done = subprocess.run(
        [promtool, "test", "rules", "micromart.rules.test.yml"], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""The benchmark of plans measures a quarter, its pins and an impossible one."""

import json

from click.testing import CliRunner

from hotline_sessions.cli.bench import bench


def test_a_small_quarter_is_planned_pinned_and_explained() -> None:
    size = ["--weeks", "3", "--officials", "6", "--lines", "2", "--pins", "3", "--seconds", "4"]

    done = CliRunner().invoke(bench, ["plan", *size, "--json"])

    assert done.exit_code == 0, done.output
    report = json.loads(done.output)
    assert (report["broken_rules"], report["pinned_broken_rules"]) == (0, 0)
    assert (report["pins"], report["pins_kept"]) == (3, 3)
    assert report["wishes"] == 15
    assert report["sessions"] > 3
    assert report["bound"] <= report["cost"]
    assert "least 0" in report["impossible_rules"]

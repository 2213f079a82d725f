import base64
import hashlib
import json
from pathlib import Path

from hotline_sessions.web.assets import assets_folder, read_manifest


FRONTEND = Path(__file__).parents[2] / "frontend"


def test_the_manifest_tells_the_truth_about_every_built_file() -> None:
    for asset in read_manifest().values():
        content = (assets_folder() / asset.file).read_bytes()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()

        assert asset.integrity == f"sha384-{digest}"
        assert hashlib.sha256(content).hexdigest()[:12] in asset.file


def test_nothing_of_the_british_state_is_shipped() -> None:
    for style in assets_folder().glob("*.css"):
        text = style.read_text(encoding="utf-8").lower()

        assert "crest" not in text
        assert "gds transport" not in text
        assert "@font-face" not in text


def test_every_bundled_package_has_its_notice() -> None:
    notices = (assets_folder() / "THIRD_PARTY_NOTICES.txt").read_text(encoding="utf-8")
    packages = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))

    for name, version in packages["dependencies"].items():
        assert f"{name} {version} (" in notices


def test_the_lock_file_names_digests_and_no_addresses() -> None:
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")

    assert '"integrity"' in text
    assert '"resolved"' not in text


def test_a_public_page_stays_light() -> None:
    sizes = [(assets_folder() / read_manifest()[name].file).stat().st_size for name in (
        "public.css", "public.js", "enabled.js")]  # fmt: skip

    assert sum(sizes) < 160_000

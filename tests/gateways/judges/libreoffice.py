"""What LibreOffice makes of a document: a judge that knows nothing of how it was made."""

import shutil
import subprocess
from pathlib import Path

import pytest


PATIENCE_S = 60
"""How long LibreOffice may take, in seconds: it needs one or two, and machines are shared."""
TEXT = "txt:Text (encoded):UTF8"
PDF = "pdf"


def convert(documents: list[Path], form: str, folder: Path) -> list[bytes]:
    """Each of the documents as LibreOffice saves it; skips the test where there is none."""
    program = shutil.which("soffice")
    if program is None:
        # Half a gigabyte, which CI does not fetch for one test: it judges where it is at hand.
        pytest.skip("LibreOffice is not here: apt-get install libreoffice-writer lets it judge")
    # A profile of its own: one that is open already would take the work over and say nothing.
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    done = subprocess.run(  # noqa: S603 - files of the test
        [program, profile, "--headless", "--norestore", "--convert-to", form,
         "--outdir", str(folder), *map(str, documents)],
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    ending = form.partition(":")[0]
    return [(folder / each.with_suffix(f".{ending}").name).read_bytes() for each in documents]

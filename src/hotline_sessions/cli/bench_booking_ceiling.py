"""What the database alone bears: ``pgbench`` with the statement that makes a booking."""

import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from hotline_sessions.cli.bench_booking_world import (
    COMMUNITY,
    QUESTION,
    SLOTS,
    Stage,
    add_places,
    add_proofs,
)
from hotline_sessions.domain.booking_policies import DEFAULT_BOOKING_POLICY
from hotline_sessions.store.book_many import BookingOrder
from hotline_sessions.store.embedded.binaries import find_binaries
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.engine import fetch_value


CLIENTS: Final = 32
THREADS: Final = 2
MOST_PER_SECOND: Final = 10_000
"""Slots that are made ready for each second."""
_FOUND: Final = re.compile(r"actually processed: (?P<done>\d+).*?tps = (?P<tps>[\d.]+)", re.DOTALL)

_SCRIPT: Final = """
\\set turn :turn + 1
\\set number (:turn * {clients} + :client_id) % {slots}
\\set place :number % {sessions}
\\set slot :number / {sessions}
select * from book_many({arguments});
"""
_NONE: Final = "null::text"


async def measure_ceiling(
    stage: Stage, dsn: str, folder: Path, *, letter: str, seconds: int, is_hot: bool
) -> float:
    """Bookings a second that ``pgbench`` makes in slots of its own.

    ``letter`` is with what the names of all that it books begin; another one each time.

    Nothing else must use the database meanwhile.

    Raises:
        EmbeddedServerError: There is no ``pgbench``, or it fails.
    """
    slots = seconds * MOST_PER_SECOND
    count = 1 if is_hot else slots // SLOTS
    names = [f"{letter}{number:09d}" for number in range(count)]
    places = await add_places(stage, count, slots=slots // count, names=names)
    await add_proofs(stage, [f"{letter}{number}" for number in range(slots)])
    script = folder / "ceiling.sql"
    script.write_text(
        _SCRIPT.format(
            clients=CLIENTS,
            slots=slots,
            sessions=count,
            arguments=", ".join(
                _list_arguments(stage, letter, min(each.starts_at for each in places))
            ),
        )
    )
    found = _FOUND.search(run_pgbench(script, dsn, seconds=seconds))
    if found is None:
        raise EmbeddedServerError("pgbench has not said how much it did.")
    made: int = await fetch_value(
        "select count(*) from booking where session = any ($1::bigint[])",
        [place.id for place in places],
    )
    return float(found["tps"]) * made / max(1, int(found["done"]))


def _list_arguments(stage: Stage, letter: str, first: datetime) -> list[str]:
    """What the product hands over for one citizen: settings, then arrays of one element each."""
    start = f"'{first}'::timestamptz + (:place::int + :slot::int) * interval '1 minute'"
    values = {
        "moment": f"'{stage.now}'::timestamptz",
        "session": f"'{letter}' || lpad(:place::text, 9, '0')",
        "proof": f"'{letter}' || :number::text",
        "phone": _NONE,
        "name": _NONE,
        "starts_at": start,
        "community": f"'{COMMUNITY}'",
        "question": f"'{QUESTION}'",
        "wants_call_back": "false",
        "code": "'123456'",
        "code_mac": f"'{letter}' || :number::text",
        "public_id": f"'{letter}' || :number::text",
        "mark": f"'{letter}' || :number::text",
        "digest": f"'{letter}'",
        "language": "'uk'",
        "email": "''",
        "origin": "'web'",
        "author": "null::bigint",
        "replaces": "null::bigint",
    }
    usual = msgspec.json.encode(DEFAULT_BOOKING_POLICY).decode()
    columns = (values[field] for field in BookingOrder.__struct_fields__)
    return [f"'{usual}'", *(f"array[{column}]" for column in columns)]


def run_pgbench(script: Path, dsn: str, *, seconds: int) -> str:
    """What ``pgbench`` prints.

    Raises:
        EmbeddedServerError: There is none, or it fails.
    """
    program = find_binaries() / "pgbench"
    if not program.is_file():
        raise EmbeddedServerError(f"There is no pgbench in {program.parent}.")
    parts = urlsplit(dsn)
    done = subprocess.run(  # noqa: S603 - the command is ours
        [
            program,
            *("-n", "-M", "prepared", "-D", "turn=-1"),
            *("-c", str(CLIENTS), "-j", str(THREADS), "-T", str(seconds), "-f", script),
            *("-h", parse_qs(parts.query)["host"][0], "-U", parts.username or ""),
            parts.path.lstrip("/"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedServerError(f"pgbench has failed: {done.stderr.strip()[-600:]}")
    return done.stdout

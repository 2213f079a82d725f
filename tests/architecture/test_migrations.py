"""Migrations are numbered, and say all that the tables say."""

import re

import pytest

from hotline_sessions.store.migrate import find_drift, list_migrations
from hotline_sessions.store.piccolo_app import MIGRATIONS


NAME = re.compile(r"m(\d{4})_[a-z0-9_]+\.py")


def test_files_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in MIGRATIONS.glob("*.py"))
    numbers = [int(match[1]) for name in names if (match := NAME.fullmatch(name))]
    assert len(numbers) == len(names), f"every file is called mNNNN_what_it_does.py: {names}"
    assert numbers == list(range(1, len(names) + 1))


def test_identifiers_follow_the_order_of_the_files() -> None:
    identifiers = [
        match[1]
        for path in sorted(MIGRATIONS.glob("*.py"))
        if (match := re.search(r'^ID = "(.+)"$', path.read_text(), re.MULTILINE))
    ]
    assert identifiers == list_migrations()


@pytest.mark.anyio
async def test_no_table_has_changed_without_a_migration() -> None:
    assert await find_drift() == []

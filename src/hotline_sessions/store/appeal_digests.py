"""The digest of a card: SHA-256 of all that the register keeps about one appeal.

Said here once more than in the database, whose functions somebody might have changed: who
verifies does not ask them.
"""

from typing import Final


PARTS: Final = (
    "answer",
    "appeal_question",
    "complained_of",
    "resolution",
    "assignment",
    "extension",
    "reply",
    "appeal_exit",
    "appeal_link",
    "past_deadline",
    "appeal_comment",
    "appeal_rating",
    "correction",
    "outer_appeal",
    "letter",
    "attachment",
)
"""Tables whose rows belong to the card that their column ``appeal`` names."""

_EMPTY: Final = """('null', '""', 'false', '0', '[]', '{}')"""


def _filled(row: str) -> str:
    """A row without what is empty: a column that is added later, and empty, changes nothing."""
    return f"""(select coalesce(jsonb_object_agg(key, value), '{{}}')
                  from jsonb_each(to_jsonb({row})) where value not in {_EMPTY})"""


def _part(table: str) -> str:
    return f"""'{table}', (select jsonb_agg({_filled("x")} order by x.id)
                             from {table} x where x.appeal = a.id)"""


DIGEST: Final = f"""sha256(convert_to(jsonb_strip_nulls(jsonb_build_object(
    'appeal', {_filled("a")}, {", ".join(map(_part, PARTS))}))::text, 'UTF8'))"""
"""Of the row ``a`` of ``appeal``. The session must speak of time in UTC, as ours do."""

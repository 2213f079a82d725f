"""Questions, replies, extensions and exits of appeals."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.ids import AccountId, AppealId
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


class FurtherQuestion(Struct, frozen=True, kw_only=True):
    """A question of an appeal beside the one on its card."""

    place: int
    text: str
    answer: str | None = None


class Reply(Struct, frozen=True, kw_only=True):
    """A reply that is being written, checked, signed or delivered."""

    id: int
    result: str
    text: str
    answers: Mapping[str, str]
    author: AccountId
    checked_by: AccountId | None = None
    signed_by: AccountId | None = None
    outgoing_number: str = ""
    way: str = ""


class Extension(Struct, frozen=True, kw_only=True):
    """A term made longer: until when, and why."""

    from_on: date
    until_on: date
    reason: str


class Exit(Struct, frozen=True, kw_only=True):
    """Why an appeal was not answered here; ``body`` is to whom it was forwarded."""

    state: AppealState
    ground: str = ""
    explanation: str
    body: str | None = None


async def add_question(appeal: AppealId, text: str) -> int:
    """One more question of the appeal; its place is told."""
    place = await fetch_value(
        """insert into appeal_question (appeal, place, text)
           select $1, coalesce(max(place), 1) + 1, $2 from appeal_question where appeal = $1
           returning place""",
        appeal,
        text,
    )
    return int(place)


async def list_questions(appeal: AppealId) -> list[FurtherQuestion]:
    """Further questions, in the order in which they were asked."""
    rows = await fetch_rows(
        "select place, text, answer from appeal_question where appeal = $1 order by place", appeal
    )
    return [msgspec.convert(dict(row), FurtherQuestion) for row in rows]


async def mark_answered(appeal: AppealId, answers: Mapping[str, str]) -> None:
    """The answers to further questions, by place."""
    for place, text in answers.items():
        await run_sql(
            "update appeal_question set answer = $3 where appeal = $1 and place = $2",
            appeal,
            int(place),
            text,
        )


async def add_reply(
    appeal: AppealId,
    *,
    result: str,
    text: str,
    answers: Mapping[str, str],
    author: AccountId,
    now: datetime,
) -> int:
    """A draft."""
    added = await fetch_value(
        """insert into reply (appeal, result, text, answers, author, drafted_at, outgoing_number,
                              way) values ($1, $2, $3, $4, $5, $6, '', '') returning id""",
        appeal,
        result,
        text,
        msgspec.json.encode(answers).decode(),
        author,
        now,
    )
    return int(added)


async def find_reply(appeal: AppealId) -> Reply | None:
    """The reply that has not been given back."""
    row = await fetch_row(
        """select id, result, text, answers, author, checked_by, signed_by, outgoing_number, way
             from reply where appeal = $1 and withdrawn_at is null""",
        appeal,
    )
    if row is None:
        return None
    return msgspec.convert(dict(row) | {"answers": msgspec.json.decode(row["answers"])}, Reply)


async def mark_checked(reply: int, *, by: AccountId, now: datetime) -> None:
    """Somebody has found the draft right."""
    await run_sql("update reply set checked_by = $2, checked_at = $3 where id = $1", reply, by, now)


async def mark_signed(reply: int, *, by: AccountId, now: datetime) -> None:
    """The head has signed."""
    await run_sql("update reply set signed_by = $2, signed_at = $3 where id = $1", reply, by, now)


async def mark_withdrawn(reply: int, *, now: datetime) -> None:
    """The draft is given back to be written anew."""
    await run_sql("update reply set withdrawn_at = $2 where id = $1", reply, now)


async def mark_delivered(reply: int, *, way: str, number: str, now: datetime) -> None:
    """The reply was sent under its outgoing number, or told."""
    await run_sql(
        "update reply set way = $2, outgoing_number = $3, delivered_at = $4 where id = $1",
        reply,
        way,
        number,
        now,
    )


async def add_extension(
    appeal: AppealId,
    extension: Extension,
    *,
    by: AccountId,
    now: datetime,
) -> None:
    """A longer term."""
    await run_sql(
        """insert into extension (appeal, from_on, until_on, reason, extended_by, extended_at)
           values ($1, $2, $3, $4, $5, $6)""",
        appeal,
        extension.from_on,
        extension.until_on,
        extension.reason,
        by,
        now,
    )


async def list_extensions(appeal: AppealId) -> list[Extension]:
    """Extensions of the term, in their order."""
    rows = await fetch_rows(
        "select from_on, until_on, reason from extension where appeal = $1 order by id", appeal
    )
    return [msgspec.convert(dict(row), Extension) for row in rows]


async def add_exit(
    appeal: AppealId,
    state: AppealState,
    *,
    ground: str,
    explanation: str,
    body: int | None,
    by: AccountId,
    now: datetime,
) -> None:
    """Why the appeal is not answered here."""
    await run_sql(
        """insert into appeal_exit (appeal, state, ground, explanation, body, decided_by,
                                    decided_at) values ($1, $2, $3, $4, $5, $6, $7)""",
        appeal,
        state,
        ground,
        explanation,
        body,
        by,
        now,
    )


async def find_exit(appeal: AppealId) -> Exit | None:
    """Why the appeal was not answered here, if so."""
    row = await fetch_row(
        """select e.state, e.ground, e.explanation, b.name as body
             from appeal_exit e left join outside_body b on b.id = e.body where e.appeal = $1""",
        appeal,
    )
    return None if row is None else msgspec.convert(dict(row), Exit)

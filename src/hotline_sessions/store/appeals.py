"""How the register of appeals is read and written."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec.structs import asdict

from hotline_sessions.domain.appeals import OPEN, Answer, Appeal, AppealState, NewAppeal
from hotline_sessions.domain.card_facts import Procedure
from hotline_sessions.domain.deadlines import Deadline
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import (
    AccountId,
    AppealId,
    BookingId,
    CallId,
    InstitutionId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.registers import RegisterIndex, is_same, parse_index
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.tables.appeals import AnswerRow, AppealRow


COLUMNS: Final = """
id, public_id, institution, session, call, booking, register_index, surname, given_name,
patronymic, residence, phone, email, form_of_receipt, kind, topic, question,
wants_written_reply, received_at, received_on, first_received_on, has_priority, registered_on,
registered_at, deadline, legal_on, internal_on, state, asks_secrecy, sign, subject, people, medium,
sex, social_status, categories, more_topics, procedure, talk
"""


OVER: Final = "('answered', 'closed', 'returned', 'forwarded', 'stopped')"
"""States in which no answer is owed any more, as the index of open appeals says them.

In other words, or in another order, the planner would not know that index again.
"""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the register adds to a question: where and when it came, its number and date."""

    institution: InstitutionId
    session: SessionId | None
    call: CallId | None
    booking: BookingId | None
    form_of_receipt: str
    received_at: datetime
    received_on: date
    first_received_on: date | None
    talk: str
    registered_at: datetime
    registered_on: date
    year: int
    number: int
    duplicate: int
    register_index: str
    deadline: Deadline
    code_mac: str
    form_key: str
    registered_by: AccountId | None


_WRITTEN: Final = (
    *(name for name in NewAppeal.__struct_fields__ if name not in {"needs_study", "is_urgent"}),
    *Entry.__struct_fields__,
    *("public_id", "term", "legal_on", "internal_on"),
)
"""Columns of a new card; all others begin as the table says."""


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """What tells an appeal that is asked for by its number from those of other institutions."""

    public_id: PublicId
    register_index: str
    code_mac: str


async def take_numbers(
    count: int, *, institution: InstitutionId, year: int, series: str = ""
) -> range:
    """The next numbers of the register; no number is ever skipped.

    The counter row stays locked until the transaction ends: if it fails, the numbers are
    given to the next appeals.
    """
    last = await fetch_value(
        """insert into register (institution, series, year, last_number) values ($1, $2, $3, $4)
           on conflict (institution, series, year)
           do update set last_number = register.last_number + excluded.last_number
           returning last_number""",
        institution,
        series,
        year,
        count,
    )
    return range(last - count + 1, last + 1)


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """The number under which duplicates stand; ``last`` of them was entered last."""

    id: AppealId
    register_index: str
    series: str
    year: int
    number: int
    last: int


async def lock_headings(
    firsts: Collection[AppealId], *, institution: InstitutionId
) -> dict[AppealId, Heading]:
    """The numbers of appeals under which duplicates are to stand, locked until the end.

    Who is named may be a duplicate: then the number is that of the first of all.
    """
    # The lock first and the count then: a count of the same statement would not see what
    # whoever held the lock has added.
    await run_sql(
        """select o.id from appeal o
            where o.duplicate = 0 and (o.institution, o.series, o.year, o.number) in (
                  select institution, series, year, number from appeal
                   where id = any($1::bigint[]) and institution = $2)
            order by o.id for update""",
        sorted(firsts),
        institution,
    )
    rows = await fetch_rows(
        """select a.id as asked, o.id, o.register_index, o.series, o.year, o.number,
                  (select max(d.duplicate) from appeal d
                    where d.institution = o.institution and d.series = o.series
                      and d.year = o.year and d.number = o.number) as last
             from appeal a join appeal o
               on o.institution = a.institution and o.series = a.series and o.year = a.year
              and o.number = a.number and o.duplicate = 0
            where a.id = any($1::bigint[]) and a.institution = $2 order by a.id""",
        sorted(firsts),
        institution,
    )
    return {row["asked"]: msgspec.convert(dict(row), Heading, strict=False) for row in rows}


async def lock_forms(form_keys: Collection[str]) -> None:
    """Let second copies of the same forms wait until the transaction ends."""
    await run_sql(
        """select pg_advisory_xact_lock(hashtextextended('form:' || key, 0))
             from unnest($1::text[]) as key""",
        sorted(form_keys),
    )


async def add_appeals(cards: Sequence[tuple[NewAppeal, Entry]]) -> list[Appeal]:
    """New cards of the register, in one statement; in their order."""
    rows = await fetch_rows(
        f"""insert into appeal ({", ".join(_WRITTEN)})
            select {", ".join(_WRITTEN)} from jsonb_populate_recordset(null::appeal, $1)
            returning {COLUMNS}""",
        msgspec.json.encode([_build_row(new, entry) for new, entry in cards]).decode(),
    )
    added = {row["register_index"]: read_appeal(dict(row)) for row in rows}
    return [added[entry.register_index] for _, entry in cards]


def _build_row(new: NewAppeal, entry: Entry) -> dict[str, object]:
    row = {
        **asdict(new),
        **asdict(entry),
        "public_id": draw_public_id(),
        "term": entry.deadline.rule,
        "legal_on": entry.deadline.legal_on,
        "internal_on": entry.deadline.internal_on,
    }
    return {name: row[name] for name in _WRITTEN}


async def list_appeals_of_forms(
    form_keys: Collection[str], *, institution: InstitutionId
) -> dict[str, Appeal]:
    """Appeals that these forms have already made, by the keys of the forms."""
    rows = await fetch_rows(
        f"""select {COLUMNS}, form_key from appeal
             where form_key = any($1) and institution = $2 order by id""",
        list(form_keys),
        institution,
    )
    return {row["form_key"]: read_appeal(dict(row)) for row in rows}


async def get_appeal(public_id: str, *, institution: InstitutionId) -> Appeal:
    """The appeal, if it belongs to the institution.

    Raises:
        NotFound: There is no such appeal there.
    """
    appeal = await _find("public_id = $1 and institution = $2", public_id, institution)
    if appeal is None:
        raise NotFound
    return appeal


async def lock_appeal(public_id: str, *, institution: InstitutionId) -> Appeal:
    """The appeal, if it belongs to the institution, locked until the transaction ends.

    Raises:
        NotFound: There is no such appeal there.
    """
    appeal = await _find("public_id = $1 and institution = $2 for update", public_id, institution)
    if appeal is None:
        raise NotFound
    return appeal


async def list_chosen(public_ids: Sequence[str], *, institution: InstitutionId) -> list[Appeal]:
    """Those of the appeals that belong to the institution, in order of registration."""
    rows = await fetch_rows(
        f"""select {COLUMNS} from appeal
             where public_id = any($1::text[]) and institution = $2 order by id""",
        list(public_ids),
        institution,
    )
    return [read_appeal(dict(row)) for row in rows]


async def list_appeals_by_id(
    appeals: Sequence[AppealId], *, institution: InstitutionId
) -> list[Appeal]:
    """These appeals of the institution, in order of registration."""
    rows = await fetch_rows(
        f"""select {COLUMNS} from appeal
             where id = any($1::bigint[]) and institution = $2 order by id""",
        list(appeals),
        institution,
    )
    return [read_appeal(dict(row)) for row in rows]


async def find_numbered(index: RegisterIndex, *, institution: InstitutionId) -> PublicId | None:
    """Name of the appeal of the institution with this number; letters that look alike are one."""
    rows = await fetch_rows(
        """select public_id, register_index from appeal
            where number = $1 and year = $2 and duplicate = $3 and institution = $4 order by id""",
        index.number,
        index.year,
        index.duplicate,
        institution,
    )
    for row in rows:
        if is_same(parse_index(row["register_index"], this_year=index.year), index):
            return PublicId(row["public_id"])
    return None


async def find_appeal_to_follow(public_id: str) -> Appeal | None:
    """The appeal that a signed link opens, of whatever institution."""
    return await _find("public_id = $1", public_id)


async def list_numbered(number: int, *, year: int, duplicate: int = 0) -> list[Numbered]:
    """Appeals with this number of this year: one at most per institution and series."""
    rows = await fetch_rows(
        """select public_id, register_index, code_mac from appeal
            where number = $1 and year = $2 and duplicate = $3 order by id""",
        number,
        year,
        duplicate,
    )
    return [msgspec.convert(dict(row), Numbered) for row in rows]


async def list_appeals(
    *,
    institution: InstitutionId,
    states: Collection[AppealState] | None = None,
    limit: int = 200,
) -> list[Appeal]:
    """Appeals of the institution; open ones first, and of these whoever has priority."""
    rows = await fetch_rows(
        f"""select {COLUMNS} from appeal
             where institution = $1 and ($2::text[] is null or state = any($2))
             order by state <> all($4), not has_priority, legal_on, id limit $3""",
        institution,
        None if states is None else sorted(states),
        limit,
        sorted(OPEN),
    )
    return [read_appeal(dict(row)) for row in rows]


async def list_appeals_of_call(call: CallId, *, institution: InstitutionId) -> list[Appeal]:
    """Appeals that were registered from one call."""
    rows = await fetch_rows(
        f"select {COLUMNS} from appeal where call = $1 and institution = $2 order by id",
        call,
        institution,
    )
    return [read_appeal(dict(row)) for row in rows]


async def list_appeals_of_talk(talk: str, *, institution: InstitutionId) -> list[Appeal]:
    """Appeals of one call outside the sessions."""
    rows = await fetch_rows(
        f"""select {COLUMNS} from appeal
             where talk = $1 and talk <> '' and institution = $2 order by id""",
        talk,
        institution,
    )
    return [read_appeal(dict(row)) for row in rows]


async def add_answer(
    appeal: AppealId, *, result: str, text: str, by: AccountId | None, now: datetime
) -> None:
    """The answer, and the state that follows from it."""
    await AnswerRow(appeal=appeal, result=result, text=text, answered_by=by, answered_at=now).save()
    await AppealRow.update({AppealRow.state: AppealState.ANSWERED.value}).where(
        AppealRow.id == appeal
    )


async def mark_state(appeal: AppealId, state: AppealState) -> None:
    """Where the appeal stands from now on."""
    await AppealRow.update({AppealRow.state: state.value}).where(AppealRow.id == appeal)


async def mark_last_day(appeal: AppealId, *, legal_on: date, internal_on: date) -> None:
    """A longer term; how the first one was counted stays as it is."""
    await AppealRow.update(
        {AppealRow.legal_on: legal_on, AppealRow.internal_on: internal_on}
    ).where(AppealRow.id == appeal)


async def get_code_mac(appeal: AppealId) -> str:
    """What is kept of the code of the appeal."""
    return str(await fetch_value("select code_mac from appeal where id = $1", appeal))


async def find_answer(appeal: AppealId) -> Answer | None:
    """The answer to the appeal."""
    row = await AnswerRow.select().where(AnswerRow.appeal == appeal).first()
    return None if row is None else msgspec.convert(row, Answer)


async def _find(condition: str, *values: object) -> Appeal | None:
    row = await fetch_row(f"select {COLUMNS} from appeal where {condition}", *values)
    return None if row is None else read_appeal(dict(row))


def read_appeal(row: dict[str, object]) -> Appeal:
    """An appeal from a row of ``COLUMNS``."""
    deadline = msgspec.json.decode(str(row["deadline"]), type=Deadline)
    # Cards of the time before other procedures were told apart say none.
    procedure = row["procedure"] or Procedure.APPEALS_LAW
    return msgspec.convert(row | {"deadline": deadline, "procedure": procedure}, Appeal)

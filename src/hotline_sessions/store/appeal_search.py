"""How appeals are found: by words, by number, by phone, by what is due."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.appeal_search import BY_LAST_DAY, Place, SearchTerm, Wanted, Which
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.card_facts import Procedure
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId
from hotline_sessions.store.appeals import COLUMNS, OVER, read_appeal
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


OPEN: Final = f"a.state not in {OVER}"

WEEK: Final = timedelta(days=7)

_WHICH: Final = {
    Which.OPEN: OPEN,
    Which.OVERDUE: f"{OPEN} and a.legal_on < {{today}}",
    Which.THIS_WEEK: f"{OPEN} and a.legal_on between {{today}} and {{week}}",
    Which.ENDED: f"a.state in {OVER}",
    Which.ALL: "true",
}


RECENT: Final = 4000
"""Newest cards that are looked through one by one.

Words that stand in many cards are found among them at once, and how often they are tells where
to look for the rest.
"""
FURTHER: Final = 50_000
"""Cards behind the newest that are looked through, until the page is full, where as many are hit
that a half of them should do. Where fewer are, the words are rare enough for the index, which
gives all cards with a word, and in no order: of a million cards three thousand, not more."""


class _Query:
    """A query that is put together; every value travels as a parameter."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self.conditions: list[str] = []

    def bind(self, value: object) -> str:
        """The placeholder of ``value``."""
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, condition: str, *values: object) -> None:
        """One more condition, with ``{}`` where values belong."""
        self.conditions.append(condition.format(*(self.bind(value) for value in values)))

    @property
    def where(self) -> str:
        """All conditions."""
        return " and ".join(self.conditions)


class Desk(Struct, frozen=True, kw_only=True):
    """What waits for somebody: drafts to be checked that ``author`` has not written.

    ``signs``: whether checked ones wait for their signature, too.
    """

    author: AccountId
    signs: bool


class Sought(Struct, frozen=True, kw_only=True):
    """What is looked for, as the tables know it.

    A card must have all of ``terms``; ``numbered`` is a number of the register and its year;
    ``phone`` is that of the author. Without ``with_hidden`` neither words nor phone find a card
    whose author has asked for secrecy. Of each of ``executors`` one must work on it now; it
    waits at ``desk``.
    """

    wanted: Wanted
    executors: Sequence[Sequence[Party]] = ()
    desk: Desk | None = None
    terms: Sequence[SearchTerm]
    numbered: tuple[int, int] | None
    phone: str | None
    with_hidden: bool
    today: date


async def list_wanted(
    sought: Sought, *, institution: InstitutionId, after: Place | None, limit: int
) -> list[Appeal]:
    """A page of the appeals of the institution that are sought, behind ``after``."""
    query = _Query()
    source, order = _write_search(query, sought, institution=institution, after=after, limit=limit)
    rows = await fetch_rows(
        f"select {_columns()} from {source} where {query.where}"
        f" order by {order} limit {query.bind(limit)}",
        *query.values,
    )
    return [read_appeal(dict(row)) for row in rows]


async def count_wanted(sought: Sought, *, institution: InstitutionId, most: int) -> int:
    """How many appeals of the institution are sought; it is counted up to ``most``."""
    query = _Query()
    source, _ = _write_search(query, sought, institution=institution, after=None, limit=most)
    count = await fetch_value(
        f"select count(*) from (select from {source} where {query.where}"
        f" limit {query.bind(most)}) found",
        *query.values,
    )
    return int(count)


def _write_search(
    query: _Query,
    sought: Sought,
    *,
    institution: InstitutionId,
    after: Place | None,
    limit: int,
) -> tuple[str, str]:
    """Put the conditions into ``query``; the tables to read from, and the order."""
    wanted, terms, executors = sought.wanted, sought.terms, sought.executors
    home = query.bind(institution)
    query.add(f"a.institution = {home}")
    _add_filters(query, wanted, today=sought.today)
    if sought.numbered is not None:
        query.add("a.number = {} and a.year = {}", *sought.numbered)
    if sought.phone is not None:
        query.add("a.phone = {}", sought.phone)
    if not sought.with_hidden and (terms or sought.phone is not None or wanted.category):
        query.add("not a.asks_secrecy")
    if sought.desk is not None:
        _add_desk(query, sought.desk)
    walks_given = bool(executors) and not terms and wanted.which not in BY_LAST_DAY
    for parties in executors[walks_given:]:
        query.conditions.append(_write_work(query, parties, wanted))
    if walks_given:
        order = "a.id desc"
        source = _among_given(query, executors[0], after=after, limit=limit)
    elif not terms:
        source, order = "appeal a", _add_place(query, wanted, after=after)
    else:
        written = " & ".join(_write_term(term, institution) for term in terms)
        asked = query.bind(written) + "::tsquery"
        if wanted.which in BY_LAST_DAY:
            order = _add_place(query, wanted, after=after)
            source = _among_open(query, asked)
        else:
            order = "a.id desc"
            source = _among_all(query, home, asked, after=after, limit=limit)
    return source, order


def _among_open(query: _Query, asked: str) -> str:
    """Look through the words of what is open: that is never much."""
    return f"""(select a.* from appeal a where {query.where} offset 0) a
        join lateral (select w.words from appeal_words w where w.appeal = a.id offset 0) w
          on w.words @@ {asked}"""


def _among_all(query: _Query, home: str, asked: str, *, after: Place | None, limit: int) -> str:
    """Look through the newest cards, if they do not fill the page further, and then in all."""
    before = f"and w.appeal < {query.bind(after.id)}" if after else ""
    most = query.bind(limit)
    enough = math.ceil(2 * limit * RECENT / FURTHER)
    return f"""(
        with recent as materialized (
                 select w.appeal, w.words from appeal_words w
                  where w.institution = {home} {before}
                  order by w.appeal desc limit {RECENT}),
             hit as materialized (
                 select a.id from recent w join appeal a on a.id = w.appeal
                  where w.words @@ {asked} and {query.where}
                  order by a.id desc limit {most}),
             -- Each "offset 0" keeps the order in which it is stopped as soon as there is enough.
             further as materialized (
                 select w.appeal as id
                   from (select w.appeal, w.words from appeal_words w
                          where w.institution = {home}
                            and w.appeal < (select min(r.appeal) from recent r)
                            and (select count(*) between {enough} and {most} - 1 from hit)
                          order by w.appeal desc limit {FURTHER}) w
                  cross join lateral (
                      select from appeal a where a.id = w.appeal and {query.where} offset 0) a
                  where w.words @@ {asked}
                  limit {most} - (select count(*) from hit)),
             -- The sum keeps the planner from walking all cards in order instead.
             older as (
                 select a.id from appeal_words w join appeal a on a.id = w.appeal
                  where w.words @@ {asked} and {query.where}
                    and w.appeal < (select min(r.appeal) from recent r)
                    and (select count(*) from hit) + (select count(*) from further) < {most}
                  order by w.appeal + 0 desc limit {most})
        select id from hit union (select id from further union select id from older)) found
        join appeal a on a.id = found.id"""


def _write_work(query: _Query, parties: Sequence[Party], wanted: Wanted) -> str:
    """That one of ``parties`` works on the appeal.

    What is still owed is never much for anybody: it is listed first, and looked up then.
    """
    if wanted.which in BY_LAST_DAY:
        work = " union all ".join(
            f"select t.appeal from assignment t where t.{kind} = any({numbers})"
            " and t.due_on is not null"
            for kind, numbers in _bind_parties(query, parties)
        )
        return f"a.id = any(array({work}))" if work else "false"
    work = " or ".join(
        f"t.{kind} = any({numbers})" for kind, numbers in _bind_parties(query, parties)
    )
    return f"""exists (select from assignment t
                        where t.appeal = a.id and t.ended_at is null and ({work or "false"}))"""


def _among_given(
    query: _Query, parties: Sequence[Party], *, after: Place | None, limit: int
) -> str:
    """Look through what each of ``parties`` was given, the newest first, until a page is full."""
    before = f"and t.appeal < {query.bind(after.id)}" if after else ""
    most = query.bind(limit)
    # Each "offset 0" keeps the planner from reading all cards of the institution instead.
    found = " union ".join(
        f"""select f.id from unnest({numbers}) as party (id) cross join lateral (
                select t.id from (
                    select t.appeal as id from assignment t
                     where t.{kind} = party.id and t.ended_at is null {before}
                     order by t.appeal desc offset 0) t
                 cross join lateral (
                    select from appeal a where a.id = t.id and {query.where} offset 0) a
                 order by t.id desc limit {most}) f"""
        for kind, numbers in _bind_parties(query, parties)
    )
    return f"({found}) found join appeal a on a.id = found.id"


def _bind_parties(query: _Query, parties: Sequence[Party]) -> list[tuple[str, str]]:
    """Column of each kind of party, and the placeholder of their numbers."""
    return [
        (kind.value, query.bind([each.id for each in parties if each.kind is kind]) + "::bigint[]")
        for kind in (PartyKind.ACCOUNT, PartyKind.UNIT, PartyKind.BODY)
        if any(each.kind is kind for each in parties)
    ]


def _add_desk(query: _Query, desk: Desk) -> None:
    # Said as the index says it: the planner would not know it otherwise.
    query.conditions.append("a.state in ('drafted', 'checked')")
    others = f"""a.state = 'drafted' and not exists (
        select from reply r where r.appeal = a.id and r.withdrawn_at is null
                              and r.author = {query.bind(desk.author)})"""
    query.conditions.append(f"(a.state = 'checked' or {others})" if desk.signs else others)


async def keep_words(
    words: Mapping[AppealId, Sequence[str]], *, institution: InstitutionId
) -> None:
    """The words by which appeals of the institution are found from now on."""
    await run_sql(
        """insert into appeal_words (appeal, institution, words)
           select n.appeal, $1, array_to_tsvector(array(select jsonb_array_elements_text(n.words)))
             from unnest($2::bigint[], $3::text[]::jsonb[]) as n (appeal, words)
           on conflict (appeal) do update set words = excluded.words""",
        institution,
        list(words),
        [
            msgspec.json.encode([own_word(word, institution) for word in each]).decode()
            for each in words.values()
        ],
    )


async def list_without_words(*, limit: int) -> list[Appeal]:
    """Appeals that nobody can find by words yet, the newest first."""
    rows = await fetch_rows(
        f"""select {_columns()} from appeal a
             where not exists (select from appeal_words w where w.appeal = a.id)
             order by a.id desc limit $1""",
        limit,
    )
    return [read_appeal(dict(row)) for row in rows]


def _add_filters(query: _Query, wanted: Wanted, *, today: date) -> None:
    which = _WHICH[wanted.which]
    if "{today}" in which:
        # Placeholders only where they are used: each one sent must stand in the query.
        names = {"today": query.bind(today)}
        if "{week}" in which:
            names["week"] = query.bind(today + WEEK)
        which = which.format(**names)
    query.conditions.append(which)
    if wanted.state is not None:
        query.add("a.state = {}", wanted.state.value)
    for column in ("kind", "topic"):
        if code := getattr(wanted, column):
            query.add(f"a.{column} = {{}}", code)
    if wanted.category:
        # In these words the index of the few cards that name categories answers.
        query.add("cardinality(a.categories) > 0")
        query.add("a.categories @> array[{}]::varchar[]", wanted.category)
    if wanted.procedure:
        # Those of the time before procedures were told apart are all of the law on appeals.
        stored = [wanted.procedure] + [""] * (wanted.procedure == Procedure.APPEALS_LAW)
        query.add("a.procedure = any({}::text[])", stored)
    if wanted.received_from:
        query.add("a.received_on >= {}", wanted.received_from)
    if wanted.received_to:
        query.add("a.received_on <= {}", wanted.received_to)


def _add_place(query: _Query, wanted: Wanted, *, after: Place | None) -> str:
    """Leave out what stands on the pages before, and say the order."""
    if wanted.which in BY_LAST_DAY:
        if after:
            query.add("(a.legal_on, a.id) > ({}, {})", after.on, after.id)
        return "a.legal_on, a.id"
    if after:
        query.add("(a.received_on, a.id) < ({}, {})", after.on, after.id)
    return "a.received_on desc, a.id desc"


def _columns() -> str:
    return ", ".join(f"a.{name.strip()}" for name in COLUMNS.split(","))


def own_word(word: str, institution: InstitutionId) -> str:
    """A word of the cards of one institution: the index keeps those of each apart."""
    return f"{institution}/{word}"


def _write_term(term: SearchTerm, institution: InstitutionId) -> str:
    """A term as ``tsquery`` reads it."""
    word = own_word(term.word, institution).replace("\\", "\\\\").replace("'", "''")
    return f"'{word}'" + (":*" if term.is_beginning else "")

"""How cards are read for other systems, and which have changed since they were read last."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeals import EXIT_RESULTS, AppealState
from hotline_sessions.domain.cards import Card
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AppealId, InstitutionId
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value


_CARD: Final = """
select a.id, a.public_id, a.register_index, a.state, a.received_on, a.first_received_on,
       a.registered_on, a.form_of_receipt, a.surname, a.given_name, a.patronymic, a.residence,
       a.phone, a.email, a.kind, a.topic, a.question, a.wants_written_reply, a.asks_secrecy,
       a.has_priority, a.sign, a.subject, a.people, a.medium, a.sex, a.social_status,
       a.categories, a.more_topics, coalesce(nullif(a.procedure, ''), 'appeals_law') as procedure,
       a.term, a.legal_on, a.internal_on,
       b.name as source, o.number as outer_number,
       array(select q.text from appeal_question q where q.appeal = a.id order by q.place)
           as further_questions,
       (select r.text from resolution r where r.appeal = a.id order by r.id desc limit 1)
           as resolution,
       array(select coalesce(c.full_name, u.name, x.name) from assignment s
               left join account c on c.id = s.account left join unit u on u.id = s.unit
               left join outside_body x on x.id = s.body
              where s.appeal = a.id and s.ended_at is null order by s.is_main desc, s.id)
           as executors,
       w.result, w.text as answer, w.answered_at,
       (select nullif(r.outgoing_number, '') from reply r
         where r.appeal = a.id and r.withdrawn_at is null) as outgoing_number,
       (select max(s.done_at) from appeal_step s where s.appeal = a.id) as changed_at
  from appeal a
  left join answer w on w.appeal = a.id
  left join outer_appeal o on o.appeal = a.id
  left join outside_body b on b.id = o.source
"""


class Change(Struct, frozen=True, kw_only=True):
    """A step that changed a card; ``place`` is that in the chain of the institution."""

    place: int
    appeal: AppealId
    action: str
    done_at: datetime


async def get_card(public_id: str, *, institution: InstitutionId) -> Card:
    """The card, if it belongs to the institution.

    Raises:
        NotFound: There is no such appeal there.
    """
    row = await fetch_row(
        f"{_CARD} where a.public_id = $1 and a.institution = $2", public_id, institution
    )
    if row is None:
        raise NotFound
    return _read(dict(row))


async def list_cards(appeals: Sequence[AppealId], *, institution: InstitutionId) -> list[Card]:
    """The cards of these appeals of the institution, in the order of ``appeals``."""
    rows = await fetch_rows(
        f"""{_CARD} where a.institution = $2 and a.id = any($1::bigint[])
             order by array_position($1::bigint[], a.id)""",
        list(appeals),
        institution,
    )
    return [_read(dict(row)) for row in rows]


async def find_card_of_number(key: str, *, source: int, institution: InstitutionId) -> Card | None:
    """The card of the appeal to which another body gave this number."""
    row = await fetch_row(
        f"{_CARD} where o.key = $1 and o.source = $2 and a.institution = $3",
        key,
        source,
        institution,
    )
    return None if row is None else _read(dict(row))


async def list_changes(after: int, *, institution: InstitutionId, limit: int) -> list[Change]:
    """Steps behind a place of the chain, in their order.

    Places are given under a lock that is held until the commit: whoever has read up to one
    of them misses nothing that comes later.
    """
    rows = await fetch_rows(
        """select place, appeal, action, done_at from appeal_step
            where institution = $1 and place > $2 order by place limit $3""",
        institution,
        after,
        limit,
    )
    return [msgspec.convert(dict(row), Change) for row in rows]


async def find_place_before(moment: datetime, *, institution: InstitutionId) -> int:
    """The place of the chain behind which all steps lie that were done at ``moment`` or later."""
    found = await fetch_value(
        """select place - 1 from appeal_step
            where institution = $1 and done_at >= $2 order by place limit 1""",
        institution,
        moment,
    )
    if found is not None:
        return int(found)
    last = await fetch_value(
        "select max(place) from appeal_step where institution = $1", institution
    )
    return int(last or 0)


def _read(row: dict[str, object]) -> Card:
    if row["result"] is None:
        row["result"] = EXIT_RESULTS.get(AppealState(str(row["state"])))
    return msgspec.convert(row, Card)

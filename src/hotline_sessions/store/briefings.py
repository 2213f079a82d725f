"""Reading of what an official is briefed with: earlier appeals, and what is asked about most."""

from collections.abc import Collection
from datetime import date

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.ids import InstitutionId, PostId
from hotline_sessions.store.engine import fetch_rows


class EarlierAppeal(Struct, frozen=True, kw_only=True):
    """An appeal of somebody who has booked: its number, state and last day, nothing else."""

    phone: str
    register_index: str
    state: AppealState
    legal_on: date


class TopicCount(Struct, frozen=True, kw_only=True):
    """How many appeals had one topic; ``topic`` is a code of the classifier or empty."""

    topic: str
    count: int


async def list_earlier_appeals(
    phones: Collection[str], *, institution: InstitutionId, limit: int = 200
) -> list[EarlierAppeal]:
    """Appeals that came from ``phones``, the latest first."""
    rows = await fetch_rows(
        """select phone, register_index, state, legal_on from appeal
            where institution = $1 and phone = any($2::text[])
            order by received_at desc, id desc limit $3""",
        institution,
        [phone for phone in phones if phone],
        limit,
    )
    return [msgspec.convert(dict(row), EarlierAppeal) for row in rows]


async def count_topics(
    post: PostId, *, institution: InstitutionId, since: date
) -> list[TopicCount]:
    """What citizens asked about in the sessions of a post, the most frequent first."""
    rows = await fetch_rows(
        """select a.topic, count(*) as count
             from appeal a join session s on s.id = a.session
            where a.institution = $1 and s.post = $2 and a.received_on >= $3
            group by a.topic order by count desc, a.topic limit 10""",
        institution,
        post,
        since,
    )
    return [msgspec.convert(dict(row), TopicCount) for row in rows]

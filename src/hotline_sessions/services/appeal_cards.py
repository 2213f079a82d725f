"""What the card of an appeal tells beside the appeal itself: its whole life."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.absences import is_head
from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_life import Deed, list_deeds
from hotline_sessions.domain.appeal_ratings import Rating
from hotline_sessions.domain.appeals import OPEN, Appeal, AppealState
from hotline_sessions.domain.officials import Official
from hotline_sessions.services.appeal_links import find_alike
from hotline_sessions.services.appeal_steps import list_steps
from hotline_sessions.store.appeal_comments import Comment, list_comments
from hotline_sessions.store.appeal_life import (
    Exit,
    Extension,
    FurtherQuestion,
    Reply,
    find_exit,
    find_reply,
    list_extensions,
    list_questions,
)
from hotline_sessions.store.appeal_links import Alike, Link, list_links, list_own_links
from hotline_sessions.store.appeal_parties import (
    Executor,
    find_resolution,
    list_complained_of,
    list_executors,
)
from hotline_sessions.store.appeal_ratings import find_rating
from hotline_sessions.store.audit import Entry
from hotline_sessions.store.following import Given, list_given
from hotline_sessions.store.officials import list_officials
from hotline_sessions.store.units import (
    Member,
    OutsideBody,
    Unit,
    list_bodies,
    list_members,
    list_units,
)


class Directory(Struct, frozen=True, kw_only=True):
    """Whom an appeal can be given to, or complain of."""

    members: Sequence[Member]
    units: Sequence[Unit]
    bodies: Sequence[OutsideBody]
    officials: Sequence[Official]


class Life(Struct, frozen=True, kw_only=True):
    """What has become of an appeal, and what may be done next.

    ``alike`` is none when alike appeals were not looked for. ``is_own_draft``: who looks has
    written the draft that is to be checked, by somebody else.
    """

    deeds: Sequence[Deed]
    is_own_draft: bool
    is_open: bool
    questions: Sequence[FurtherQuestion]
    resolution: str
    executors: Sequence[Executor]
    complained_of: Sequence[Executor]
    reply: Reply | None
    extensions: Sequence[Extension]
    left: Exit | None
    links: Sequence[Link]
    alike: Sequence[Alike] | None
    steps: Sequence[Entry]
    rating: Rating | None
    comments: Sequence[Comment]


class PublicStep(Struct, frozen=True, kw_only=True):
    """A step as its author sees it: nobody of the staff is named."""

    action: str
    done_at: datetime


class PublicLife(Struct, frozen=True, kw_only=True):
    """What the author of an appeal sees of its life; ``given``: into whose hands.

    ``repeats`` are appeals of the same author against whose answers this one goes.
    """

    questions: Sequence[FurtherQuestion]
    extensions: Sequence[Extension]
    left: Exit | None
    given: Sequence[Given]
    steps: Sequence[PublicStep]
    repeats: Sequence[Link]


async def load_life(appeal: Appeal, *, staff: Staff, with_alike: bool = False) -> Life:
    """The life of ``appeal`` as ``staff`` see it.

    Alike appeals are looked for when asked.
    """
    is_open = appeal.state in OPEN
    may_act = staff.may(Right.ANSWER_APPEALS)
    reply = await find_reply(appeal.id)
    deeds = (
        list_deeds(appeal.state, is_head=is_head(staff), procedure=appeal.procedure)
        if may_act
        else []
    )
    is_own = reply is not None and reply.author == staff.account
    return Life(
        deeds=[deed for deed in deeds if not (is_own and deed is Deed.CHECK)],
        is_own_draft=is_own and appeal.state is AppealState.DRAFTED,
        is_open=is_open,
        questions=await list_questions(appeal.id),
        resolution=await find_resolution(appeal.id),
        executors=await list_executors(appeal.id),
        complained_of=await list_complained_of(appeal.id),
        reply=reply,
        extensions=await list_extensions(appeal.id),
        left=await find_exit(appeal.id),
        links=await list_links(appeal.id),
        alike=(
            await find_alike(appeal, staff=staff) if with_alike and is_open and may_act else None
        ),
        steps=await list_steps(appeal),
        rating=await find_rating(appeal.id),
        comments=await list_comments(appeal.id),
    )


async def load_public_life(appeal: Appeal) -> PublicLife:
    """The life of ``appeal`` as its author sees it."""
    return PublicLife(
        questions=await list_questions(appeal.id),
        extensions=await list_extensions(appeal.id),
        left=await find_exit(appeal.id),
        given=await list_given(appeal.id),
        steps=await list_public_steps(appeal),
        repeats=await list_own_links(appeal.id),
    )


async def list_public_steps(appeal: Appeal) -> list[PublicStep]:
    """Steps of the appeal in their order, whoever has done them."""
    return [
        PublicStep(action=each.action, done_at=each.done_at) for each in await list_steps(appeal)
    ]


async def load_directory(*, staff: Staff) -> Directory:
    """Members, units, bodies and officials of the institution of ``staff``."""
    return Directory(
        members=await list_members(institution=staff.institution),
        units=await list_units(institution=staff.institution),
        bodies=await list_bodies(institution=staff.institution),
        officials=await list_officials(institution=staff.institution),
    )

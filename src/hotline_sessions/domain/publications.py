"""Publication: what staff have given out about a session, and whether it still says the truth.

A publication keeps the facts that it was made from. What has changed since is found by comparing
them with the present ones, so nothing that happens to a session can be forgotten to be noted.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import InstitutionId, PublicId, SessionId
from hotline_sessions.domain.sessions import SessionState


LONGEST_PLACE: Final = 300
MOST_SITES: Final = 20
"""Sites on which an institution lets its sessions be shown."""

Place = Annotated[str, Meta(min_length=2, max_length=LONGEST_PLACE)]


class Kind(StrEnum):
    """What was given out."""

    POSTER = "poster"
    LEAFLET = "leaflet"
    NEWSPAPER = "newspaper"
    POST = "post"
    FRAGMENT = "fragment"
    SCHEDULE = "schedule"
    WIDGET = "widget"


LIVE: Final = frozenset({Kind.WIDGET})
"""Kinds that show the present facts by themselves."""


class Standing(StrEnum):
    """Whether a session is held, as far as the public must know."""

    HELD = "held"
    CANCELLED = "cancelled"
    MOVED = "moved"


class Ending(StrEnum):
    """What became of a publication."""

    REPLACED = "replaced"
    TAKEN_DOWN = "taken-down"


class Todo(StrEnum):
    """What has to be done with a publication."""

    NOTHING = "nothing"
    REPLACE = "replace"
    TAKE_DOWN = "take-down"


class BadSite(Invalid):
    """Not the address of a site, or too many of them. Facts: ``line``."""

    code = "bad-site"


class PublicationEnded(Conflict):
    """Somebody has noted before what became of it."""

    code = "publication-ended"


class Facts(Struct, frozen=True, kw_only=True):
    """What publications say of a session; in the state language."""

    session: PublicId
    institution: str
    post: str
    official: str
    topic: str
    number: str
    is_free: bool
    starts_at: datetime
    ends_at: datetime
    standing: Standing = Standing.HELD


class NewPublication(Struct, frozen=True, kw_only=True):
    """Something given out: of one session, of a month (its first day), or of all there are."""

    institution: InstitutionId
    kind: Kind
    language: str = "uk"
    place: str = ""
    session: SessionId | None = None
    month: date | None = None
    facts: tuple[Facts, ...] = ()


class Publication(Struct, frozen=True, kw_only=True):
    """Something given out, and by whom; ``ending`` says what became of it."""

    id: int
    public_id: PublicId
    kind: Kind
    language: str
    place: str
    session: PublicId | None
    month: date | None
    facts: tuple[Facts, ...]
    made_by: str
    made_at: datetime
    ending: Ending | None = None
    ended_by: str = ""
    ended_at: datetime | None = None


class Checked(Struct, frozen=True, kw_only=True):
    """A publication, what has to be done with it, and the names of the facts that are others."""

    publication: Publication
    todo: Todo
    changed: tuple[str, ...] = ()


def read_facts(announcement: Announcement) -> Facts:
    """What publications say of this session now."""
    standing = {
        SessionState.CANCELLED: Standing.CANCELLED,
        SessionState.RESCHEDULED: Standing.MOVED,
    }
    return Facts(
        session=announcement.public_id,
        institution=announcement.institution_uk,
        post=announcement.post_uk,
        official=announcement.official_name or "",
        topic=announcement.topic,
        number=announcement.line_number or "",
        is_free=bool(announcement.line_is_free),
        starts_at=announcement.starts_at,
        ends_at=announcement.ends_at,
        standing=standing.get(announcement.state, Standing.HELD),
    )


def name_edition(facts: Sequence[Facts]) -> str:
    """A short name of these facts: the same for the same facts, another one for others."""
    return sha256(msgspec.json.encode(tuple(facts))).hexdigest()[:16]


def check(publication: Publication, present: Mapping[PublicId, Facts], *, now: datetime) -> Checked:
    """Whether it still says the truth; ``present`` are the facts of all that it should say.

    What is past does no harm any more and is left where it is.
    """
    is_over = publication.kind in LIVE or publication.ending is not None
    told = {each.session: each for each in publication.facts}
    ahead = [name for name in {*told, *present} if _ends_at(name, told, present) > now]
    if is_over or not ahead:
        return Checked(publication=publication, todo=Todo.NOTHING)
    changed = sorted(
        {name for each in ahead for name in _compare(told.get(each), present.get(each))}
    )
    if not changed:
        return Checked(publication=publication, todo=Todo.NOTHING)
    is_gone = publication.session is not None and all(
        each not in present or present[each].standing is Standing.CANCELLED for each in ahead
    )
    todo = Todo.TAKE_DOWN if is_gone else Todo.REPLACE
    return Checked(publication=publication, todo=todo, changed=tuple(changed))


def _ends_at(
    name: PublicId, told: Mapping[PublicId, Facts], present: Mapping[PublicId, Facts]
) -> datetime:
    return max(each[name].ends_at for each in (told, present) if name in each)


def _compare(told: Facts | None, present: Facts | None) -> list[str]:
    """Names of the facts in which the two differ."""
    if told is None:
        return ["added"]
    if present is None:
        return ["standing"]
    return [
        name for name in Facts.__struct_fields__ if getattr(told, name) != getattr(present, name)
    ]

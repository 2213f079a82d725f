"""Set up an institution: its lines, posts, persons, and who holds which post."""

import re
from datetime import date
from typing import Final

from hotline_sessions.domain.errors import Conflict, Invalid, NotFound
from hotline_sessions.domain.ids import InstitutionId, LineId, OfficialId, PostId
from hotline_sessions.domain.institutions import Institution, NewInstitution
from hotline_sessions.domain.officials import NewPost
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.store.institutions import (
    add_institution,
    find_institution_by_slug,
    list_institutions,
)
from hotline_sessions.store.lines import add_line, find_line
from hotline_sessions.store.officials import (
    add_appointment,
    add_official,
    add_post,
    find_post,
)
from hotline_sessions.store.transaction import transaction


SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BadSlug(Invalid):
    """A name for addresses has small Latin letters, digits and dashes only."""

    code = "bad-slug"


class InstitutionExists(Conflict):
    """There is an institution with this name in addresses."""

    code = "institution-exists"


class LineExists(Conflict):
    """The institution has this number already."""

    code = "line-exists"


async def set_up(new: NewInstitution) -> InstitutionId:
    """Add an institution.

    Raises:
        BadSlug: Its name in addresses has other than small Latin letters, digits, dashes.
        InstitutionExists: That name is taken.
    """
    if not SLUG.fullmatch(new.slug):
        raise BadSlug
    async with transaction():
        if await find_institution_by_slug(new.slug):
            raise InstitutionExists
        return await add_institution(new)


async def list_all() -> list[Institution]:
    """All institutions, by name."""
    return await list_institutions()


async def get_by_slug(slug: str) -> Institution:
    """The institution with this name in addresses.

    Raises:
        NotFound: There is none.
    """
    found = await find_institution_by_slug(slug)
    if found is None:
        raise NotFound
    return found


async def open_line(slug: str, number: str, *, is_free: bool, valid_from: date) -> LineId:
    """Let an institution be called on ``number`` from ``valid_from`` on.

    Raises:
        NotFound: There is no such institution.
        BadPhone: ``number`` cannot be read.
        LineExists: It has that number already.
    """
    parsed = parse_phone(number)
    async with transaction():
        home = await get_by_slug(slug)
        if await find_line(parsed, institution=home.id, on=valid_from):
            raise LineExists
        return await add_line(parsed, institution=home.id, is_free=is_free, valid_from=valid_from)


async def appoint(
    slug: str, post: NewPost, *, full_name: str, ring_number: str | None
) -> tuple[PostId, OfficialId]:
    """Let a person hold a post from the post's first day on; the post is added if it is new.

    Raises:
        NotFound: There is no such institution.
        BadPhone: ``ring_number`` cannot be read.
    """
    number = parse_phone(ring_number) if ring_number else None
    async with transaction():
        home = await get_by_slug(slug)
        known = await find_post(post.title_uk, institution=home.id, on=post.valid_from)
        post_id = known.id if known else await add_post(post, institution=home.id)
        official = await add_official(
            full_name, institution=home.id, ring_number=number, valid_from=post.valid_from
        )
        await add_appointment(official, post_id, valid_from=post.valid_from)
        return post_id, official

"""How persons, posts and appointments are read and written."""

from datetime import date

import msgspec
from msgspec.structs import asdict

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, OfficialId, PostId
from hotline_sessions.domain.officials import NewPost, Official, Post
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.tables.officials import AppointmentRow, OfficialRow, PostRow


async def list_posts(*, institution: InstitutionId) -> list[Post]:
    """Posts of the institution, by title."""
    rows = (
        await PostRow.select().where(PostRow.institution == institution).order_by(PostRow.title_uk)
    )
    return msgspec.convert(rows, list[Post])


async def get_post(post: PostId, *, institution: InstitutionId) -> Post:
    """The post, if it belongs to the institution.

    Raises:
        NotFound: There is no such post there.
    """
    mine = (PostRow.id == post) & (PostRow.institution == institution)
    row = await PostRow.select().where(mine).first()
    if row is None:
        raise NotFound
    return msgspec.convert(row, Post)


async def find_post(title_uk: str, *, institution: InstitutionId, on: date) -> Post | None:
    """The post with this title that exists on the day ``on``."""
    rows = (
        await PostRow.select()
        .where(
            (PostRow.institution == institution)
            & (PostRow.title_uk == title_uk)
            & (PostRow.valid_from <= on)
            & ((PostRow.valid_to > on) | PostRow.valid_to.is_null())
        )
        .order_by(PostRow.valid_from)
    )
    posts = msgspec.convert(rows, list[Post])
    return posts[-1] if posts else None


async def add_post(new: NewPost, *, institution: InstitutionId) -> PostId:
    """A new post."""
    row = PostRow(public_id=draw_public_id(), institution=institution, **asdict(new))
    await row.save()
    return PostId(row.id)


async def list_officials(*, institution: InstitutionId) -> list[Official]:
    """Persons of the institution, by name."""
    rows = (
        await OfficialRow.select()
        .where(OfficialRow.institution == institution)
        .order_by(OfficialRow.full_name)
    )
    return msgspec.convert(rows, list[Official])


async def get_official(official: OfficialId, *, institution: InstitutionId) -> Official:
    """The person, if of the institution.

    Raises:
        NotFound: There is no such person there.
    """
    mine = (OfficialRow.id == official) & (OfficialRow.institution == institution)
    row = await OfficialRow.select().where(mine).first()
    if row is None:
        raise NotFound
    return msgspec.convert(row, Official)


async def find_holder(post: PostId, *, institution: InstitutionId, on: date) -> Official | None:
    """The person who holds the post on the day ``on``."""
    row = (
        await AppointmentRow.select(*AppointmentRow.official.all_columns())
        .where(
            (AppointmentRow.post == post)
            & (AppointmentRow.official.institution == institution)
            & (AppointmentRow.valid_from <= on)
            & ((AppointmentRow.valid_to > on) | AppointmentRow.valid_to.is_null())
        )
        .order_by(AppointmentRow.valid_from, ascending=False)
        .output(nested=True)
        .first()
    )
    return None if row is None else msgspec.convert(row["official"], Official)


async def add_official(
    full_name: str,
    *,
    institution: InstitutionId,
    ring_number: str | None,
    valid_from: date,
) -> OfficialId:
    """A new person."""
    row = OfficialRow(
        public_id=draw_public_id(),
        full_name=full_name,
        institution=institution,
        ring_number=ring_number,
        valid_from=valid_from,
    )
    await row.save()
    return OfficialId(row.id)


async def add_appointment(official: OfficialId, post: PostId, *, valid_from: date) -> None:
    """Let the person hold the post from ``valid_from`` on."""
    await AppointmentRow(official=official, post=post, valid_from=valid_from).save()

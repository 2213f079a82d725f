"""What stands at the head of letters, and how they name members of staff."""

from datetime import datetime

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.letters import Hand, Letterhead
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


async def find_letterhead(*, institution: InstitutionId) -> Letterhead | None:
    """What the institution has chosen, if it has."""
    row = await fetch_row(
        """select name, above, address, edrpou, phone, email, website,
                  length(logo) > 0 as has_logo from letterhead where institution = $1""",
        institution,
    )
    return None if row is None else msgspec.convert(dict(row), Letterhead)


async def find_logo(*, institution: InstitutionId) -> bytes:
    """The picture at the head of letters, or nothing."""
    return bytes(
        await fetch_value("select logo from letterhead where institution = $1", institution) or b""
    )


async def mark_letterhead(
    head: Letterhead,
    logo: bytes,
    *,
    institution: InstitutionId,
    by: AccountId,
    now: datetime,
) -> None:
    """What stands at the head of letters from now on."""
    await run_sql(
        """insert into letterhead (institution, name, above, address, edrpou, phone, email,
                                   website, logo, edited_by, edited_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
           on conflict (institution) do update
              set name = $2, above = $3, address = $4, edrpou = $5, phone = $6, email = $7,
                  website = $8, logo = $9, edited_by = $10, edited_at = $11""",
        institution,
        head.name,
        head.above,
        head.address,
        head.edrpou,
        head.phone,
        head.email,
        head.website,
        logo,
        by,
        now,
    )


async def list_hands(*, institution: InstitutionId) -> list[Hand]:
    """Members of staff who may answer appeals, as letters name them, by name."""
    rows = await fetch_rows(
        """select a.id as account, a.full_name, coalesce(h.post, '') as post,
                  coalesce(h.phone, '') as phone
             from account a left join hand h on h.account = a.id
            where a.institution = $1 and a.is_active
              and a.roles && array['clerk', 'manager']::varchar[]
            order by a.full_name, a.id""",
        institution,
    )
    return [msgspec.convert(dict(row), Hand) for row in rows]


async def find_hand(account: AccountId, *, institution: InstitutionId) -> Hand | None:
    """A member of staff, or one of before, as letters name them."""
    row = await fetch_row(
        """select a.id as account, a.full_name, coalesce(h.post, '') as post,
                  coalesce(h.phone, '') as phone
             from account a left join hand h on h.account = a.id
            where a.id = $1 and a.institution = $2""",
        account,
        institution,
    )
    return None if row is None else msgspec.convert(dict(row), Hand)


async def mark_hand(
    account: AccountId, *, post: str, phone: str, institution: InstitutionId
) -> None:
    """How letters name a member of staff from now on.

    Raises:
        NotFound: There is nobody like this in the institution.
    """
    done = await fetch_value(
        """insert into hand (account, post, phone)
           select id, $3, $4 from account where id = $1 and institution = $2
           on conflict (account) do update set post = $3, phone = $4 returning account""",
        account,
        institution,
        post,
        phone,
    )
    if done is None:
        raise NotFound

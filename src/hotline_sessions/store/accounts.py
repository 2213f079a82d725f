"""How accounts of staff and their signing in are read and written."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.times import local_date
from hotline_sessions.store.engine import fetch_row, fetch_value, run_sql
from hotline_sessions.store.tables.accounts import AccountRow, SignInFailureRow, SignInRow


class Credentials(Struct, frozen=True, kw_only=True):
    """What is compared when somebody signs in."""

    account: AccountId
    password_hash: str


async def add_account(
    *,
    institution: InstitutionId,
    login: str,
    full_name: str,
    password_hash: str,
    roles: frozenset[Role],
    ring_number: str | None = None,
    email: str = "",
) -> AccountId:
    """A new member of staff; ``ring_number`` is where an operator is rung.

    ``email`` is where reminders of work go.
    """
    row = AccountRow(
        institution=institution,
        login=login,
        full_name=full_name,
        password_hash=password_hash,
        roles=sorted(role.value for role in roles),
        ring_number=ring_number,
        email=email,
    )
    await row.save()
    return AccountId(row.id)


async def is_login_taken(login: str) -> bool:
    """Whether an account, active or not, has this login."""
    return bool(await fetch_value("select exists (select from account where login = $1)", login))


async def find_credentials(login: str) -> Credentials | None:
    """Password hash of the active account with this login."""
    row = await fetch_row(
        "select id as account, password_hash from account where login = $1 and is_active", login
    )
    return None if row is None else msgspec.convert(dict(row), Credentials)


async def find_member(login: str) -> Staff | None:
    """The active member of staff with this login."""
    row = await fetch_row(
        """select id as account, institution, login, full_name, roles from account
            where login = $1 and is_active and institution is not null""",
        login,
    )
    return None if row is None else msgspec.convert(dict(row), Staff)


async def add_sign_in(
    account: AccountId, *, token_mac: str, now: datetime, until: datetime
) -> None:
    """A browser in which the account is signed in from now on."""
    await SignInRow(
        account=account, token_mac=token_mac, signed_in_at=now, seen_at=now, expires_at=until
    ).save()


async def find_staff(token_mac: str, *, now: datetime, idle_since: datetime) -> Staff | None:
    """The member of staff whose browser holds the token; it counts as seen.

    None for one who has signed out, was away since ``idle_since``, or is no longer active.
    """
    row = await fetch_row(
        """update sign_in set seen_at = greatest(seen_at, $2) from account a
            where sign_in.token_mac = $1 and sign_in.expires_at > $2 and sign_in.seen_at > $3
              and a.id = sign_in.account and a.is_active and a.institution is not null
        returning a.id as account, a.institution, a.login, a.full_name, a.roles,
                  (select coalesce(json_agg(json_build_object(
                              'account', b.id, 'full_name', b.full_name, 'roles', b.roles)
                              order by b.id), '[]')
                     from absence x join account b on b.id = x.account
                    where x.deputy = a.id and x.ended_at is null and b.is_active
                      and b.institution = a.institution
                      and $4 between x.from_on and x.until_on) as stands_in_for""",
        token_mac,
        now,
        idle_since,
        local_date(now),
    )
    if row is None:
        return None
    absent = msgspec.json.decode(row["stands_in_for"])
    return msgspec.convert(dict(row) | {"stands_in_for": absent}, Staff)


async def remove_sign_in(token_mac: str) -> None:
    """The browser is signed out."""
    await SignInRow.delete().where(SignInRow.token_mac == token_mac)


async def add_failure(login_mac: str, now: datetime) -> None:
    """A refused attempt to sign in."""
    await SignInFailureRow(login_mac=login_mac, failed_at=now).save()


async def count_failures(login_mac: str, *, since: datetime) -> int:
    """Refused attempts for this login after ``since``."""
    count = await fetch_value(
        "select count(*) from sign_in_failure where login_mac = $1 and failed_at > $2",
        login_mac,
        since,
    )
    return int(count)


async def remove_failures(login_mac: str) -> None:
    """Forget refused attempts: the right password was given."""
    await run_sql("delete from sign_in_failure where login_mac = $1", login_mac)


async def find_ring_number(account: AccountId) -> str | None:
    """The telephone on which a member of staff is rung."""
    number: str | None = await fetch_value("select ring_number from account where id = $1", account)
    return number


async def find_email(account: AccountId) -> str:
    """Where reminders of work go; nothing if nobody has said."""
    return str(await fetch_value("select email from account where id = $1", account) or "")


async def mark_email(account: AccountId, email: str) -> None:
    """Where reminders of work go from now on."""
    await run_sql("update account set email = $2 where id = $1", account, email)

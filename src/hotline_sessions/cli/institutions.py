"""``hotline institutions …``: set up who holds sessions, on which number, and who works there."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import click

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.domain.access import Role
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.institutions import NewInstitution
from hotline_sessions.domain.officials import NewPost
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services import accounts
from hotline_sessions.services import institutions as services
from hotline_sessions.services.line_history import change_number
from hotline_sessions.store.engine import open_database


T = TypeVar("T")

EXPLAINED = {
    "bad-slug": "SLUG: small Latin letters, digits and dashes only.",
    "institution-exists": "There is an institution with this SLUG.",
    "same-number": "A number cannot replace itself, nor one that has not served for a day.",
    "line-exists": "The institution has this number already.",
    "not-found": "There is no institution with this SLUG; see `hotline institutions list`.",
    "bad-phone": "This is not a telephone number.",
    "login-taken": "This login is taken.",
    "bad-reply-email": "This is not an e-mail address.",
}

day = click.DateTime(["%Y-%m-%d"])


@click.group()
def institutions() -> None:
    """Institutions, their lines, officials and staff."""


@institutions.command(name="list")
def list_command() -> None:
    """List the institutions."""
    for found in _run(services.list_all):
        click.echo(f"{found.slug}\t{found.name_uk}")


@institutions.command(name="add")
@click.argument("slug")
@click.argument("name_uk")
@click.option("--name-en", default="", help="Name in English.")
@click.option("--kind", default="", help="Such as: обласна рада.")
@click.option("--region", default="")
@click.option("--address", default="")
@click.option("--email", default="")
@click.option("--phone", default="", help="Number for questions about the service.")
def add_command(
    *, slug: str, name_uk: str, name_en: str, kind: str, region: str,
    address: str, email: str, phone: str,
) -> None:  # fmt: skip
    """Add the institution NAME_UK; SLUG names it in addresses."""
    new = NewInstitution(
        slug=slug, name_uk=name_uk, name_en=name_en, kind=kind, region=region,
        address=address, email=email, contact_phone=phone,
    )  # fmt: skip
    _run(lambda: services.set_up(new))
    click.echo(slug)


@institutions.command(name="line")
@click.argument("slug")
@click.argument("number")
@click.option("--free", is_flag=True, help="Calls to it cost the caller nothing.")
@click.option("--since", type=day, help="First day, as 2026-01-31; by default today.")
def line_command(*, slug: str, number: str, free: bool, since: datetime | None) -> None:
    """Let the institution SLUG be called on NUMBER."""
    first_on = (since or SystemClock().now()).date()
    _run(lambda: services.open_line(slug, number, is_free=free, valid_from=first_on))
    click.echo(number)


@institutions.command(name="change-number")
@click.argument("slug")
@click.argument("old")
@click.argument("new")
@click.option("--free", is_flag=True, help="Calls to the new number cost the caller nothing.")
@click.option("--since", type=day, help="First day of the new number; by default today.")
def change_number_command(
    *, slug: str, old: str, new: str, free: bool, since: datetime | None
) -> None:
    """Let the institution SLUG be called on NEW instead of OLD.

    Sessions from that day on take the new number; the page of the old one and whoever answers
    on it tell the new one.
    """
    now = SystemClock().now()
    first_on = (since or now).date()
    _run(lambda: change_number(slug, old, new, is_free=free, since=first_on, now=now))
    click.echo(new)


@institutions.command(name="official")
@click.argument("slug")
@click.argument("title")
@click.argument("name")
@click.option("--ring", help="Number on which sessions ring this person.")
@click.option("--title-en", default="", help="Title of the post in English.")
@click.option("--portfolio", default="", help="What the post answers for.")
@click.option("--since", type=day, help="First day in the post; by default today.")
def official_command(
    *, slug: str, title: str, name: str, ring: str | None, title_en: str,
    portfolio: str, since: datetime | None,
) -> None:  # fmt: skip
    """Let the person NAME hold the post TITLE in the institution SLUG."""
    post = NewPost(
        title_uk=title,
        title_en=title_en,
        portfolio=portfolio,
        valid_from=(since or SystemClock().now()).date(),
    )
    _run(lambda: services.appoint(slug, post, full_name=name, ring_number=ring))
    click.echo(title)


@institutions.command(name="member")
@click.argument("slug")
@click.argument("login")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([r.value for r in Role])
)
@click.option("--ring", help="Telephone on which an operator is rung.")
@click.option("--email", default="", help="Address to which reminders of work go.")
def member_command(
    *, slug: str, login: str, name: str, roles: tuple[str, ...], ring: str | None, email: str
) -> None:
    """Add NAME to the staff of the institution SLUG; the first password is printed once."""
    password = secrets.token_urlsafe(12)

    async def add() -> None:
        home = await services.get_by_slug(slug)
        await accounts.add_member(
            institution=home.id,
            login=login,
            full_name=name,
            password=password,
            roles=frozenset(Role(role) for role in roles),
            ring_number=ring,
            email=email,
            now=SystemClock().now(),
        )

    _run(add)
    click.echo(password)


def _run(deed: Callable[[], Awaitable[T]]) -> T:
    """Do it on the database of this installation; a refusal is told in words."""

    async def run(dsn: str) -> T:
        async with open_database(dsn, application_name="hotline institutions"):
            return await deed()

    with use_installation() as settings:
        try:
            return asyncio.run(run(settings.database_url))
        except Refusal as refusal:
            raise click.ClickException(EXPLAINED.get(refusal.code, refusal.code)) from None

"""The cast of the story: who has which telephone and which browser."""

import random
from collections.abc import Awaitable, Callable
from typing import Final

import httpx
from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console

from hotline_sessions.cli.demo_stack import Addresses
from hotline_sessions.cli.demo_world import HALYNA, OLENA, ON_AIR, PETRO, Citizen
from hotline_sessions.cli.visitor import Visitor
from hotline_sessions.phonesim.play import Phone, take_phone


PATIENCE: Final = 40.0
"""Seconds a simulated person waits for something; generous, for slow machines."""


class Person(Struct, frozen=True, kw_only=True):
    """A citizen with a telephone and a browser."""

    citizen: Citizen
    phone: Phone
    browser: Visitor


class Cast(Struct, frozen=True, kw_only=True):
    """Everybody in the story."""

    booker: Person
    walk_ins: tuple[Person, ...]
    official: Phone
    operator: Visitor
    clerk: Visitor
    passer_by: Visitor
    on_air: str
    tell: Callable[[str], None]
    notes: dict[str, str]

    @property
    def callers(self) -> tuple[Person, ...]:
        """All who call the line."""
        return (*self.walk_ins, self.booker)

    async def close(self) -> None:
        """Everybody goes home: receivers down, browsers closed."""
        for phone in (*(person.phone for person in self.callers), self.official):
            await _leave(phone.hang_up)
        for browser in (
            self.operator,
            self.clerk,
            self.passer_by,
            *(person.browser for person in self.callers),
        ):
            await browser.close()


async def gather_cast(addresses: Addresses, control: httpx.AsyncClient, console: Console) -> Cast:
    """Everybody, with a telephone number of their own that nobody has used before."""
    people = [await _invite(citizen, addresses, control) for citizen in (OLENA, PETRO, HALYNA)]
    return Cast(
        booker=people[0],
        walk_ins=tuple(people[1:]),
        official=await take_phone(control, ON_AIR.phone, name=ON_AIR.name, patience=PATIENCE),
        operator=Visitor(addresses.web),
        clerk=Visitor(addresses.web),
        passer_by=Visitor(addresses.web),
        on_air=addresses.on_air,
        tell=lambda line: console.print(f"[green]✓[/green] {line}"),
        notes={},
    )


async def _invite(citizen: Citizen, addresses: Addresses, control: httpx.AsyncClient) -> Person:
    number = f"{citizen.phone[:6]}{random.randrange(10**7):07}"  # noqa: S311 - any number will do
    phone = await take_phone(control, number, name=citizen.name, patience=PATIENCE)
    return Person(
        citizen=replace(citizen, phone=number), phone=phone, browser=Visitor(addresses.web)
    )


async def _leave(hang_up: Callable[[], Awaitable[None]]) -> None:
    try:
        await hang_up()
    except (AssertionError, httpx.HTTPError):
        return

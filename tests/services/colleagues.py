"""Those who work on appeals: a head, two clerks, and how time passes between them."""

from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from tests.factories import NOW, make_appeal, make_institution, make_staff

from hotline_sessions.domain.access import Absent, Role, Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.appeal_search import Wanted, Which, Whose
from hotline_sessions.services.absences import note_absence
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.services.appeal_search import find_appeals


TODAY = date(2026, 11, 23)


class Colleagues(Struct, frozen=True, kw_only=True):
    """A head and two clerks of one institution."""

    head: Staff
    clerk: Staff
    other: Staff

    async def register(self, surname: str, *, days_ago: int = 0) -> str:
        """An appeal of this author."""
        made = await make_appeal(staff=self.clerk, surname=surname, received_at=ago(days_ago))
        return made.appeal.public_id

    async def assign(self, public_id: str, *executors: Party) -> None:
        main, *others = executors or (of(self.clerk),)
        await resolve(public_id, "До дії", main=main, others=others, staff=self.head, now=NOW)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


async def gather_colleagues() -> Colleagues:
    home = (await make_institution()).id
    return Colleagues(
        head=await make_staff(
            institution=home, roles=frozenset({Role.MANAGER}), full_name="Голова"
        ),
        clerk=await make_staff(institution=home, roles=frozenset({Role.CLERK}), full_name="Ада"),
        other=await make_staff(institution=home, roles=frozenset({Role.CLERK}), full_name="Єва"),
    )


def of(staff: Staff) -> Party:
    return Party(kind=PartyKind.ACCOUNT, id=staff.account)


async def leave(absent: Staff, deputy: Staff) -> Staff:
    """The deputy as they are signed in while ``absent`` is away today."""
    await note_absence(deputy.account, TODAY, TODAY, staff=absent, now=NOW)
    away = Absent(account=absent.account, full_name=absent.full_name, roles=absent.roles)
    return replace(deputy, stands_in_for=(away,))


async def find(
    staff: Staff, whose: Whose = Whose.ANY, which: Which = Which.OPEN, **wanted: object
) -> list[str]:
    """Surnames of the authors on a list."""
    wish = replace(Wanted(which=which, whose=whose), **wanted)
    found = await find_appeals(wish, staff=staff, now=NOW)
    return [appeal.surname for appeal in found.appeals]

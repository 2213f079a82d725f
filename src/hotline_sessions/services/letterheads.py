"""What stands at the head of letters, and how they name who signs and who has written them."""

from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.letters import Hand, Letterhead, parse_edrpou
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.letter_ports import LetterPrinter
from hotline_sessions.services.letter_words import Desk, write_sample
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.letterheads import (
    find_hand,
    find_letterhead,
    find_logo,
    list_hands,
    mark_hand,
    mark_letterhead,
)
from hotline_sessions.store.transaction import transaction


async def load_letterhead(institution: InstitutionId) -> Letterhead:
    """What stands at the head of letters: as was chosen, or what is known of the institution."""
    chosen = await find_letterhead(institution=institution)
    if chosen is not None:
        return chosen
    home = await get_institution(institution)
    return Letterhead(
        name=home.name_uk,
        address=home.address,
        phone=display(PhoneNumber(home.contact_phone)) if home.contact_phone else "",
        email=home.email,
    )


async def print_sample(*, staff: Staff, printer: LetterPrinter, now: datetime) -> bytes:
    """A letter to nobody as PDF, by which the head can be looked at."""
    home = staff.institution
    me = await find_hand(staff.account, institution=home)
    desk = Desk(
        head=await load_letterhead(home),
        logo=await find_logo(institution=home),
        signer=me,
        executor=me,
    )
    return await printer.print_pdf(write_sample(desk, today=local_date(now)), made_at=now)


async def save_letterhead(
    head: Letterhead,
    logo: bytes | None,
    *,
    staff: Staff,
    printer: LetterPrinter,
    now: datetime,
) -> None:
    """Let this stand at the head of letters from now on; ``logo`` None leaves the picture.

    A letter with it is printed first: what cannot be printed would stop all letters.

    Raises:
        BadEdrpou: The code of the institution has other than eight digits.
        BadLogo: The picture cannot be printed.
    """
    if head.edrpou:
        parse_edrpou(head.edrpou)
    kept = await find_logo(institution=staff.institution) if logo is None else logo
    desk = Desk(head=head, logo=kept, signer=None, executor=None)
    sample = write_sample(desk, today=local_date(now))
    await printer.print_pdf(sample, made_at=now)
    await printer.print_docx(sample, made_at=now)
    async with transaction():
        await mark_letterhead(head, kept, institution=staff.institution, by=staff.account, now=now)
        await add_entry(
            "letterhead_changed",
            "letterhead",
            None,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )


async def list_people(*, staff: Staff) -> list[Hand]:
    """Who may sign or write letters, as they name them."""
    return await list_hands(institution=staff.institution)


async def get_person(account: int, *, staff: Staff) -> Hand:
    """One of them.

    Raises:
        NotFound: There is nobody like this in the institution of ``staff``.
    """
    found = await find_hand(AccountId(account), institution=staff.institution)
    if found is None:
        raise NotFound
    return found


async def name_person(account: int, *, post: str, phone: str, staff: Staff, now: datetime) -> None:
    """Name somebody like this in letters from now on.

    Raises:
        NotFound: There is nobody like this in the institution of ``staff``.
    """
    async with transaction():
        await mark_hand(AccountId(account), post=post, phone=phone, institution=staff.institution)
        await add_entry(
            "letter_name_changed",
            "account",
            account,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )

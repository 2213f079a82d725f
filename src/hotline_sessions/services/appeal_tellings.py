"""What the author of an appeal is told during its life: by SMS, and by letter of mail.

Some of it the law demands (393/96-ВР, art. 5, 7, 8, 20); the rest is told as the author chose.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.following import Addresses, Following, Matter, choose_channels
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.i18n import N_, load_catalogues
from hotline_sessions.services.message_kinds import KINDS
from hotline_sessions.services.message_texts import Writer, choose_locale, open_writer
from hotline_sessions.store.appeals import find_appeal_to_follow
from hotline_sessions.store.following import find_following
from hotline_sessions.store.messages import note_message


NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

MATTERS: Final[Mapping[Purpose, Matter]] = MappingProxyType(
    {
        Purpose.APPEAL_GIVEN: Matter.GIVEN,
        Purpose.APPEAL_EXTENDED: Matter.LAST_DAY,
        Purpose.APPEAL_TERM_CHANGED: Matter.LAST_DAY,
        Purpose.APPEAL_RETURNED: Matter.LEFT,
        Purpose.APPEAL_FORWARDED: Matter.LEFT,
        Purpose.APPEAL_STOPPED: Matter.LEFT,
        Purpose.APPEAL_ANSWERED: Matter.ANSWERED,
    }
)
"""What each message is about."""

MORE: Final[Mapping[Purpose, str]] = MappingProxyType(
    {
        Purpose.APPEAL_ANSWERED: N_("Read the answer on the site: enter number and code there."),
        Purpose.APPEAL_GIVEN: N_("See on the site who deals with it: enter number and code there."),
        Purpose.APPEAL_TERM_CHANGED: N_(
            "The calendar of working days, the rules of counting or the card of the appeal has"
            " changed. The page of the appeal tells how the term was counted."
        ),
    }
)
"""What a letter says beside the sentence of the SMS where nobody has written an explanation."""


def find_addresses(appeal: Appeal, following: Following) -> Addresses:
    """Where messages about the appeal can go: what its author has proven, or the card says."""
    return Addresses(phone=following.phone or appeal.phone, email=following.email or appeal.email)


def build_key(appeal: Appeal, purpose: Purpose, *details: str) -> str:
    """The name under which a message about an appeal stands in the outbox, once."""
    return ":".join([f"appeal:{appeal.institution}:{appeal.register_index}", purpose, *details])


def name_keys(key: str) -> Iterator[str]:
    """The same for each channel."""
    yield key
    yield f"{key}:mail"


def build_first_message(appeal: Appeal, code: str, *, writer: Writer) -> NewMessage:
    """Number and code of a new appeal: by SMS, or by mail to who has given no phone."""
    is_mail = not appeal.phone
    key = build_key(appeal, Purpose.APPEAL_REGISTERED)
    return _build(
        appeal,
        Purpose.APPEAL_REGISTERED,
        key=f"{key}:mail" if is_mail else key,
        channel=Channel.EMAIL if is_mail else Channel.SMS,
        recipient=appeal.email if is_mail else appeal.phone,
        text=writer.write(
            Purpose.APPEAL_REGISTERED,
            number=appeal.register_index,
            code=code,
            due=appeal.legal_on.strftime("%d.%m.%Y"),
        ),
        writer=writer,
    )


async def tell_of_step(
    appeal: Appeal,
    purpose: Purpose,
    explanation: str = "",
    *,
    now: datetime,
    facts: Mapping[str, str] = NOTHING,
    key: str = "",
) -> None:
    """Tell the author of a step, and by mail why: ``explanation`` is what was decided.

    Who has given neither phone nor address of mail is told by post, by whoever decides. What
    can happen again is told again: the last day, or ``key``, tells one time from another.
    """
    following = await find_following(appeal.id)
    addresses = find_addresses(appeal, following)
    channels = choose_channels(MATTERS[purpose], following, addresses)
    if not channels:
        return
    writer = await open_writer(appeal.institution, following.language)
    text = writer.write(purpose, number=appeal.register_index, **facts)
    name = build_key(appeal, purpose, *facts.values(), *([key] if key else []))
    if Channel.SMS in channels:
        sms = _build(appeal, purpose, key=name, recipient=addresses.phone, text=text, writer=writer)
        await note_message(sms, now=now)
    if Channel.EMAIL in channels:
        words = load_catalogues().words(writer.locale)
        more = explanation or (words.gettext(MORE[purpose]) if purpose in MORE else "")
        letter = _build(
            appeal,
            purpose,
            key=f"{name}:mail",
            channel=Channel.EMAIL,
            recipient=addresses.email,
            text=f"{text}\n\n{more}".strip(),
            writer=writer,
        )
        await note_message(letter, now=now)


async def tell_of_new_day(public_id: str, legal_on: date, *, now: datetime) -> None:
    """Tell the author that the last day was counted again, and is ``legal_on`` now."""
    appeal = await find_appeal_to_follow(public_id)
    if appeal is not None:
        await tell_of_step(
            appeal,
            Purpose.APPEAL_TERM_CHANGED,
            now=now,
            facts={"due": legal_on.strftime("%d.%m.%Y")},
            key=name_moment(now),
        )


def name_moment(at: datetime) -> str:
    """A moment within a key: days can change there and back."""
    return str(round(at.timestamp() * 1000))


def _build(
    appeal: Appeal,
    purpose: Purpose,
    *,
    key: str,
    recipient: str,
    text: str,
    writer: Writer,
    channel: Channel = Channel.SMS,
) -> NewMessage:
    is_mail = channel is Channel.EMAIL
    words = load_catalogues().words(writer.locale)
    return NewMessage(
        institution=appeal.institution,
        purpose=purpose,
        key=key,
        channel=channel,
        recipient=recipient,
        locale=choose_locale(writer.locale),
        subject=words.gettext(KINDS[purpose].title) if is_mail else "",
        body=text,
    )

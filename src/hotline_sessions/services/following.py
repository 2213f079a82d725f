"""How an author follows an appeal: what to be told of, how, and at which address."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.appeals import Appeal, parse_reply_email
from hotline_sessions.domain.bookings import Caller
from hotline_sessions.domain.codes import (
    CodeUsedUp,
    WrongCode,
    check_code,
    check_send,
    mac,
    parse_code,
    plan_code,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.following import (
    Addresses,
    Following,
    Matter,
    Way,
    check_choice,
    choose_default,
)
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.appeal_tellings import build_key, find_addresses
from hotline_sessions.services.message_kinds import KINDS
from hotline_sessions.services.message_texts import open_writer
from hotline_sessions.services.tokens import draw_code
from hotline_sessions.services.verification import NoCodeAsked, request_code, try_code
from hotline_sessions.store.appeals import find_appeal_to_follow, lock_appeal
from hotline_sessions.store.following import (
    add_mail_code,
    find_following,
    find_mail_code,
    list_mail_sends,
    mark_following,
    mark_mail_code_used,
    mark_wrong_mail_code,
)
from hotline_sessions.store.messages import note_message
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

MAIL_CODE: Final = "appeal-mail-code"
"""What codes sent by mail are for, in their hashes."""


class Wishes(Struct, frozen=True, kw_only=True):
    """What the author of an appeal is told of, each by its way, and where it goes."""

    addresses: Addresses
    ways: Mapping[Matter, Way]


async def lock_followed(public_id: str) -> Appeal:
    """The appeal that a signed link opens, locked until the transaction ends.

    Raises:
        NotFound: There is none.
    """
    appeal = await find_appeal_to_follow(public_id)
    if appeal is None:
        raise NotFound
    return await lock_appeal(public_id, institution=appeal.institution)


async def get_wishes(appeal: Appeal) -> Wishes:
    """What the author of ``appeal`` is told of now, chosen or by default."""
    following = await find_following(appeal.id)
    addresses = find_addresses(appeal, following)
    return Wishes(
        addresses=addresses,
        ways={
            matter: following.choices.get(matter) or choose_default(matter, addresses)
            for matter in Matter
        },
    )


async def choose_ways(public_id: str, ways: Mapping[Matter, Way], *, now: datetime) -> None:
    """Tell the author from now on what they want, by the ways they want.

    Raises:
        NotFound: There is no such appeal.
        MustBeTold, NoAddress: It cannot be told so. Facts: ``matter``.
    """
    async with transaction():
        appeal = await lock_followed(public_id)
        following = await find_following(appeal.id)
        addresses = find_addresses(appeal, following)
        for matter, way in ways.items():
            check_choice(matter, way, addresses)
        choices = {**following.choices, **ways}
        await mark_following(appeal.id, replace(following, choices=choices), now=now)
        facts: dict[str, object] = {matter.value: way.value for matter, way in ways.items()}
        _note("appeal_wishes_changed", appeal, now=now, facts=facts)


async def ask_phone(
    public_id: str, phone: str, *, language: str, secret: bytes, now: datetime
) -> str:
    """Send a code to another phone for messages; the token that names the attempt.

    Raises:
        NotFound: There is no such appeal.
        BadPhone, PhoneAbroad, TooSoon, TooManyCodes, CodesStopped: See ``request_code``.
    """
    appeal = await find_appeal_to_follow(public_id)
    if appeal is None:
        raise NotFound
    return await request_code(
        phone,
        "",
        institution=appeal.institution,
        purpose=Purpose.ADDRESS_CODE,
        language=language,
        secret=secret,
        now=now,
    )


async def prove_phone(
    public_id: str, token: str, text: str, *, secret: bytes, now: datetime
) -> None:
    """Send messages from now on to the phone whose code was entered.

    Raises:
        NotFound: There is no such appeal.
        BadCode, NoCodeAsked, WrongCode, CodeExpired, CodeUsed, CodeUsedUp: See ``try_code``.
    """
    async with transaction():
        appeal = await lock_followed(public_id)
        outcome = await try_code(token, text, secret=secret, now=now)
        if isinstance(outcome, Caller):
            await _follow(appeal, Channel.SMS, now=now, phone=outcome.phone)
    if not isinstance(outcome, Caller):
        # The wrong try is counted although it is refused: committed first, refused after.
        raise outcome if outcome.facts["remaining"] else CodeUsedUp


async def ask_email(
    public_id: str, email: str, *, language: str, secret: bytes, now: datetime
) -> None:
    """Send a code to another address of mail for messages.

    Raises:
        NotFound: There is no such appeal.
        BadReplyEmail: It is no address.
        TooSoon, TooManyCodes: This appeal has had its codes for now.
    """
    address = parse_reply_email(email)
    code = draw_code()
    writer = await open_writer(None, language)
    state = plan_code(now)
    async with transaction():
        appeal = await lock_followed(public_id)
        check_send(await list_mail_sends(appeal.id, since=now - timedelta(days=1)), now)
        kept = mac(secret, MAIL_CODE, f"{appeal.public_id} {address}", code)
        added = await add_mail_code(appeal.id, address, kept, state)
        await note_message(
            NewMessage(
                institution=appeal.institution,
                purpose=Purpose.ADDRESS_CODE,
                key=build_key(appeal, Purpose.ADDRESS_CODE, str(added), "mail"),
                channel=Channel.EMAIL,
                recipient=address,
                locale=writer.locale,
                subject=load_catalogues()
                .words(writer.locale)
                .gettext(KINDS[Purpose.ADDRESS_CODE].title),
                body=writer.write(Purpose.ADDRESS_CODE, code=code),
                expires_at=state.expires_at,
            ),
            now=now,
        )
    log.info("mail_code_sent", appeal_id=appeal.id)


async def prove_email(public_id: str, text: str, *, secret: bytes, now: datetime) -> None:
    """Send letters from now on to the address whose code was entered.

    Raises:
        NotFound: There is no such appeal.
        NoCodeAsked: No code was sent for it.
        BadCode, WrongCode, CodeExpired, CodeUsed, CodeUsedUp: The code proves nothing.
    """
    code = parse_code(text)
    wrong: WrongCode | None = None
    async with transaction():
        appeal = await lock_followed(public_id)
        sent = await find_mail_code(appeal.id)
        if sent is None:
            raise NoCodeAsked
        given = mac(secret, MAIL_CODE, f"{appeal.public_id} {sent.email}", code)
        try:
            check_code(sent.state, given, sent.mac, now)
        except WrongCode as refusal:
            await mark_wrong_mail_code(sent.id)
            wrong = refusal
        else:
            await mark_mail_code_used(sent.id, now)
            await _follow(appeal, Channel.EMAIL, now=now, email=sent.email)
    if wrong is not None:
        raise wrong if wrong.facts["remaining"] else CodeUsedUp


async def carry_over(earlier: Appeal, later: Appeal, *, language: str, now: datetime) -> None:
    """Let the author follow ``later`` as they did ``earlier``, within the caller's transaction."""
    following = await find_following(earlier.id)
    if (wanted := replace(following, language=language)) != Following():
        await mark_following(later.id, wanted, now=now)


async def _follow(
    appeal: Appeal, channel: Channel, *, now: datetime, phone: str = "", email: str = ""
) -> None:
    following = await find_following(appeal.id)
    wanted = replace(following, phone=phone or following.phone, email=email or following.email)
    await mark_following(appeal.id, wanted, now=now)
    _note("appeal_address_proven", appeal, now=now, facts={"channel": channel.value})


def _note(action: str, appeal: Appeal, *, now: datetime, facts: dict[str, object]) -> None:
    note(action, appeal.id, institution=appeal.institution, account=None, now=now, facts=facts)

"""Words of messages as staff see and change them."""

from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.messages import FOR_STAFF
from hotline_sessions.domain.placeholders import check_places, fill
from hotline_sessions.domain.segments import Size, measure
from hotline_sessions.domain.templates import MessageTemplate, TooManySegments
from hotline_sessions.i18n import DEFAULT_LOCALE, LOCALES, Locale
from hotline_sessions.services.message_kinds import EDITABLE, KINDS
from hotline_sessions.services.message_texts import get_built_in
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.message_templates import (
    list_templates,
    mark_template,
    remove_template,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class Preview(Struct, frozen=True, kw_only=True):
    """A text as the longest values of life make it."""

    text: str
    size: Size


class TextView(Struct, frozen=True, kw_only=True):
    """The text of one kind in one language; ``own`` where the institution has written it."""

    purpose: str
    title: str
    language: str
    text: str
    places: tuple[tuple[str, str], ...]
    preview: Preview
    own: MessageTemplate | None = None


async def list_texts(*, staff: Staff) -> list[TextView]:
    """All texts that the institution may change, in the order in which a citizen meets them."""
    own = await _list_own(staff)
    return [
        _view(purpose, language, own.get((purpose, language)))
        for purpose in KINDS
        for language in LOCALES
        if _is_editable(purpose, language)
    ]


async def get_text(purpose: str, language: str, *, staff: Staff) -> TextView:
    """One of them.

    Raises:
        NotFound: There is no such text.
    """
    locale = _check(purpose, language)
    return _view(purpose, locale, (await _list_own(staff)).get((purpose, locale)))


def preview_text(purpose: str, text: str) -> Preview:
    """The text filled with the longest values.

    Raises:
        UnknownPlaceholder: It has a place that nothing can be put into.
        MissingPlaceholder: It leaves out what it is for.
    """
    kind = KINDS[purpose]
    check_places(text, known=frozenset(kind.longest), needed=kind.needed)
    filled = fill(text, kind.longest)
    return Preview(text=filled, size=measure(filled))


async def save_text(
    purpose: str, language: str, text: str, *, may_be_long: bool, staff: Staff, now: datetime
) -> None:
    """Write from now on in these words.

    Raises:
        NotFound: There is no such text.
        UnknownPlaceholder: It has a place that nothing can be put into.
        MissingPlaceholder: It leaves out what it is for.
        TooManySegments: It takes several parts, and that was not agreed to.
    """
    locale = _check(purpose, language)
    size = preview_text(purpose, text).size
    if size.segments > 1 and not may_be_long:
        raise TooManySegments(segments=size.segments)
    async with transaction():
        await mark_template(
            staff.institution, purpose, locale, text, account=staff.account, now=now
        )
        await _note("message_text_changed", purpose, locale, staff, now)


async def restore_text(purpose: str, language: str, *, staff: Staff, now: datetime) -> None:
    """Go back to the built-in words.

    Raises:
        NotFound: There is no such text.
    """
    locale = _check(purpose, language)
    async with transaction():
        await remove_template(staff.institution, purpose, locale)
        await _note("message_text_restored", purpose, locale, staff, now)


async def _note(action: str, purpose: str, locale: Locale, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "message-text",
        None,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail={"purpose": purpose, "language": locale},
    )
    log.info(action, institution_id=staff.institution, account_id=staff.account, purpose=purpose)


async def _list_own(staff: Staff) -> dict[tuple[str, str], MessageTemplate]:
    found = await list_templates(staff.institution)
    return {(each.purpose, each.language): each for each in found}


def _check(purpose: str, language: str) -> Locale:
    for locale in LOCALES:
        if locale == language and _is_editable(purpose, locale):
            return locale
    raise NotFound


def _is_editable(purpose: str, locale: Locale) -> bool:
    """Whether an institution words it so: what is for staff is said in Ukrainian only."""
    return purpose in EDITABLE and (locale == DEFAULT_LOCALE or purpose not in FOR_STAFF)


def _view(purpose: str, locale: Locale, own: MessageTemplate | None) -> TextView:
    kind = KINDS[purpose]
    text = get_built_in(purpose, locale) if own is None else own.text
    filled = fill(text, kind.longest)
    return TextView(
        purpose=purpose,
        title=kind.title,
        language=locale,
        text=text,
        places=tuple(kind.longest.items()),
        preview=Preview(text=filled, size=measure(filled)),
        own=own,
    )

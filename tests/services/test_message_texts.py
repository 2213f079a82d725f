"""Every kind of SMS fits into one part, in each language, with the longest facts of life."""

import pytest
from tests.factories import NOW, make_institution, make_staff

from hotline_sessions.domain.messages import FOR_STAFF, FOR_SUBSCRIBERS, Purpose
from hotline_sessions.domain.placeholders import fill, list_places
from hotline_sessions.domain.segments import WIDE_ALONE, measure
from hotline_sessions.i18n import LOCALES, Locale
from hotline_sessions.services.message_kinds import KINDS
from hotline_sessions.services.message_texts import get_built_in, open_writer
from hotline_sessions.store.message_templates import mark_template


CITIZENS = sorted(set(Purpose) - FOR_STAFF - FOR_SUBSCRIBERS)
"""What is told by SMS: staff are written to by mail alone, in words of their own."""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("purpose", CITIZENS)
def test_a_built_in_text_with_the_longest_facts_is_one_part(
    purpose: Purpose, locale: Locale
) -> None:
    text = fill(get_built_in(purpose, locale), KINDS[purpose].longest)

    size = measure(text)

    assert size.segments == 1, text
    assert not size.is_wide or size.signs <= WIDE_ALONE == 70, text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("purpose", CITIZENS)
def test_a_built_in_text_says_what_is_needed_and_nothing_unknown(
    purpose: Purpose, locale: Locale
) -> None:
    places, kind = set(list_places(get_built_in(purpose, locale))), KINDS[purpose]

    assert kind.needed <= places <= set(kind.longest)


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_an_institution_writes_in_its_own_words_in_one_language_only() -> None:
    home, other = await make_institution(), await make_institution()
    staff = await make_staff(institution=home.id)
    await mark_template(
        home.id, Purpose.REMINDER, "uk", "Чекаємо {day}!", account=staff.account, now=NOW
    )

    texts = [
        (await open_writer(institution, language)).write(
            Purpose.REMINDER, day="25.11", clock="10:00", line="1545"
        )
        for institution, language in ((home.id, "uk"), (home.id, "en"), (other.id, "uk"))
    ]

    assert texts == [
        "Чекаємо 25.11!",
        "Your talk is on 25.11 at 10:00. Call 1545",
        "Нагадуємо: розмова 25.11 о 10:00. Тел. 1545",
    ]

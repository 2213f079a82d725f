"""The SMS with an offer is one segment and says when, until when, and where."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hotline_sessions.domain.bookings import Origin
from hotline_sessions.domain.ids import InstitutionId, PublicId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.services.message_texts import Writer
from hotline_sessions.services.offer_texts import build_offer_text
from hotline_sessions.services.tellings import SEGMENT
from hotline_sessions.services.waiting_offers import build_link
from hotline_sessions.store.offers_due import Untold


MADE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LONGEST_HOST = "https://linia.rv.gov.ua"


def an_offer(*, hours: float) -> Untold:
    return Untold(
        public_id=PublicId("0123456789"),
        institution=InstitutionId(1),
        phone="+380501234567",
        starts_at=datetime(2026, 11, 25, 8, 40, tzinfo=UTC),
        made_at=MADE,
        expires_at=MADE + timedelta(hours=hours),
        time_zone="Europe/Kyiv",
    )


@pytest.mark.parametrize(
    ("hours", "until"), [(2, "до 12:00:"), (13.9, "до 23:54:"), (24, "до 24.11 10:00:")]
)
def test_the_text_says_everything_in_one_segment(hours: float, until: str) -> None:
    offer = an_offer(hours=hours)

    text = build_offer_text(offer, link=build_link(LONGEST_HOST, offer.public_id), now=MADE)

    assert len(text) <= SEGMENT, text
    assert until in text
    assert "25.11 10:40" in text
    assert text.endswith(" linia.rv.gov.ua/o/0123456789")


def test_who_came_by_telephone_is_told_the_number_to_call() -> None:
    line = PhoneNumber("+380362220011")
    for origin in (Origin.PHONE, Origin.DESK):
        offer = msgspec.structs.replace(an_offer(hours=24), origin=origin, line=line)

        text = build_offer_text(offer, link="https://a.ua/o/0123456789", now=MADE)

        assert text == "Є час 25.11 10:40, Ваш до 24.11 10:00. Дзвоніть +380 36 222 00 11"
        assert len(text) <= SEGMENT


def test_who_came_by_the_web_gets_the_address() -> None:
    offer = msgspec.structs.replace(an_offer(hours=2), line=PhoneNumber("+380362220011"))

    assert "a.ua/o/" in build_offer_text(offer, link="https://a.ua/o/0123456789", now=MADE)


def test_an_offer_is_told_in_the_language_of_the_writer() -> None:
    text = build_offer_text(
        an_offer(hours=2),
        link="https://a.ua/o/0123456789",
        now=MADE,
        writer=Writer(locale="en"),
    )

    assert text == "A time is free: 25.11 10:40, yours until 12:00: a.ua/o/0123456789"

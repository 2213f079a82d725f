"""What the public may know of a session."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.ids import InstitutionId, PublicId, SessionId
from hotline_sessions.domain.sessions import SessionState


START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ANNOUNCED = Announcement(
    id=SessionId(1),
    public_id=PublicId("0123456789"),
    institution=InstitutionId(1),
    institution_slug="rada",
    institution_uk="Обласна рада",
    institution_en="Regional Council",
    post_public_id=PublicId("9876543210"),
    post_uk="Голова",
    post_en="",
    portfolio="",
    official_name=None,
    topic="Тарифи",
    held_on=date(2026, 11, 25),
    starts_at=START,
    ends_at=START,
    time_zone="Europe/Kyiv",
    talk_minutes=5,
    line_number=None,
    line_is_free=None,
    state=SessionState.PUBLISHED,
    cancel_reason="",
    rescheduled_to=None,
    sequence=1,
    updated_at=START,
    bookable=4,
    booked=0,
)


@pytest.mark.parametrize(
    ("locale", "institution", "post"),
    [("uk", "Обласна рада", "Голова"), ("en", "Regional Council", "Голова")],
)
def test_an_announcement_speaks_the_language_of_the_reader_as_far_as_it_can(
    locale: str, institution: str, post: str
) -> None:
    assert ANNOUNCED.institution_name(locale) == institution
    assert ANNOUNCED.post_title(locale) == post


def test_an_announcement_has_no_field_for_a_citizen_or_a_private_number() -> None:
    names = {field.name for field in msgspec.structs.fields(Announcement)}

    # Its community is that of those for whom the session is, which is announced.
    assert not names & {"phone", "caller_name", "question", "ring_number", "code"}

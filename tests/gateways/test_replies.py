"""Letters that come back are read as they are meant, and bad ones are only unreadable."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateways.answers import STAMPED, make_answer, make_bounce

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.replies import Bounce, CalendarReply, Unread
from hotline_sessions.gateways.replies import build_key, read_letter


UID = "line-0123456789-abc@hotline-sessions"
BOSS = "boss@council.example"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("ACCEPTED", Answer.ACCEPTED),
        ("DECLINED", Answer.DECLINED),
        ("TENTATIVE", Answer.TENTATIVE),
        ("NEEDS-ACTION", None),
        ("DELEGATED", None),
    ],
)
def test_an_answer_is_read(status: str, answer: Answer | None) -> None:
    found = read_letter(make_answer(UID, sender="Boss@Council.example", status=status, sequence=3))

    assert found == CalendarReply(
        sender=BOSS, attendee=BOSS, uid=UID, sequence=3, stamped_at=STAMPED, answer=answer
    )


def test_a_proposal_is_read_to_the_minute_in_its_own_zone() -> None:
    at = datetime(2026, 12, 1, 12, 30, tzinfo=UTC)
    raw = make_answer(UID, sender=BOSS, method="COUNTER", status="TENTATIVE", starts_at=at)
    kyiv = raw.replace(b"DTSTART:20261201T123000Z", b"DTSTART;TZID=Europe/Kyiv:20261201T143041")
    exchange = kyiv.replace(b"Europe/Kyiv", b"FLE Standard Time")
    found = [read_letter(each) for each in (raw, kyiv, exchange)]

    assert [each.proposed_at for each in found if isinstance(each, CalendarReply)] == [at] * 3


def test_signs_of_other_programs_are_understood() -> None:
    raw = make_answer(UID, sender=BOSS)
    marked = raw.replace(b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR")
    loud = raw.replace(b":mailto:boss", b":MAILTO:Boss")
    cyrillic = raw.decode().replace("method=REPLY; charset=utf-8", "charset=koi8-u")
    found = [read_letter(each) for each in (raw, marked, loud, cyrillic.encode("koi8-u"))]

    assert found == [found[0]] * 4
    assert isinstance(found[0], CalendarReply)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"UID:line", b"UID:\0line"),
        (b"SEQUENCE:0", b"SEQUENCE:99999999999999"),
        (b"SEQUENCE:0", b"SEQUENCE:-1"),
        (b"SEQUENCE:0", b"SEQUENCE:x"),
        (b"DTSTAMP:20261123T083000Z", b"DTSTAMP:20261123T083000"),
        (b"DTSTAMP:20261123T083000Z", b"DTSTAMP:99999999"),
        (b"From: boss@council.example", b"From: boss@council.example, deputy@council.example"),
        (b"From: boss@council.example", b"From: a@b\nFrom: boss@council.example"),
        (b"END:VCALENDAR", b""),
        (b"BEGIN:VEVENT", b"BEGIN:VEVENT\nEND:VEVENT\nBEGIN:VEVENT"),
        (b"METHOD:REPLY\n", b""),
        ("Пряма".encode(), b"\xff\xfe"),
    ],
)
def test_what_is_broken_is_unreadable_and_no_error(old: bytes, new: bytes) -> None:
    raw = make_answer(UID, sender=BOSS)
    assert old in raw

    assert read_letter(raw.replace(old, new)) in {Unread.UNREADABLE, Unread.OTHER}


@given(st.binary(max_size=300), st.integers(0, 900))
def test_whatever_comes_is_read_without_an_error(noise: bytes, place: int) -> None:
    raw = make_answer(UID, sender=BOSS)

    read_letter(noise)
    assert len(build_key(noise)) == 64
    read_letter(raw[:place] + noise + raw[place + len(noise) :])


def test_other_letters_are_left_to_people() -> None:
    plain = b"From: a@b\nMessage-ID: <1@b>\n\nHello\n"
    request = make_answer(UID, sender=BOSS, method="REQUEST")

    assert [read_letter(each) for each in (plain, request)] == [Unread.OTHER, Unread.OTHER]


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_letter_that_did_not_arrive(kind: str) -> None:
    name = "<1.line.1.0@rivne.example>"

    assert read_letter(make_bounce(name, kind=kind)) == Bounce(message_id=name)
    assert read_letter(make_bounce(name, kind=kind, action="delayed")) is Unread.OTHER


def test_a_letter_has_one_name_however_it_came() -> None:
    raw = make_answer(UID, sender=BOSS)
    again = b"Received: from elsewhere\n" + raw
    other = make_answer(UID, sender=BOSS, name="2")
    stolen = make_answer(UID, sender="other@council.example")

    assert build_key(raw) == build_key(again)
    assert len({build_key(each) for each in (raw, other, stolen)}) == 3

"""What is said: every prompt, in both languages, in words that a voice reads rightly."""

import re
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.booking_choices import Cause
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.menu_prompts import (
    Ask,
    AskChoice,
    AskLotSure,
    AskLotTimes,
    AskNumber,
    AskOwnCode,
    AskPhone,
    AskService,
    AskSession,
    AskSlot,
    AskSmsCode,
    AskSure,
    AskWait,
    MenuStep,
    Remark,
    SessionOffer,
    TellBooked,
    TellLot,
    TellOffer,
    TellOwn,
    TellPlace,
)
from hotline_sessions.domain.phrases import Speech
from hotline_sessions.domain.prompts import (
    Alone,
    AskCode,
    AskConsent,
    AskOfficial,
    AskOperator,
    AskPresence,
    AskTail,
    EnterAir,
    EnterRoom,
    Goodbye,
    Held,
    Hold,
    Host,
    Join,
    Menu,
    Notice,
    OfficialMenu,
    Parting,
    Prompt,
    Question,
    Screen,
    Silence,
    Silenced,
    Wait,
    Whisper,
)
from hotline_sessions.i18n import Locale, load_catalogues
from hotline_sessions.web.webhooks.voice_texts import TEXTS
from hotline_sessions.web.webhooks.voice_words import HOLD_ROUNDS, say


LEG = PublicId("leg0000001")
SESSION = PublicId("session001")
STARTS_AT = datetime(2026, 12, 1, 8, 20, tzinfo=UTC)
UK = load_catalogues().words("uk")
EN = load_catalogues().words("en")
ZONE = "Europe/Kyiv"
HOST = Host(institution="Рівненська ОВА", post="голова", official="Олена Коваль")

OFFER = SessionOffer(post="голова", official="Олена Коваль", starts_at=STARTS_AT, time_zone=ZONE)
GREETINGS = ((1, HOST), (2, None))
ASKS: list[Ask] = [
    AskService(institution="Рівненська ОВА", next_at=STARTS_AT, can_ask=True),
    AskService(),
    AskSession(offers=(OFFER, OFFER, OFFER)),
    AskNumber(phone="+380501234567"),
    AskPhone(for_code=True),
    AskPhone(for_code=False),
    AskSmsCode(),
    AskSlot(starts=(STARTS_AT, STARTS_AT), time_zone=ZONE, has_more=True),
    AskSlot(starts=(STARTS_AT,), time_zone=ZONE, has_more=False),
    TellBooked(starts_at=STARTS_AT, time_zone=ZONE, code="418205"),
    TellBooked(starts_at=STARTS_AT, time_zone=ZONE, code=None),
    AskOwnCode(),
    TellOwn(offer=OFFER),
    AskSure(),
    *(AskChoice(cause=cause, offer=OFFER) for cause in Cause),
    AskChoice(cause=Cause.SUBSTITUTED, offer=OFFER, may_keep=True, nearest=OFFER, may_file=True),
    AskSession(offers=(msgspec.structs.replace(OFFER, is_full=True),)),
    AskService(can_wait=True),
    AskWait(),
    TellPlace(offer=OFFER, place=12),
    TellOffer(offer=OFFER, until=STARTS_AT, has_more=True),
    TellLot(offer=OFFER, falls_at=STARTS_AT, is_in=False),
    TellLot(offer=OFFER, falls_at=None, is_in=True),
    AskLotTimes(starts=(STARTS_AT,), time_zone="Europe/Kyiv", has_more=True),
    AskLotSure(starts=(STARTS_AT, STARTS_AT), time_zone="Europe/Kyiv", may_add=True),
]
PROMPTS: list[Prompt] = [
    *(AskTail(leg=LEG, attempt=n, host=host, offers_menu=True) for n, host in GREETINGS),
    *(AskCode(leg=LEG, attempt=n, host=host, offers_menu=True) for n, host in GREETINGS),
    *(AskConsent(leg=LEG, attempt=n) for n in (1, 2)),
    *(AskPresence(leg=LEG, attempt=n, host=HOST) for n in (1, 2)),
    Wait(leg=LEG, session=SESSION, visit=1, time_zone="Europe/Kyiv"),
    Wait(leg=LEG, session=SESSION, visit=1, time_zone="Europe/Kyiv", slot_starts_at=STARTS_AT),
    Wait(leg=LEG, session=SESSION, visit=1, time_zone="Europe/Kyiv", is_return=True),
    *(
        Hold(leg=LEG, position=2, minutes=9, round=n, silenced=why, starts_at=STARTS_AT)
        for n in range(2)
        for why in Silenced
    ),
    Join(leg=LEG, session=SESSION, turn=1, minutes=5, limit_seconds=900),
    Join(leg=LEG, session=SESSION, turn=1, minutes=5, limit_seconds=900, is_return=True),
    Screen(leg=LEG, session=SESSION, turn=1),
    *(Question(leg=LEG, why=why) for why in Parting),
    Question(leg=LEG, why=Parting.WISHED, attempt=2),
    *(Goodbye(why=why) for why in Parting),
    AskOfficial(leg=LEG, attempt=1, host=HOST),
    AskOperator(leg=LEG, attempt=1),
    EnterAir(leg=LEG, session=SESSION, visit=1, limit_seconds=900),
    EnterAir(leg=LEG, session=SESSION, visit=1, limit_seconds=900, is_return=True),
    EnterRoom(leg=LEG, session=SESSION, turn=1),
    EnterRoom(leg=LEG, session=SESSION, turn=1, partner=LEG),
    EnterRoom(leg=LEG, session=SESSION, turn=1, is_muted=True),
    EnterRoom(leg=LEG, session=SESSION, turn=1, coach="CA" + "0" * 32),
    OfficialMenu(leg=LEG, visit=1),
    Alone(leg=LEG),
    Held(leg=LEG),
    *(Whisper(notice=notice) for notice in Notice),
    Whisper(notice=Notice.BRIEFING, name="Марія", community="Рівне", topic="дорога", waiting=3),
    *(MenuStep(dialogue=LEG, number=0, ask=ask) for ask in ASKS),
    *(MenuStep(dialogue=LEG, number=1, ask=AskSure(), remarks=(why,)) for why in Remark),
]
NAMES = [f"{number}-{type(prompt).__name__}" for number, prompt in enumerate(PROMPTS)]
FIGURES = re.compile(r"[0-9]")
LATIN = re.compile(r"[A-Za-z]")
CYRILLIC = re.compile(r"[а-яіїєґА-ЯІЇЄҐ]")
NAMED = re.compile("Рівненська ОВА|голова|Олена Коваль|Марія|Рівне|дорога")


def read(speech: Speech) -> str:
    return " ".join(phrase.text for phrase in speech)


def hold(turn: int = 0, *, locale: Locale = "uk", **facts: object) -> str:
    values = {"leg": LEG, "position": 2, "minutes": 9, "round": turn, **facts}
    return read(say(Hold(**values), load_catalogues().words(locale)))  # type: ignore[arg-type]


def test_the_examples_leave_no_prompt_out() -> None:
    spoken = {kind for kind in get_args(Prompt) if kind.__module__.endswith("prompts")}

    assert {type(prompt) for prompt in PROMPTS} == spoken - {Silence, Menu}
    assert {type(ask) for ask in ASKS} == set(get_args(Ask))
    assert say(Silence(), UK) == say(Menu(leg=LEG, visit=1), UK) == []


@pytest.mark.parametrize("prompt", PROMPTS, ids=NAMES)
def test_every_prompt_is_said_in_the_letters_of_its_language(prompt: Prompt) -> None:
    for words in (UK, EN):
        speech = say(prompt, words)
        assert speech
        for phrase in speech:
            text = NAMED.sub("", phrase.text)
            assert not FIGURES.search(text)
            assert not (LATIN if phrase.language == "uk" else CYRILLIC).search(text)


@pytest.mark.parametrize("prompt", PROMPTS, ids=NAMES)
def test_a_key_always_stands_for_one_text(prompt: Prompt) -> None:
    """What an announcer has recorded under a key is what the voice would say."""
    for words in (UK, EN):
        for phrase in say(prompt, words):
            if phrase.key:
                own = load_catalogues().words("en" if phrase.language == "en" else "uk")
                assert phrase.text == own.gettext(TEXTS[phrase.key])


@given(st.integers(min_value=0), st.integers(min_value=0), st.integers(min_value=0))
def test_any_place_and_any_wait_can_be_said(position: int, minutes: int, turn: int) -> None:
    for locale in ("uk", "en"):
        said = hold(turn, locale=locale, position=position, minutes=minutes)
        assert bool(said) == (turn % HOLD_ROUNDS < 2)


def test_waiting_alternates_between_the_place_the_keys_and_the_melody() -> None:
    assert hold(0) == "Ваш номер у черзі — другий. Орієнтовний час очікування — дев’ять хвилин."
    assert hold(1).count("натисніть") == 3
    assert hold(2) == ""
    assert hold(3) == hold(0)


def test_no_keys_are_told_to_whom_nobody_listens() -> None:
    assert hold(1, leg=None) == ""


@pytest.mark.parametrize("silenced", [Silenced.PAUSED, Silenced.NO_OFFICIAL])
def test_no_time_is_promised_while_nobody_knows_it(silenced: Silenced) -> None:
    said = hold(0, silenced=silenced)

    assert "другий" in said
    assert "хвилин" not in said


def test_a_very_long_wait_is_not_given_in_minutes() -> None:
    assert "понад годину" in hold(0, minutes=61)
    assert "шістдесят хвилин" in hold(0, minutes=60)


def test_those_who_wait_hear_who_answers_instead() -> None:
    assert hold(0, substitute="Іван Бондар").startswith("Сьогодні вам відповідає Іван Бондар.")


def test_who_waits_before_the_start_hears_when_it_is() -> None:
    said = hold(0, silenced=Silenced.BEFORE_START, starts_at=STARTS_AT)

    assert said.startswith("Пряма лінія розпочнеться о десятій двадцять.")


def test_english_is_offered_in_english() -> None:
    *_, last = say(AskCode(leg=LEG, attempt=1, offers_menu=True), UK)

    assert (last.language, last.text) == ("en", "For English, press star.")
    assert "star" not in read(say(AskCode(leg=LEG, attempt=1), EN))


def test_no_more_than_three_keys_are_told_at_once() -> None:
    for prompt in PROMPTS:
        keys = re.findall(
            r"\bpress (?:one|two|three|four|five|six|seven|eight|nine|zero|star)\b",
            read(say(prompt, EN)),
        )
        assert len(set(keys)) <= 3, prompt


def test_the_briefing_names_what_is_known() -> None:
    full = Whisper(
        notice=Notice.BRIEFING, name="Марія Коваль", community="Рівне", topic="дорога", waiting=2
    )

    assert read(say(full, UK)) == (
        "Далі — Марія Коваль, Рівне. Запитання: дорога. Ще в черзі: два."
    )
    assert read(say(Whisper(notice=Notice.BRIEFING), UK)) == (
        "Наступний громадянин телефонує без запису."
    )

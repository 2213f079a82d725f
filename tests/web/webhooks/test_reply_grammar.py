"""Every prompt in both languages, with whatever names people have, is a document Twilio plays."""

import types
import typing
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from tests.gateways.twilio.contract.grammar import find_faults, list_structure, read

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.prompts import Host, Prompt, Whisper
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.twiml import Voices
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.web.webhooks.replies import build_reply


BASE = "https://hotline.example.gov.ua"
ADDRESSES = Addresses(BASE)
CATALOGUES = load_catalogues()
PROMPTS = typing.get_args(Prompt)
NAMES = {prompt.__name__: prompt for prompt in PROMPTS}
MOMENT = datetime(2026, 12, 1, 8, 20, tzinfo=UTC)

HOSTILE = st.text(
    st.characters(codec="utf-8")
    | st.sampled_from("<>&\"']/%{}\0\x01\x0b\x1f\u202e\u2066\ufffe\uffff\U0001f600"),
    max_size=30,
)
FIXED: dict[str, Any] = {
    "language": "uk",
    "time_zone": "Europe/Kyiv",
    "coach": "CA" + "1" * 32,
    "limit_seconds": 600,
    "minutes": 10,
    "phone": "+380501234567",
    "code": "418205",
    "new_number": "+380362260000",
}
"""Fields whose values the product chooses, not people; ``coach`` is Twilio's name of a call."""


def draw_prompt(kind: type[Struct], names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Prompts of a kind, their texts drawn from ``names``."""
    hints = typing.get_type_hints(kind)
    fields = {
        field.name: draw_field(field.name, hints[field.name], names)
        for field in msgspec.structs.fields(kind)
    }
    return st.fixed_dictionaries(fields).map(lambda values: kind(**values))


def draw_field(name: str, hint: Any, names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any type
    if name in FIXED:
        return st.just(FIXED[name])
    return draw_value(hint, names)


def draw_value(hint: Any, names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any type
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([draw_value(each, names) for each in typing.get_args(hint)])
    if origin is tuple:
        return st.lists(draw_value(typing.get_args(hint)[0], names), max_size=3).map(tuple)
    if hint is PublicId:
        return st.just(PublicId("0123456789"))
    if hint is type(None):
        return st.none()
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(1, 9)
    if hint is str:
        return names
    if hint is datetime:
        return st.just(MOMENT)
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    return draw_prompt(hint, names)


def answer(prompt: Any, language: str) -> str:  # noqa: ANN401 - any prompt
    said = msgspec.structs.replace(prompt, language=language)
    return build_reply(said, ADDRESSES, Voices(), CATALOGUES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_prompt_is_a_document_that_twilio_plays(name: str, data: st.DataObject) -> None:
    prompt = data.draw(draw_prompt(NAMES[name], HOSTILE))

    for language in ("uk", "en"):
        assert find_faults(answer(prompt, language)) == []


@settings(max_examples=25, deadline=None)
@given(hostile=HOSTILE)
def test_no_name_of_a_citizen_changes_what_is_done(hostile: str) -> None:
    """TEL-15."""
    attack = f'а"{hostile}]]></Say><Hangup/><Say>'
    for kind in (Whisper, *(NAMES[name] for name in ("AskCode", "AskOfficial", "Wait"))):
        benign, attacked = (fill(kind, text) for text in ("аб", attack))

        assert list_structure(answer(attacked, "uk")) == list_structure(answer(benign, "uk"))
        assert read(answer(attacked, "uk")).findall(".//Hangup") == []


def fill(kind: Any, text: str) -> Any:  # noqa: ANN401 - any prompt
    """A prompt all of whose names are ``text``."""
    host = Host(institution=text, post=text, official=text)
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {
        name: draw_simple(name, hint, text, host) for name, hint in hints.items()
    }
    return kind(**values)


def draw_simple(name: str, hint: Any, text: str, host: Host) -> Any:  # noqa: ANN401 - any type
    if name in FIXED:
        return FIXED[name]
    if name == "host":
        return host
    if hint is PublicId:
        return PublicId("0123456789")
    if hint is str:
        return text
    if hint is int:
        return 1
    if hint is bool:
        return False
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    return None

from datetime import date, time
from enum import StrEnum
from typing import Annotated

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import Meta, Struct

from hotline_sessions.domain import phones
from hotline_sessions.web.forms import Form, Mistakes, parse_form


class Kind(StrEnum):
    PROPOSAL = "proposal"
    COMPLAINT = "complaint"


class Everything(Struct, frozen=True, kw_only=True):
    name: Annotated[str, Meta(max_length=5)]
    day: date
    clock: time
    kind: Kind
    count: Annotated[int, Meta(ge=1)]
    note: str | None
    topic: str = "інше"
    agreed: bool
    slots: list[int] = []


GOOD = {
    "name": "Олена",
    "day": "2026-11-24",
    "clock": "10:30",
    "kind": "complaint",
    "count": "3",
    "agreed": "on",
}


def make_form(**fields: str | list[str]) -> Form:
    return Form(
        fields={
            name: tuple(value) if isinstance(value, list) else (value,)
            for name, value in fields.items()
        }
    )


def test_a_good_form_becomes_a_struct_with_real_types() -> None:
    taken = parse_form(Everything, make_form(**GOOD, slots=["1", "2"], stranger="x"))

    assert taken == Everything(
        name="Олена",
        day=date(2026, 11, 24),
        clock=time(10, 30),
        kind=Kind.COMPLAINT,
        count=3,
        note=None,
        agreed=True,
        slots=[1, 2],
    )


def test_all_mistakes_are_told_at_once() -> None:
    taken = parse_form(
        Everything, make_form(name="Олександра", day="завтра", kind="скарга", count="0")
    )

    assert taken == Mistakes(
        by_field={
            "name": "too-long",
            "day": "wrong",
            "clock": "missing",
            "kind": "not-a-choice",
            "count": "too-small",
        }
    )


@pytest.mark.parametrize(
    ("typed", "kind"), [("12345678901", "bad-phone"), ("+48 22 123 45 67", "phone-abroad")]
)
def test_what_the_domain_refuses_is_a_mistake_of_its_field(typed: str, kind: str) -> None:
    class WhoCalls(Struct):
        phone: str

    form = make_form(phone=typed)

    assert parse_form(WhoCalls, form, {"phone": phones.parse_mobile}) == Mistakes({"phone": kind})


def test_a_wrong_form_comes_back_as_it_was_typed_with_its_mistakes(
    client: TestClient[Litestar],
) -> None:
    answer = client.post("/sample", data={"phone": "050", "name": "<b>Ася</b>", "slot": ""})

    assert answer.status_code == 422
    assert "<title>Помилка: Проба" in answer.text
    assert "Виправте помилки" in answer.text
    assert 'href="#phone"' in answer.text
    assert 'href="#slot"' in answer.text
    assert 'value="050"' in answer.text
    assert "&lt;b&gt;Ася&lt;/b&gt;" in answer.text


def test_who_hears_a_mistake_hears_no_english_word_before_it(client: TestClient[Litestar]) -> None:
    answer = client.post("/sample", data={"phone": "050", "name": "Ася", "slot": "1"})

    assert '<span class="govuk-visually-hidden">Помилка:</span>' in answer.text
    assert "Error" not in answer.text


def test_a_good_form_is_taken(client: TestClient[Litestar]) -> None:
    answer = client.post("/sample", data={"phone": " 050 123 45 67 ", "name": "Ася", "slot": "2"})

    assert answer.text == "+380501234567"

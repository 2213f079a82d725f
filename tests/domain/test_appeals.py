"""What must be written down for a call to be an appeal."""

import msgspec
import pytest

from hotline_sessions.domain.appeals import BY_TELEPHONE, AnswerText, NewAppeal


GOOD = {
    "surname": "Коваленко",
    "given_name": "Марія",
    "residence": "м. Рівне, вул. Соборна, 1",
    "kind": "3.2",
    "question": "Не надійшла субсидія.",
}


def test_an_appeal_needs_study_and_a_written_reply_unless_something_else_is_said() -> None:
    new = msgspec.convert(GOOD, NewAppeal)

    assert new.needs_study
    assert new.wants_written_reply
    assert (new.patronymic, new.phone, new.topic) == ("", "", "")


@pytest.mark.parametrize("field", GOOD)
def test_surname_name_residence_kind_and_substance_must_be_there(field: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({key: value for key, value in GOOD.items() if key != field}, NewAppeal)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("surname", "К"),
        ("surname", "К" * 101),
        ("given_name", ""),
        ("patronymic", "І" * 101),
        ("residence", "м."),
        ("residence", "м" * 301),
        ("question", "Ні"),
        ("question", "я" * 5001),
    ],
)
def test_what_is_too_short_or_too_long_is_not_read(field: str, value: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(GOOD | {field: value}, NewAppeal)


def test_an_answer_says_something() -> None:
    assert msgspec.convert("Субсидію нараховано.", AnswerText)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("Так.", AnswerText)


def test_a_call_is_received_by_telephone() -> None:
    assert BY_TELEPHONE == "1.1.1"

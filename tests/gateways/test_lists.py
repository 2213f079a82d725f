import json

import pytest

from hotline_sessions.domain.schedule_columns import BadSheet
from hotline_sessions.gateways.lists import read_list


def test_json_is_read_as_rows_counted_from_one() -> None:
    content = json.dumps({"appeals": [{"number": 7, "secrecy": True}, {"number": None}]})

    rows = read_list(content.encode(), "list.json")

    assert [(row.line, row.cells) for row in rows] == [
        (1, {"number": "7", "secrecy": "yes"}),
        (2, {"number": ""}),
    ]


def test_a_character_in_two_escaped_halves_is_one() -> None:
    assert read_list(rb'[{"a": "\ud83d\ude00"}]', "list.json")[0].cells == {"a": "\U0001f600"}


def test_anything_else_is_read_as_a_table() -> None:
    assert read_list("номер;зміст\n1;Вода\n".encode(), "list.csv")[0].line == 2


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"[", "not-a-list"),
        (b"{}", "not-a-list"),
        (b"[]", "empty"),
        (b"[1]", "not-an-object"),
        (b'[{"a": {"b": 1}}]', "not-an-object"),
        (b"[" * 100_000, "not-a-list"),
        (b'[{"a": "\xff"}]', "not-a-list"),
        (rb'[{"a": "\ud83d"}]', "not-text"),
        (rb'[{"\ude00": "a"}]', "not-text"),
        (json.dumps([{}] * 5001).encode(), "too-many-rows"),
        (json.dumps([dict.fromkeys(map(str, range(101)))]).encode(), "too-many-columns"),
    ],
)
def test_json_that_is_no_list_of_rows_is_refused(content: bytes, what: str) -> None:
    with pytest.raises(BadSheet) as caught:
        read_list(content, "list.json")

    assert caught.value.facts["what"] == what

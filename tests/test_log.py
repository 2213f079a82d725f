import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from hotline_sessions.log import MASK, mask_text, set_up_log


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, object]]]]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    set_up_log("json", "info")
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


type_of_lines = Callable[[], list[dict[str, object]]]


@pytest.mark.parametrize(
    "private",
    [
        "+380671112233",
        "+380 (67) 111-22-33",
        "0671112233",
        "067 111 22 33",
        "380671112233",
        "%2B380671112233",
        "olena@example.org",
        "Key (phone)=(Олена Коваль) already exists",
        "postgresql://user:secret@host/name",
    ],
)
def test_what_may_belong_to_a_person_is_masked(private: str) -> None:
    masked = mask_text(f"before {private} after")
    assert MASK in masked
    for part in ("671", "22 33", "22-33", "112233", "olena", "Олена", "secret"):
        assert part not in masked


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-11-24T10:00:00.123456Z",
        "CA0123456789abcdef0123456789abcdef",
        "session 123456 of 24 listeners in 0.25 s",
        "http://127.0.0.1:8000/healthz",
        "0.1.0",
    ],
)
def test_what_belongs_to_nobody_stays(harmless: str) -> None:
    assert mask_text(harmless) == harmless


def test_a_line_holds_nothing_private(lines: type_of_lines) -> None:
    structlog.get_logger("calls").info(
        "call.noted",
        sid="CA1",
        name="Олена Коваль",
        phone="+380671112233",
        nested={"to": "Олена", "list": ["0671112233"]},
        body=b"From=%2B380671112233",
        legs=2,
    )
    (line,) = lines()
    assert line["event"] == "call.noted"
    assert line["sid"] == "CA1"
    assert line["legs"] == 2
    assert line["level"] == "info"
    assert str(line["at"]).endswith("Z")
    assert "Олена" not in str(line)
    assert "067111" not in str(line)


def test_tracebacks_and_lines_of_libraries_are_masked_too(lines: type_of_lines) -> None:
    try:
        int("+380671112233 +")
    except ValueError:
        logging.getLogger("library").exception("failed for %s", "+380671112233")
    (line,) = lines()
    assert "671112233" not in str(line)
    assert "ValueError" in str(line["exception"])


def test_what_is_too_light_is_not_logged(lines: type_of_lines) -> None:
    structlog.get_logger("calls").debug("nothing")
    assert lines() == []

"""Logs and refusals carry keys and counts, never people."""

import ast

import pytest
from tests.architecture.code import list_calls, list_modules, parse, place_of

from hotline_sessions.log import PRIVATE_KEYS


LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "msg", "bind", "new"}
PERSONAL = {"name", "phone", "question", "caller", "caller_name", "surname", "residence"}
"""Facts about a citizen; the log masks more, but these are not even handed to it."""
SECRETS = {"email", "number", "password", "recipient", "secret", "token"}


def list_logged_keys(tree: ast.AST) -> set[str]:
    return {
        keyword.arg
        for name, call in list_calls(tree)
        if name.rpartition(".")[0] in {"log", "logger", "structlog.contextvars"}
        and name.rpartition(".")[2] in LEVELS | {"bind_contextvars"}
        for keyword in call.keywords
        if keyword.arg
    }


def test_no_log_line_is_handed_a_private_fact() -> None:
    found = {
        f"{place_of(path)}: {key}"
        for path in list_modules()
        if not place_of(path).startswith("phonesim/")  # has only people who were made up
        for key in list_logged_keys(parse(path)) & (PRIVATE_KEYS | PERSONAL)
    }

    assert not found, found


def test_a_private_fact_in_a_log_line_would_be_found() -> None:
    tree = ast.parse("log.info('booked', phone=caller.phone, booking_id=1)")

    assert list_logged_keys(tree) == {"phone", "booking_id"}


def test_log_lines_are_constant_words_and_not_sentences_with_facts_in_them() -> None:
    built = [
        f"{place_of(path)}:{call.lineno}"
        for path in list_modules()
        for name, call in list_calls(parse(path))
        if name.startswith("log.") and name.removeprefix("log.") in LEVELS and call.args
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]

    assert not built, built


@pytest.mark.parametrize("folder", ["domain", "services", "store"])
def test_no_refusal_carries_a_fact_about_a_citizen(folder: str) -> None:
    found = [
        f"{place_of(path)}:{node.lineno}: {keyword.arg}"
        for path in list_modules(folder)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        for keyword in node.exc.keywords
        if keyword.arg in PERSONAL | SECRETS
    ]

    assert not found, found

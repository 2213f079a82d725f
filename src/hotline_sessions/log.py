"""Structured logs, without people in them.

Lines are JSON, or coloured text in a terminal. Numbers of telephones, addresses of mail
and values of private keys are masked on the way out, in tracebacks too; the first line
of defence is not to log them at all.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


MASK: Final = "•••"

PRIVATE_KEYS: Final = frozenset(
    {
        "address", "answer", "body", "called", "caller", "code", "cookie", "email", "form", "from",
        "from_", "full_name", "headers", "name", "number", "password", "person", "phone", "query",
        "question", "recipient", "secret", "text", "to", "token", "url",
    }
)  # fmt: skip
"""Keys whose values are never written."""

PRIVATE_PATTERNS: Final = (
    # A number in international form, with or without gaps; also as it stands in an address.
    re.compile(r"(?:\+|%2[Bb])\d[\d\s().-]{6,}\d"),
    # A Ukrainian number as people write it, and any long row of digits.
    re.compile(r"(?<![\w.-])\(?0\d{2}\)?[\s-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}(?![\w-])"),
    re.compile(r"(?<![\w.-])\d{10,15}(?![\w-])"),
    # An address of mail; the secret in the address of a server.
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"(?<=://)[^\s/@]+(?=@)"),
    # What the database adds to a violated constraint: Key (phone)=(…) already exists.
    re.compile(r"(?<=\)=\().*?(?=\)(?: |$))"),
)

HARMLESS: Final = re.compile(r"[^\d@(]*")
"""Text in which none of the patterns can be found: nearly all that is logged."""


def mask_text(text: str) -> str:
    """``text`` with whatever may belong to a person masked."""
    if HARMLESS.fullmatch(text):
        return text
    for pattern in PRIVATE_PATTERNS:
        text = pattern.sub(MASK, text)
    return text


def mask_value(value: object) -> object:
    """``value`` masked, in depth."""
    match value:
        case str():
            return mask_text(value)
        case bytes():
            return MASK
        case Mapping():
            return {key: mask_item(str(key), inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [mask_value(inner) for inner in value]
        case bool() | int() | float() | None:
            return value
        case _:
            return mask_text(str(value))


def mask_item(key: str, value: object) -> object:
    """``value``, masked wholly when ``key`` is a private one."""
    return MASK if key.lower() in PRIVATE_KEYS else mask_value(value)


def mask_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask a whole line: a processor for structlog."""
    return {
        key: value if key.startswith("_") else mask_item(key, value) for key, value in event.items()
    }


def to_json(event: EventDict, **_options: Any) -> str:  # noqa: ANN401 - as structlog calls it
    """One line of JSON."""
    return msgspec.json.encode(event, enc_hook=str).decode()


def set_up_log(log_format: str = "auto", level: str = "info") -> None:
    """Send all logs, ours and those of libraries, to standard error.

    Args:
        log_format: ``json``, ``console``, or ``auto`` for console in a terminal only.
        level: From which weight on.
    """
    in_terminal = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_event,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        # What is too light is dropped before anything is done with it.
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        cache_logger_on_first_use=False,
    )
    render: Processor = (
        structlog.dev.ConsoleRenderer()
        if in_terminal
        else structlog.processors.JSONRenderer(serializer=to_json)
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    for name in ("httpx", "httpcore", "twilio.http_client"):  # they log addresses and bodies
        logging.getLogger(name).setLevel(logging.WARNING)

"""The server's side of ready answers: sent without asking the application.

Subscribers of calendars ask for the same bytes all day. Passing each request through the
whole application costs ten times what the answer does; a request whose address has a ready
answer, and which is as plain as they come, is therefore answered where it arrives. Whatever
is unusual about it (a body, pipelining, another method, a slow reader) goes the ordinary way.
"""

from functools import partial
from typing import Any, Final, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from hotline_sessions.web.ready import Ready, ReadyAnswers


_GET: Final = b"GET "
_VERSION: Final = b" HTTP/1.1\r\n"
_END: Final = b"\r\n\r\n"
_UNUSUAL: Final = (
    b"\r\nconnection: close",
    b"\r\nconnection: upgrade",
    b"\r\nexpect:",
    b"\r\ncontent-length:",
    b"\r\ntransfer-encoding:",
    b"\r\nrange:",
)
_TAGS: Final = b"\r\nif-none-match:"
_SINCE: Final = b"\r\nif-modified-since:"
_ACCEPTED: Final = b"\r\naccept-encoding:"

Parts = tuple[bytes, bytes]


class ReadyProtocol(HttpToolsProtocol):
    """One connection, which knows what is ready."""

    def __init__(self, *args: Any, answers: ReadyAnswers, **kwargs: Any) -> None:  # noqa: ANN401 - the server passes them on
        super().__init__(*args, **kwargs)
        self._answers = answers
        self._is_amid = False
        """Whether a message has begun and not ended: what comes then belongs to it."""

    def on_message_begin(self) -> None:
        """A message begins."""
        self._is_amid = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The message has ended, its body included."""
        self._is_amid = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Answer at once if that is possible, else go the ordinary way."""
        if data.startswith(_GET) and data.endswith(_END) and self._is_at_rest():
            target, version, rest = data[len(_GET) :].partition(_VERSION)
            if version and (ready := self._answers.find(target)) is not None:
                answer = choose_answer(ready, b"\r\n" + rest)
                if answer is not None:
                    self._send(answer)
                    return
        super().data_received(data)

    def _is_at_rest(self) -> bool:
        """Whether nothing is under way here, neither in nor out."""
        cycle: RequestResponseCycle | None = self.cycle
        return (
            not self._is_amid
            and (cycle is None or cycle.response_complete)
            and not self.pipeline
            and not self.flow.write_paused
            and not self.transport.is_closing()
        )

    def _send(self, answer: Parts) -> None:
        self._unset_keepalive_if_required()
        head, body = answer
        date = b"".join(b"%b: %b\r\n" % pair for pair in self.server_state.default_headers)
        self.server_state.total_requests += 1
        if body:
            self.transport.writelines((head, date, b"\r\n", body))
        else:
            self.transport.write(head + date + b"\r\n")
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )


def choose_answer(ready: Ready, lines: bytes) -> Parts | None:
    """Head, up to the date, and body of the answer to a request with these header lines.

    Nothing where the request is not as plain as it seemed.
    """
    small = lines.lower()
    if lines.count(_END) != 1 or any(mark in small for mark in _UNUSUAL):
        return None
    form = ready.choose(_read(lines, small, _ACCEPTED))
    if ready.is_held(_read(lines, small, _TAGS), _read(lines, small, _SINCE)):
        return form.start_bare, b""
    return form.start, form.body


def _read(lines: bytes, small: bytes, name: bytes) -> str | None:
    """Value of the first header ``name``."""
    at = small.find(name)
    if at < 0:
        return None
    begin = at + len(name)
    return lines[begin : lines.index(b"\r\n", begin)].decode("latin-1").strip()


def choose_protocol(app: Any) -> Literal["httptools"] | Any:  # noqa: ANN401 - an ASGI application
    """How ``app`` is spoken to: with ready answers, where it has some."""
    state = getattr(app, "state", None)
    answers = getattr(state, "ready", None)
    if not isinstance(answers, ReadyAnswers):
        return "httptools"
    return partial(ReadyProtocol, answers=answers)

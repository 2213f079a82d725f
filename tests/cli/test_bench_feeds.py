"""The bench of the calendars: what is counted, and what is said of it."""

import asyncio
import shutil
from contextlib import suppress
from io import StringIO
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from rich.console import Console

from hotline_sessions.cli.bench import bench
from hotline_sessions.cli.bench_feeds import Change, build_report, print_report
from hotline_sessions.cli.bench_feeds_load import NotAnswered, Rate, Target, measure
from hotline_sessions.cli.bench_feeds_nginx import address_on, serve_nginx


pytestmark = pytest.mark.anyio

ASK = b"GET /calendar.ics HTTP/1.1\r\nHost: a\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nBODY"


def rate(*values: float) -> list[Rate]:
    return [Rate(per_s=each, cpu=0.2) for each in values]


def test_the_middle_turns_are_compared_like_with_like() -> None:
    rates = {
        "ok": rate(60, 1, 900),
        "nginx_ok": rate(100, 100, 100),
        "not_modified": rate(39, 39, 39),
        "nginx_not_modified": rate(100, 1, 100),
    }

    report = build_report(b"BEGIN:VEVENT" * 2, rates, Change(first_ms=9, next_ms=3))
    said = StringIO()
    print_report(report, Console(file=said))

    assert (report.ok_ratio, report.not_modified_ratio, report.events) == (0.6, 0.39, 2)
    assert not report.is_met
    assert "0.39" in said.getvalue()


async def test_each_answer_is_counted_once_even_if_it_comes_in_pieces() -> None:
    sent = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        with suppress(ConnectionError, asyncio.CancelledError):
            while await reader.read(4096):
                writer.write(ANSWER[:30])
                await writer.drain()
                await asyncio.sleep(0.005)
                writer.write(ANSWER[30:])
                sent += 1
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = await measure(
            Target(port=port, request=ASK, status=200), connections=2, seconds=0.3
        )
        with pytest.raises(NotAnswered, match="answers 200 and not 304"):
            await measure(Target(port=port, request=ASK, status=304), connections=1, seconds=0.1)

        await asyncio.sleep(0.05)

    assert 0 < found.per_s * 0.3 <= sent


@pytest.mark.skipif(shutil.which("nginx") is None, reason="apt-get install nginx-light")
def test_nginx_serves_the_file_it_is_compared_by(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "calendar.ics").write_bytes(b"BEGIN:VCALENDAR")
    with serve_nginx(tmp_path) as port:
        answer = httpx.get(address_on(port))

    assert (answer.content, answer.headers["content-type"]) == (b"BEGIN:VCALENDAR", "text/calendar")


def test_without_nginx_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    told = CliRunner().invoke(bench, ["feeds"])

    assert told.exit_code == 1
    assert "apt-get install nginx-light" in told.output

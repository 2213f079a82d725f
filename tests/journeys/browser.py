"""A real browser for journeys: Chromium, and what every page must keep.

Used as a context::

    with open_browser() as browser, open_page(browser) as page:
        page.goto(address)
        check_page(page)
        screenshot(page, "home")
"""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
import uvicorn
from litestar import Litestar
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright


CANDIDATES: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "google-chrome", "chromium")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
)
AXE_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
NARROW: Final = 320
WIDTHS: Final = (390, 1280)
PATIENCE_MS = 20_000
"""How long a page may take to show something, in milliseconds: machines are shared."""
HEIGHT: Final = 900

_RECORD: Final = """
window.violations = [];
document.addEventListener('securitypolicyviolation', event => {
  const what = `${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`;
  window.violations.push(`${what} ${event.target?.outerHTML?.slice(0, 200)}`);
});
"""


def find_chromium() -> str | None:
    """Chromium of this machine, or of ``HOTLINE_CHROMIUM``."""
    named = os.environ.get("HOTLINE_CHROMIUM")
    found = (shutil.which(name) for name in (*([named] if named else []), *CANDIDATES))
    return next((path for path in found if path), None)


@contextmanager
def serve(app: Litestar, port: int = 0) -> Iterator[str]:
    """Address of ``app``, running until the block ends; on a free port unless one is given."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, loop="asyncio", log_config=None, lifespan="on"
    )
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def open_browser(*more: str) -> Iterator[Browser]:
    """Chromium without a window, with ``more`` arguments.

    Without Chromium the test is skipped, but fails in CI.
    """
    executable = find_chromium()
    if executable is None:
        reason = "no Chromium here: install it or name it in HOTLINE_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS, *more])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(
    browser: Browser, *, scripts: bool = True, width: int = 1280, complaints: bool = True
) -> Iterator[Page]:
    """Page of a fresh visitor. What the console says wrongly fails the test in the end.

    Without ``complaints`` it does not: for pages whose server is taken away from them.
    """
    context = browser.new_context(
        java_script_enabled=scripts,
        locale="uk-UA",
        timezone_id="America/New_York",  # pages show Kyiv time wherever the reader is
        viewport={"width": width, "height": HEIGHT},
    )
    page = context.new_page()
    page.add_init_script(_RECORD)
    said: list[str] = []
    page.on("console", lambda message: _note(said, message))
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page
        assert not (said and complaints), said
    finally:
        context.close()


def check_page(page: Page) -> None:
    """Nothing that axe finds, nothing the policy blocked, nothing wider than 320 pixels."""
    # Axe leaves marks in the page that the policy reports when a live page changes.
    violations = page.evaluate("() => window.violations ?? []")
    assert violations == [], violations
    assert find_barriers(page) == []
    assert measure_overflow(page, NARROW) <= 0, (
        f"{page.url} scrolls sideways at {NARROW} px: {find_wide(page, NARROW)}"
    )


def find_barriers(page: Page) -> list[str]:
    """What axe finds, one line each: rule, element, advice."""
    page.evaluate(read_axe())
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", list(AXE_TAGS)
    )
    return [
        f"{violation['id']}: {node['html']} ({node['failureSummary']})"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def measure_overflow(page: Page, width: int) -> int:
    """Pixels by which the page is wider than a window of ``width``."""
    size = page.viewport_size or {"width": WIDTHS[-1], "height": HEIGHT}
    page.set_viewport_size({"width": width, "height": size["height"]})
    try:
        return int(
            page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )
    finally:
        page.set_viewport_size(size)


def find_wide(page: Page, width: int) -> list[str]:
    """Beginnings of the elements that reach beyond a window of ``width``."""
    size = page.viewport_size or {"width": WIDTHS[-1], "height": HEIGHT}
    page.set_viewport_size({"width": width, "height": size["height"]})
    try:
        found: list[str] = page.evaluate(
            """width => [...document.body.querySelectorAll('*')]
                 .filter(each => each.getBoundingClientRect().right > width)
                 .map(each => each.outerHTML.slice(0, 120))""",
            width,
        )
        return found
    finally:
        page.set_viewport_size(size)


def screenshot(page: Page, name: str) -> None:
    """Pictures for people to look at, if ``HOTLINE_SCREENSHOTS`` names a folder for them."""
    folder = os.environ.get("HOTLINE_SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    size = page.viewport_size or {"width": WIDTHS[-1], "height": HEIGHT}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": size["height"]})
        # To hide the caret would leave marks in the fields that the policy reports.
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True, caret="initial")
    page.set_viewport_size(size)


@cache
def read_axe() -> str:
    """Source of axe, run outside the page's policy."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    # A refused form is a 4xx: the browser reports it, and it is what was asked for.
    if message.type in {"error", "warning"} and "status of 4" not in message.text:
        complaints.append(message.text)

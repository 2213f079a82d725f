"""The whole product on one machine: database, web with jobs, phone simulator."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.cli.demo_processes import Child, choose_port, end_leftovers, is_running
from hotline_sessions.cli.demo_world import CITIZENS, HOTLINE, ON_AIR
from hotline_sessions.phonesim.config import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    ApplicationConfig,
    NumberConfig,
    PhonesimConfig,
    SimConfig,
)


WITHHELD: Final = "+380990000002"
"""A SIM card that never tells its number."""
WEB_PORT: Final = 8000
PHONES_PORT: Final = 4020
MAIL_PORT: Final = 4025
PATIENCE: Final = 30.0
"""Seconds until a process must answer."""


class Addresses(Struct, frozen=True, kw_only=True):
    """Where a running demo is found; kept in a file while it runs."""

    web: str
    phones: str
    on_air: str
    owner: int
    children: list[int] = []


class Stack(Struct, frozen=True, kw_only=True):
    """The processes of a running demo."""

    web: Child
    phones: Child
    web_url: str
    phones_url: str

    def keep_up(self) -> list[str]:
        """Start again what has died; the names of what had."""
        return [child.name for child in (self.web, self.phones) if child.keep_up()]


@contextmanager
def run_stack(
    dsn: str, folder: Path, *, secret: str, web_port: int | None, speed: float
) -> Iterator[Stack]:
    """Web and simulator on the database at ``dsn``, until the block ends.

    Raises:
        NotReadyError: One of them does not come up.
    """
    port = choose_port(web_port or WEB_PORT)
    phones_port, mail_port = choose_port(PHONES_PORT), choose_port(MAIL_PORT)
    stack = _build(
        dsn,
        folder,
        secret=secret,
        port=port,
        phones_port=phones_port,
        mail_port=mail_port,
        speed=speed,
    )
    try:
        stack.phones.start()
        stack.web.start()
        stack.phones.wait_until_answers(f"{stack.phones_url}/phone", seconds=PATIENCE)
        stack.web.wait_until_answers(f"{stack.web_url}/readyz", seconds=PATIENCE)
        yield stack
    finally:
        stack.web.stop()
        stack.phones.stop()


def find_running(folder: Path) -> Addresses | None:
    """The demo that runs on ``folder``, if one does; leftovers of a killed one are ended."""
    with suppress(OSError, msgspec.DecodeError):
        addresses = msgspec.json.decode(_record(folder).read_bytes(), type=Addresses)
        if is_running(addresses.owner):
            return addresses
        end_leftovers(addresses.children)
    return None


@contextmanager
def recorded(addresses: Addresses, folder: Path) -> Iterator[None]:
    """Keep the addresses in a file for as long as the block lasts."""
    _record(folder).write_bytes(msgspec.json.encode(addresses))
    try:
        yield
    finally:
        _record(folder).unlink(missing_ok=True)


def _record(folder: Path) -> Path:
    return folder / "running.json"


def _build(
    dsn: str,
    folder: Path,
    *,
    secret: str,
    port: int,
    phones_port: int,
    mail_port: int,
    speed: float,
) -> Stack:
    web_url, phones_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{phones_port}"
    config = folder / "phones.json"
    config.write_bytes(msgspec.json.encode(_phones(web_url, mail_port=mail_port, speed=speed)))
    env = {
        "DATABASE_URL": dsn,
        "HOTLINE_ENVIRONMENT": "demo",
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_PUBLIC_BASE_URL": web_url,
        "HOTLINE_SECRET_KEY": secret,
        "HOTLINE_LOG_FORMAT": "json",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": phones_url,
        "TWILIO_CALLER_ID": HOTLINE,
        "TWILIO_SMS_SENDER": "HOTLINE",
        "HOTLINE_SMTP_HOST": "127.0.0.1",
        "HOTLINE_SMTP_PORT": str(mail_port),
        "HOTLINE_SMTP_TLS": "none",
        "HOTLINE_SMTP_SENDER": "hotline@demo.example",
    }
    return Stack(
        web=Child("web", ["serve", "--port", str(port)], env=env, log=folder / "web.log"),
        phones=Child(
            "phones",
            ["phonesim", "--config", str(config), "--port", str(phones_port)],
            env={},
            log=folder / "phones.log",
        ),
        web_url=web_url,
        phones_url=phones_url,
    )


def _phones(web_url: str, *, mail_port: int, speed: float) -> PhonesimConfig:
    """The network of the demo: the line, and telephones of its people."""
    policy = "#rc=5&rp=all&ct=2000&rt=5000&tt=15000"
    return PhonesimConfig(
        numbers=[
            NumberConfig(
                number=HOTLINE,
                voice_url=f"{web_url}/tw/v1/in{policy}",
                status_callback=f"{web_url}/tw/v1/status{policy}",
                name="Пряма лінія",
            )
        ],
        applications=[
            ApplicationConfig(
                name="Телефони в браузерах", voice_url=f"{web_url}/tw/v1/client{policy}"
            )
        ],
        sims=[
            *(SimConfig(name=citizen.name, number=citizen.phone) for citizen in CITIZENS),
            SimConfig(name="Прихований номер", number=WITHHELD, withheld=True),
            SimConfig(name=ON_AIR.name, number=ON_AIR.phone),
        ],
        speed=speed,
        smtp_port=mail_port,
        # The names of calls come from it: those of an earlier run are in the database.
        seed=secrets.randbits(32),
    )

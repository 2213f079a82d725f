"""Settings of one installation: read once from the environment, never changed.

What is wrong with them is told all at once, so that nobody has to start five times.
"""

import ast
import inspect
import os
import secrets
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import msgspec
from msgspec import Meta, Struct


PREFIX: Final = "HOTLINE_"
SHARED_NAMES: Final = ("database_url", "twilio_")
"""Names that other programs know too keep their form: they get no prefix."""
SECRET_LENGTH: Final = 32
"""Characters of a secret key at least."""


def variable_of(field: str) -> str:
    """Environment variable of a setting."""
    name = field.upper()
    return name if field.startswith(SHARED_NAMES) else PREFIX + name


def default_data_dir() -> Path:
    """``hotline-sessions`` in the folder for data of this user."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "hotline-sessions"


def N_(msgid: str) -> str:  # noqa: N802 - the name that extraction of texts knows
    """``msgid`` as it is: a text to be translated where it is shown."""
    return msgid


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that differs from installation to installation."""

    environment: Literal["production", "demo", "test"] = "production"
    """What this is: only ``demo`` and ``test`` do without secrets."""

    database_url: str = ""
    """Address of PostgreSQL, ``postgresql://user:secret@host/name``; empty for the embedded one."""

    data_dir: Path = msgspec.field(default_factory=default_data_dir)
    """Folder of the embedded database and, where no other storage is named, of recordings, letters
    and files of appeals."""

    recordings_url: Annotated[str, Meta(pattern=r"^((file:///|s3://|gs://|az://)\S+)?$")] = ""
    """Storage of recordings, letters, files of appeals and signed ends of history: `s3://`, `gs://`,
    `az://`, `file:///`; empty: in the data folder."""

    voice_files: Path | None = None
    """Folder of announcements that people have recorded; empty: a machine speaks them."""

    pg_bin: Path | None = None
    """Folder of `postgres` and `initdb` for the embedded database; empty for those supplied."""

    public_base_url: Annotated[str, Meta(pattern=r"^https?://[^/?#\s]+$")] = "http://127.0.0.1:8000"
    """How citizens and Twilio reach this installation, without a slash at the end."""

    host: str = "127.0.0.1"
    """Address to listen on."""

    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    """Port to listen on; 0 for any that is free."""

    secret_key: str = ""
    """Signs sign-ins, links and codes: 32 characters or more, the same on every node."""

    twilio_account_sid: Annotated[str, Meta(pattern=r"^(AC[0-9a-f]{32})?$")] = ""
    """Account at Twilio: `AC` and 32 hexadecimal digits."""

    twilio_auth_token: str = ""
    """Secret of that account; proves that a webhook comes from Twilio."""

    twilio_auth_token_next: str = ""
    """The coming secret, accepted too while the secret is being changed."""

    twilio_signature: Literal["hmac-sha1", "hmac-sha256", "both"] = "hmac-sha1"
    """What must sign webhooks: the secret of the account, a shared key, or either of them."""

    twilio_shared_key_sid: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    """Name of the shared key that signs webhooks; needed for `hmac-sha256` and `both`."""

    twilio_shared_key_secret: str = ""
    """Secret of that shared key."""

    twilio_shared_key_sid_next: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    """Name of the coming shared key, accepted too while the key is being changed."""

    twilio_shared_key_secret_next: str = ""
    """Secret of the coming shared key."""

    twilio_api_base_url: Annotated[str, Meta(pattern=r"^(https?://[^/?#\s]+)?$")] = ""
    """Address of Twilio's API when it is not Twilio: the phone simulator; else empty."""

    twilio_caller_id: Annotated[str, Meta(pattern=r"^(\+[1-9]\d{6,14})?$")] = ""
    """Number that outbound calls come from, as `+380441234567`."""

    twilio_sms_sender: Annotated[str, Meta(max_length=16)] = ""
    """Name or number that text messages come from."""

    twilio_region: Literal["", "us1", "ie1", "au1"] = ""
    """Region of the account: `ie1` keeps calls in the European Union; empty for `us1`."""

    twilio_edge: Annotated[str, Meta(pattern=r"^[a-z]*(-[a-z]+)*$")] = ""
    """Where to enter Twilio's network, as `dublin`; empty for what suits the region."""

    twilio_api_key_sid: Annotated[str, Meta(pattern=r"^(SK[0-9a-f]{32})?$")] = ""
    """API key of the account, for talking in the browser; empty where people use telephones."""

    twilio_api_key_secret: str = ""
    """Secret of that key."""

    twilio_app_sid: Annotated[str, Meta(pattern=r"^(AP[0-9a-f]{32})?$")] = ""
    """Application at Twilio for talking in the browser; `hotline twilio setup` makes it."""

    twilio_byoc_trunk_sid: Annotated[str, Meta(pattern=r"^(BY[0-9a-f]{32})?$")] = ""
    """Trunk by which outbound calls leave through a carrier of one's own; else empty."""

    twilio_fallback_url: Annotated[str, Meta(pattern=r"^(https?://[^#\s]+)?$")] = ""
    """What Twilio plays when this installation does not answer: on another host; else empty."""

    smtp_host: Annotated[str, Meta(pattern=r"^[^\s/:@]*$")] = ""
    """Server that takes mail to citizens; empty: they are written to by SMS only."""

    smtp_port: Annotated[int, Meta(ge=1, le=65535)] = 587
    """Port of that server."""

    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    """How to encrypt: `starttls` (port 587), `tls` from the start (465), `none` within a host."""

    smtp_user: str = ""
    """Name to sign in to that server with; empty where it asks for none."""

    smtp_password: str = ""
    """Password for that name."""

    smtp_sender: Annotated[str, Meta(pattern=r"^([^\s@<>]+@[^\s@<>]+)?$", max_length=254)] = ""
    """Address that letters come from; needed where there is a server."""

    telegram_bot_token: Annotated[str, Meta(pattern=r"^([0-9]+:[A-Za-z0-9_-]{20,})?$")] = ""
    """Secret of the bot that posts sessions to Telegram channels; empty: nothing is posted."""

    telegram_api_base_url: Annotated[str, Meta(pattern=r"^https?://[^?#\s]+$")] = (
        "https://api.telegram.org"
    )
    """Address of Telegram's Bot API: another one where it is served on one's own."""
    imap_host: Annotated[str, Meta(pattern=r"^[^\s/:@]*$")] = ""
    """Server of the mailbox of `HOTLINE_SMTP_SENDER`, where officials' calendars answer; empty:
    officials answer on their pages only."""

    imap_port: Annotated[int, Meta(ge=1, le=65535)] = 993
    """Port of that server."""

    imap_tls: Literal["tls", "starttls", "none"] = "tls"
    """How to encrypt: `tls` from the start (port 993), `starttls` (143), `none` within a host."""

    imap_user: str = ""
    """Name to sign in to that server with."""

    imap_password: str = ""
    """Password for that name."""

    imap_folder: Annotated[str, Meta(pattern=r"^[\x20-\x7e]{1,200}$")] = "INBOX"
    """Folder that is read; all that is in it is moved to `hotline-done` or `hotline-to-read`."""

    sms_price: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    """Price of one part of an SMS in hryvnias, shown to who edits texts; 0 where unknown."""

    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    """Processes of `hotline serve`: on two cores, two bear twice the calls; the background work
    then has one of its own."""

    booking_rush: Annotated[int, Meta(ge=0, le=10_000)] = 100
    """Booking pages that one process works on at once before newcomers wait in line; 0: no line."""

    worker: bool = True
    """Whether `hotline serve` does the background work too; `false` where `hotline work` runs."""

    log_format: Literal["auto", "json", "console"] = "auto"
    """How to log: `auto` is for people in a terminal and JSON elsewhere."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """From which weight on to log."""

    @property
    def is_production(self: Self) -> bool:
        """Whether real people are served."""
        return self.environment == "production"


class Problem(Struct, frozen=True, kw_only=True):
    """One setting that cannot be used."""

    variable: str
    """Environment variable."""
    reason: str
    """What is wrong with it: a text that can be translated; never its value."""
    detail: str = ""
    """What would be right, as the parser puts it."""


class SettingsError(Exception):
    """Settings that cannot be used."""

    def __init__(self, problems: list[Problem]) -> None:
        lines = [f"  {each.variable} {each.reason}  {each.detail}".rstrip() for each in problems]
        super().__init__("These settings cannot be used:\n" + "\n".join(lines))
        self.problems = problems


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from ``environ``, by default that of this process.

    An empty variable counts as none. In ``demo`` and ``test`` a missing secret key is
    made up; in ``demo`` it is kept in the data directory, so that it survives a restart.

    Raises:
        SettingsError: Some cannot be used; it names every one.
    """
    source = os.environ if environ is None else environ
    values, problems = convert_settings(source)
    settings = Settings(**values)
    problems += find_problems(settings)
    if problems:
        raise SettingsError(problems)
    if settings.secret_key:
        return settings
    return msgspec.structs.replace(settings, secret_key=make_up_secret(settings))


def convert_settings(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Values of those settings that can be read, and what is wrong with the others."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in msgspec.structs.fields(Settings):
        variable = variable_of(field.name)
        text = environ.get(variable, "").strip()
        if not text:
            continue
        try:
            values[field.name] = msgspec.convert(
                text, field.type, strict=False, dec_hook=lambda kind, value: kind(value)
            )
        except msgspec.ValidationError as error:
            problems.append(
                Problem(variable=variable, reason=N_("is not understood."), detail=str(error))
            )
    return values, problems


def find_problems(settings: Settings) -> list[Problem]:
    """What is missing or contradicts itself, given what this installation is for."""
    reasons: dict[str, str] = {}
    if settings.secret_key and len(settings.secret_key) < SECRET_LENGTH:
        reasons["secret_key"] = N_("is shorter than 32 characters.")
    if settings.twilio_signature != "hmac-sha1":
        keyed = ("twilio_shared_key_sid", "twilio_shared_key_secret")
        reasons |= {name: N_("is missing.") for name in keyed if not getattr(settings, name)}
    if settings.smtp_host and not settings.smtp_sender:
        reasons["smtp_sender"] = N_("is missing.")
    if settings.imap_host:
        named = ("imap_user", "imap_password", "smtp_sender")
        reasons |= {name: N_("is missing.") for name in named if not getattr(settings, name)}
    if settings.is_production:
        needed = ("secret_key", "twilio_account_sid", "twilio_auth_token", "twilio_caller_id")
        reasons |= {name: N_("is missing.") for name in needed if not getattr(settings, name)}
        if not settings.public_base_url.startswith("https://"):
            reasons["public_base_url"] = N_("must begin with https:// where real people call.")
    return [Problem(variable=variable_of(name), reason=reason) for name, reason in reasons.items()]


def make_up_secret(settings: Settings) -> str:
    """A random secret; in a demo the one that is kept in the data directory."""
    if settings.environment != "demo":
        return secrets.token_urlsafe(SECRET_LENGTH)
    kept = settings.data_dir / "secret_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(SECRET_LENGTH))
    return kept.read_text()


class SettingDoc(Struct, frozen=True, kw_only=True):
    """One line of the table of settings."""

    variable: str
    default: str
    meaning: str


def settings_table() -> list[SettingDoc]:
    """Every setting with its default and its meaning, in the order of ``Settings``."""
    meanings = read_meanings()
    return [
        SettingDoc(
            variable=variable_of(field.name),
            default=describe_default(field),
            meaning=meanings[field.name],
        )
        for field in msgspec.structs.fields(Settings)
    ]


def describe_default(field: msgspec.structs.FieldInfo) -> str:
    """What holds when the variable is not set."""
    if field.name == "data_dir":
        return "~/.local/share/hotline-sessions"
    return "" if field.default is None else str(field.default)


def read_meanings() -> dict[str, str]:
    """The words below each field of ``Settings``."""
    tree = ast.parse(inspect.getsource(Settings))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    return {
        field.target.id: " ".join(str(words.value.value).split())
        for field, words in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(words, ast.Expr)
        and isinstance(words.value, ast.Constant)
    }

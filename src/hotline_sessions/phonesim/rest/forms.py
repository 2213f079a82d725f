"""Requests of the REST interface: who asks, and the fields of the form."""

import base64
import binascii
import hmac
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from hotline_sessions.phonesim.config import PhonesimConfig
from hotline_sessions.phonesim.errors import BadUrl, TwilioError


class Form(Struct, frozen=True):
    """Fields of a form; a name may come several times."""

    values: dict[str, list[str]]

    def get(self, name: str, default: str = "") -> str:
        """First value of ``name``."""
        return self.values.get(name, [default])[0]

    def all(self, name: str) -> list[str]:
        """Every value of ``name``."""
        return self.values.get(name, [])

    def has(self, name: str) -> bool:
        """Whether ``name`` was sent."""
        return name in self.values

    def flag(self, name: str) -> bool:
        """``name`` read as true or false."""
        return self.get(name).lower() == "true"

    def number(self, name: str, default: float) -> float:
        """``name`` as a number.

        Raises:
            TwilioError: 20001, it is not one.
        """
        try:
            return float(self.get(name) or default)
        except ValueError as error:
            raise TwilioError(400, 20001, f"{name} is not a number") from error

    def url(self, name: str) -> str:
        """``name`` as an absolute address, or empty.

        Raises:
            BadUrl: It is not absolute.
        """
        value = self.get(name)
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise BadUrl(value)
        return value


def parse_form(body: bytes) -> Form:
    """Read a form-encoded body or query; blank values count."""
    return Form(parse_qs(body.decode(), keep_blank_values=True))


def check_credentials(header: str, account_sid: str, config: PhonesimConfig) -> None:
    """Let only the account itself in.

    Raises:
        TwilioError: 20003, wrong or missing credentials or somebody else's account.
    """
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, token = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user = token = ""
    right = hmac.compare_digest(token.encode(), config.auth_token.encode())
    known = user == config.account_sid == account_sid
    if scheme.lower() != "basic" or not right or not known:
        raise TwilioError(401, 20003, "Authenticate")

"""Errors of the provider's REST interface, with the provider's own numbers."""

from typing import Final


MORE_INFO: Final = "https://www.twilio.com/docs/errors/{code}"


class TwilioError(Exception):
    """A refusal of the REST interface: HTTP status, code and sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def as_json(self) -> dict[str, object]:
        """Body of the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": MORE_INFO.format(code=self.code),
            "status": self.status,
        }


class NotFound(TwilioError):
    """There is no such resource."""

    def __init__(self, path: str) -> None:
        super().__init__(404, 20404, f"The requested resource {path} was not found")


class CallNotInProgress(TwilioError):
    """The call cannot be redirected: it has not been answered or has ended."""

    def __init__(self) -> None:
        super().__init__(400, 21220, "Call is not in-progress. Cannot redirect.")


class BadUrl(TwilioError):
    """The URL is not absolute http or https."""

    def __init__(self, url: str) -> None:
        super().__init__(400, 21205, f"Url is not a valid URL: {url}")


class HangUp(Exception):
    """The document has ended the call."""

"""The server that the product is compared with: it answers every request by a constant."""

from typing import Any, Final


DOCUMENT: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    '<Say language="uk-UA" voice="Google.uk-UA-Wavenet-A">Дякуємо за дзвінок. До побачення.</Say>'
    "<Hangup/></Response>"
).encode()


async def answer_constant(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    """An ASGI application that reads what is sent and knows one answer."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    while (await receive()).get("more_body"):
        pass
    headers = [
        (b"content-type", b"text/xml; charset=utf-8"),
        (b"content-length", b"%d" % len(DOCUMENT)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": DOCUMENT})


def build_constant(number: int) -> Any:  # noqa: ANN401 - an ASGI application
    """The same for every process."""
    del number
    return answer_constant


async def _live(receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return

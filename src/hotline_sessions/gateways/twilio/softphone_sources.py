"""Where a page that is a telephone has to connect to: what its policy must allow, and no more."""

from urllib.parse import urlsplit


def list_sources(*, base_url: str, region: str = "", edge: str = "") -> tuple[str, ...]:
    """Origins for ``connect-src``; ``base_url`` is empty unless Twilio is simulated.

    Twilio's library signals by a WebSocket of the edge and reports the quality of calls to
    the gateway of the region. Source: https://www.twilio.com/docs/voice/sdks/javascript
    """
    if base_url:
        parts = urlsplit(base_url)
        return (f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}",)
    regional = (f"https://eventgw.{region}.twilio.com",) if region else ()
    return (
        f"wss://voice-js.{edge or 'roaming'}.twilio.com",
        "https://eventgw.twilio.com",
        *regional,
    )

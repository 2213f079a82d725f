"""Lines to carriers of one's own, below ``/v1/ByocTrunks``."""

from typing import Final

from hotline_sessions.phonesim.records import Application
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import Json


VOICE: Final = "https://voice.twilio.com/v1/ByocTrunks"
URLS: Final = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallbackUrl": "status_callback",
}
TEXTS: Final = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
    "FriendlyName": "name",
}


async def answer_trunks(ask: Ask) -> Reply:
    """Answer a request below ``/v1/ByocTrunks``."""
    trunks = ask.simulator.carrier.trunks
    match (ask.method, ask.parts):
        case ("GET", ("v1", "ByocTrunks")):
            shown = [_view(ask, trunk) for trunk in trunks.values()]
            meta = {"page": 0, "page_size": 50, "key": "byoc_trunks", "url": VOICE}
            pages = {"first_page_url": VOICE, "previous_page_url": None, "next_page_url": None}
            return Reply(json={"byoc_trunks": shown, "meta": meta | pages})
        case ("GET", ("v1", "ByocTrunks", sid)) if sid in trunks:
            return Reply(json=_view(ask, trunks[sid]))
        case ("POST", ("v1", "ByocTrunks", sid)) if sid in trunks:
            _update(ask, trunks[sid])
            return Reply(json=_view(ask, trunks[sid]))
        case _:
            raise ask.not_found()


def _update(ask: Ask, trunk: Application) -> None:
    changes = {field: ask.form.url(name) for name, field in URLS.items() if ask.form.has(name)}
    changes |= {field: ask.form.get(name) for name, field in TEXTS.items() if ask.form.has(name)}
    for field, value in changes.items():
        setattr(trunk, field, value)
    trunk.updated_at = ask.simulator.clock.now()


def _view(ask: Ask, trunk: Application) -> Json:
    return {
        "account_sid": ask.account,
        "sid": trunk.sid,
        "friendly_name": trunk.name or None,
        "voice_url": trunk.voice_url or None,
        "voice_method": trunk.voice_method,
        "voice_fallback_url": trunk.voice_fallback_url or None,
        "voice_fallback_method": trunk.voice_fallback_method,
        "status_callback_url": trunk.status_callback or None,
        "status_callback_method": trunk.status_callback_method,
        "cnam_lookup_enabled": False,
        "connection_policy_sid": None,
        "from_domain_sid": None,
        "date_created": trunk.created_at.isoformat(timespec="seconds"),
        "date_updated": trunk.updated_at.isoformat(timespec="seconds"),
        "url": f"{VOICE}/{trunk.sid}",
    }

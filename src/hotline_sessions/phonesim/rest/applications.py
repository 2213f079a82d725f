"""Applications of the account: where calls of browsers go."""

from typing import Final

from hotline_sessions.phonesim.config import ApplicationConfig
from hotline_sessions.phonesim.records import Application
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import view_application


URLS: Final = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
    "SmsUrl": "sms_url",
}
TEXTS: Final = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
    "FriendlyName": "name",
}


async def answer_applications(ask: Ask) -> Reply:
    """Answer a request below ``/Applications``."""
    applications = ask.simulator.carrier.applications
    match (ask.method, ask.parts):
        case ("GET", ("Applications",)):
            wanted = ask.query.get("FriendlyName")
            shown = [
                view_application(ask.account, one)
                for one in applications.values()
                if wanted in {"", one.name}
            ]
            return ask.page("applications", shown)
        case ("POST", ("Applications",)):
            name = ask.form.get("FriendlyName")
            made = ask.simulator.carrier.add_application(ApplicationConfig(name=name))
            _update(ask, made)
            return Reply(status=201, json=view_application(ask.account, made))
        case ("GET", ("Applications", sid)) if sid in applications:
            return Reply(json=view_application(ask.account, applications[sid]))
        case ("POST", ("Applications", sid)) if sid in applications:
            _update(ask, applications[sid])
            return Reply(json=view_application(ask.account, applications[sid]))
        case ("DELETE", ("Applications", sid)) if sid in applications:
            del applications[sid]
            return Reply(status=204)
        case _:
            raise ask.not_found()


def _update(ask: Ask, application: Application) -> None:
    changes = {field: ask.form.url(name) for name, field in URLS.items() if ask.form.has(name)}
    changes |= {field: ask.form.get(name) for name, field in TEXTS.items() if ask.form.has(name)}
    for field, value in changes.items():
        setattr(application, field, value)
    application.updated_at = ask.simulator.clock.now()

"""Numbers of the account and their webhooks."""

from typing import Final

from hotline_sessions.phonesim.records import PhoneNumber
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import view_number


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
    "VoiceApplicationSid": "application_sid",
}


async def answer_numbers(ask: Ask) -> Reply:
    """Answer a request below ``/IncomingPhoneNumbers``."""
    numbers = ask.simulator.carrier.numbers
    match (ask.method, ask.parts):
        case ("GET", ("IncomingPhoneNumbers",)):
            wanted = ask.query.get("PhoneNumber")
            shown = [
                view_number(ask.account, number)
                for number in numbers.values()
                if wanted.replace("*", "") in number.number and number.carrier != "byoc"
            ]
            return ask.page("incoming_phone_numbers", shown)
        case ("POST", ("IncomingPhoneNumbers", sid)) if sid in numbers:
            _update(ask, numbers[sid])
            return Reply(json=view_number(ask.account, numbers[sid]))
        case ("GET", ("IncomingPhoneNumbers", sid)) if sid in numbers:
            return Reply(json=view_number(ask.account, numbers[sid]))
        case _:
            raise ask.not_found()


def _update(ask: Ask, number: PhoneNumber) -> None:
    changes = {field: ask.form.url(name) for name, field in URLS.items() if ask.form.has(name)}
    changes |= {field: ask.form.get(name) for name, field in TEXTS.items() if ask.form.has(name)}
    for field, value in changes.items():
        setattr(number, field, value)

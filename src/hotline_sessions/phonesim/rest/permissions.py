"""Newer interfaces, below ``/v1``: countries that may be called, and the account's profile.

The provider has them on hosts of their own (``voice.``, ``trusthub.``); here the path is
enough.
"""

from typing import Final

import msgspec

from hotline_sessions.phonesim.errors import TwilioError
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import Json


VOICE: Final = "https://voice.twilio.com/v1/DialingPermissions"
NAMES: Final = {
    "UA": ("Ukraine", "EUROPE", "+380"),
    "IE": ("Ireland", "EUROPE", "+353"),
    "PL": ("Poland", "EUROPE", "+48"),
    "US": ("United States/Canada", "NORTH_AMERICA", "+1"),
}


async def answer_permissions(ask: Ask) -> Reply:
    """Answer a request below ``/v1``."""
    match (ask.method, ask.parts):
        case ("GET", ("v1", "DialingPermissions", "Countries")):
            wanted = ask.query.get("IsoCode")
            shown = [_view(ask, code) for code in NAMES if wanted in {"", code}]
            return Reply(json={"content": shown, "meta": _meta("content", "Countries")})
        case ("GET", ("v1", "DialingPermissions", "Countries", code)) if code in NAMES:
            return Reply(json=_view(ask, code))
        case ("POST", ("v1", "DialingPermissions", "BulkCountryUpdates")):
            return _update(ask)
        case ("GET", ("v1", "CustomerProfiles")):
            return Reply(json=_list_profiles(ask))
        case _:
            raise ask.not_found()


def _view(ask: Ask, code: str) -> Json:
    name, continent, prefix = NAMES[code]
    url = f"{VOICE}/Countries/{code}"
    return {
        "iso_code": code,
        "name": name,
        "continent": continent,
        "country_codes": [prefix],
        "low_risk_numbers_enabled": code in ask.simulator.carrier.countries,
        "high_risk_special_numbers_enabled": False,
        "high_risk_tollfraud_numbers_enabled": False,
        "url": url,
        "links": {"highrisk_special_prefixes": f"{url}/HighRiskSpecialPrefixes"},
    }


def _update(ask: Ask) -> Reply:
    """Allow and forbid countries, as ``UpdateRequest`` lists them."""
    text = ask.form.get("UpdateRequest")
    try:
        changes = msgspec.json.decode(text, type=list[dict[str, str | bool]])
    except msgspec.DecodeError as error:
        raise TwilioError(400, 20001, "UpdateRequest is not a list") from error
    countries = ask.simulator.carrier.countries
    for change in changes:
        code = str(change.get("iso_code", ""))
        if str(change.get("low_risk_numbers_enabled")).lower() == "true":
            countries.add(code)
        else:
            countries.discard(code)
    return Reply(status=201, json={"update_count": len(changes), "update_request": text})


def _list_profiles(ask: Ask) -> Json:
    """Profiles of the account's owner; without an approved one the account is bounded."""
    profile = ask.simulator.config.limits.profile
    approved = profile in {"individual", "business"}
    shown = [
        {
            "sid": "BU" + "1" * 32,
            "account_sid": ask.account,
            "friendly_name": f"{profile.title()} profile",
            "status": "twilio-approved",
        }
    ]
    return {"results": shown if approved else [], "meta": _meta("results", "CustomerProfiles")}


def _meta(key: str, path: str) -> Json:
    url = f"{VOICE}/{path}?PageSize=50&Page=0"
    return {
        "page": 0,
        "page_size": 50,
        "first_page_url": url,
        "previous_page_url": None,
        "url": url,
        "next_page_url": None,
        "key": key,
    }

"""What ``hotline twilio`` says: for each finding what it is, and what to do and where."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.console import APPLICATION_NAME
from hotline_sessions.domain.console_changes import Change, ChangeApplication, ChangeNumber
from hotline_sessions.domain.console_findings import Finding
from hotline_sessions.i18n import N_, Words


class Text(Struct, frozen=True):
    """What is found, and what to do about it; empty where nothing is to be done."""

    says: str
    advises: str = ""


FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "voice-url": "VoiceUrl",
        "voice-method": "VoiceMethod",
        "fallback-url": "VoiceFallbackUrl",
        "fallback-method": "VoiceFallbackMethod",
        "status-url": "StatusCallback",
        "status-method": "StatusCallbackMethod",
    }
)
"""Twilio's own names of fields."""

SET_UP: Final = N_("Run `hotline twilio setup`.")

PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "number": N_("Number %(subject)s: %(field)s is “%(found)s” and must be “%(wanted)s”."),
        "trunk": N_("Trunk %(subject)s: %(field)s is “%(found)s” and must be “%(wanted)s”."),
        "application": N_(
            "Application %(subject)s: %(field)s is “%(found)s” and must be “%(wanted)s”."
        ),
    }
)

TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "account": Text(N_("The account is active and not a trial one.")),
        "account-unread": Text(
            N_("What kind of account it is cannot be read."),
            N_("Look in the console whether it is active and paid for."),
        ),
        "account-not-active": Text(
            N_("The account is “%(found)s”: no calls come or go."),
            N_("Look for messages of Twilio's in the console, under Admin, Account management."),
        ),
        "account-trial": Text(
            N_(
                "This is a trial account: two to five calls at once, to verified numbers only,"
                " and no sender name for text messages."
            ),
            N_("Upgrade it in the console, under Admin, Billing, and give it a business profile."),
        ),
        "balance": Text(N_("Money left: %(found)s.")),
        "balance-low": Text(
            N_("Money left: %(found)s, less than %(wanted)s: calls may break off."),
            N_("Pay in and switch on the automatic recharge: console, Admin, Billing."),
        ),
        "balance-unread": Text(
            N_("How much money is left cannot be read."),
            N_("Look in the console, under Admin, Billing."),
        ),
        "numbers-unread": Text(
            N_("The numbers of the account cannot be read."),
            N_("Compare them in the console, under Phone Numbers, with what the README asks for."),
        ),
        "lines-none": Text(
            N_("No institution has a line yet."),
            N_("Add one with `hotline institutions line`."),
        ),
        "number-missing": Text(
            N_("%(subject)s is no number of the account: calls to it do not come here."),
            N_(
                "Buy it (console, Phone Numbers, Buy a number), or let its carrier hand calls over"
                " (TWILIO_BYOC_TRUNK_SID) or forward them to a number of the account."
            ),
        ),
        "number-by-trunk": Text(N_("Calls to %(subject)s are handed over by its carrier.")),
        "number-verified": Text(N_("Calls may come from %(subject)s, which is verified.")),
        "number-taken": Text(
            N_("Calls to %(subject)s go to %(found)s, whatever its addresses say."),
            N_(
                "In the console, under Phone Numbers, %(subject)s, choose “Webhook” in place of"
                " the application or trunk."
            ),
        ),
        "number-leads-here": Text(N_("Calls to %(subject)s come here.")),
        "trunk-missing": Text(
            N_("There is no trunk %(subject)s in the account."),
            N_("Set TWILIO_BYOC_TRUNK_SID to one of the console, under Voice, BYOC Trunks."),
        ),
        "trunk-leads-here": Text(N_("Calls of the trunk %(subject)s come here.")),
        "fallback": Text(N_("When we do not answer, Twilio plays %(found)s.")),
        "fallback-missing": Text(
            N_("When we do not answer, callers hear an error and are cut off."),
            N_(
                "Write the documents with `hotline twilio fallback`, put them on another host and"
                " set TWILIO_FALLBACK_URL."
            ),
        ),
        "fallback-same-host": Text(
            N_("The fallback %(found)s is on our own host, which may be what does not answer."),
            N_("Put its documents on another host and set TWILIO_FALLBACK_URL."),
        ),
        "caller": Text(N_("Calls may come from %(subject)s.")),
        "caller-missing": Text(
            N_("There is no number that calls come from."),
            N_("Set TWILIO_CALLER_ID to a number of the account."),
        ),
        "caller-not-ours": Text(
            N_("Twilio will not place calls from %(subject)s: it is not the account's."),
            N_(
                "Set TWILIO_CALLER_ID to a number of the account, or verify this one in the"
                " console, under Phone Numbers, Verified Caller IDs."
            ),
        ),
        "sender": Text(N_("Text messages come from %(subject)s.")),
        "sender-missing": Text(
            N_("There is no sender of text messages: nobody gets a confirmation."),
            N_("Set TWILIO_SMS_SENDER to a registered name or a number of the account."),
        ),
        "sender-not-ours": Text(
            N_("Twilio will not send text messages from %(subject)s: it is not the account's."),
            N_("Set TWILIO_SMS_SENDER to a registered name or a number of the account."),
        ),
        "sender-on-trial": Text(
            N_("A trial account cannot send text messages from the name %(subject)s."),
            N_("Upgrade it in the console, under Admin, Billing, and give it a business profile."),
        ),
        "sender-registered": Text(
            N_("Text messages come from the name %(subject)s, which Ukraine wants registered."),
            N_(
                "Register it in the console, under Messaging, Senders, Alphanumeric; it takes"
                " three to five weeks. Nobody can answer to a name."
            ),
        ),
        "browser-off": Text(
            N_("Officials and operators talk by telephone: there is no key for the browser."),
            N_(
                "To let them talk in the browser, make an API key in the console, under Admin,"
                " API keys, and set TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET."
            ),
        ),
        "applications-unread": Text(
            N_("The applications of the account cannot be read."),
            N_("Look in the console, under Voice, TwiML Apps."),
        ),
        "application-missing": Text(
            N_("There is no application %(subject)s for talking in the browser."), SET_UP
        ),
        "application-not-set": Text(
            N_("The application %(subject)s is there, but not named in the settings."),
            N_("Set %(wanted)s."),
        ),
        "application-leads-here": Text(N_("Calls of browsers come here, by %(subject)s.")),
        "countries-unread": Text(
            N_("Which countries may be called cannot be read."),
            N_(
                "Look in the console, under Voice, Settings, Geo permissions: Ukraine and nothing"
                " else that is not needed."
            ),
        ),
        "countries-ukraine": Text(N_("Numbers of Ukraine may be called.")),
        "countries-no-ukraine": Text(
            N_("Numbers of Ukraine may not be called."),
            N_("Allow Ukraine in the console, under Voice, Settings, Geo permissions."),
        ),
        "countries-fraud": Text(
            N_("Numbers that are known from fraud may be called: %(found)s."),
            N_("Forbid them in the console, under Voice, Settings, Geo permissions."),
        ),
        "countries-others": Text(
            N_("Other countries may be called too, at the cost of the account: %(found)s."),
            N_(
                "Forbid what is not needed in the console, under Voice, Settings, Geo"
                " permissions: whoever steals the access calls at your expense."
            ),
        ),
        "address-not-https": Text(
            N_("%(found)s is not protected: webhooks can be read on their way."),
            N_("Set HOTLINE_PUBLIC_BASE_URL to an address that begins with https://."),
        ),
        "address-ours": Text(N_("This installation answers at %(found)s.")),
        "address-others": Text(
            N_("At %(found)s somebody else answers."),
            N_("Set HOTLINE_PUBLIC_BASE_URL to the address of this installation."),
        ),
        "address-nobody": Text(
            N_("Nobody answers at %(found)s."),
            N_("Start `hotline serve`, and let the proxy and the firewall through to it."),
        ),
        "address-private": Text(
            N_("Twilio cannot reach %(found)s: it is not on the Internet."),
            N_("Set HOTLINE_PUBLIC_BASE_URL to the address under which everybody reaches it."),
        ),
        "region": Text(N_("Requests go to the region %(found)s by %(subject)s.")),
    }
)

BY_HAND: Final = (
    N_("Upgrade a trial account and give it a business profile: Admin, Billing."),
    N_("Allow calls to Ukraine and forbid all other countries: Voice, Settings, Geo permissions."),
    N_("Register the name that text messages come from: Messaging, Senders, Alphanumeric."),
    N_("Demand a sign-in for recordings: Voice, Settings, HTTP basic authentication for media."),
    N_(
        "Make an API key for talking in the browser, in the region of the account: Admin, API keys."
    ),
    N_("Switch on the automatic recharge and an alarm for the balance: Admin, Billing."),
)
"""What only a person can do in the console."""


def tell(finding: Finding, words: Words) -> tuple[str, str]:
    """What is found, and what to do about it (may be empty), in the language of ``words``."""
    text = TEXTS.get(finding.code) or build_field_text(finding.code)
    facts = {
        "subject": finding.subject,
        "found": finding.found,
        "wanted": finding.wanted,
        "field": FIELDS.get(finding.code.partition("-")[2], ""),
    }
    says = words.gettext(text.says, **facts)
    return says, words.gettext(text.advises, **facts) if text.advises else ""


def build_field_text(code: str) -> Text:
    """The text about one field of a number, trunk or application."""
    return Text(PLACES[code.partition("-")[0]], SET_UP)


def tell_change(change: Change, words: Words) -> list[str]:
    """What would be changed, one line for each field."""
    place = "trunk"
    name = change.sid
    if isinstance(change, ChangeNumber):
        place, name = "number", change.number
    elif isinstance(change, ChangeApplication):
        place = "application"
    return [
        words.gettext(
            PLACES[place],
            subject=name or APPLICATION_NAME,
            field=FIELDS[each.name.replace("_", "-")],
            found=each.found,
            wanted=each.wanted,
        )
        for each in change.differences
    ]

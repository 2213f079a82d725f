"""Text messages: create, fetch, list."""

import re
from typing import Final

from hotline_sessions.phonesim.errors import TwilioError
from hotline_sessions.phonesim.messaging import carry_message
from hotline_sessions.phonesim.records import Message
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.calls import check_number
from hotline_sessions.phonesim.rest.views import view_message


SENDER_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
LONGEST_BODY: Final = 1600


async def answer_messages(ask: Ask) -> Reply:
    """Answer a request below ``/Messages``."""
    messages = ask.simulator.carrier.messages
    match (ask.method, ask.parts):
        case ("POST", ("Messages",)):
            return _create(ask)
        case ("GET", ("Messages",)):
            query = ask.query
            found = [
                view_message(ask.account, message)
                for message in reversed(messages.values())
                if query.get("To", message.to) == message.to
                and query.get("From", message.sender) == message.sender
            ]
            return ask.page("messages", found)
        case ("GET", ("Messages", sid)) if sid in messages:
            return Reply(json=view_message(ask.account, messages[sid]))
        case _:
            raise ask.not_found()


def _create(ask: Ask) -> Reply:
    form, simulator = ask.form, ask.simulator
    if not form.get("To"):
        raise TwilioError(400, 21604, "A 'To' phone number is required")
    to = check_number(form.get("To"), 21211, "To")
    _check_recipient(ask, to)
    message = Message(
        sid=simulator.carrier.sid("SM"),
        to=to,
        sender=_check_sender(ask),
        body=form.get("Body"),
        created_at=simulator.clock.now(),
        callback_url=form.url("StatusCallback"),
        service_sid=form.get("MessagingServiceSid") or None,
    )
    if not message.body:
        raise TwilioError(400, 21602, "Message body is required")
    if len(message.body) > LONGEST_BODY:
        raise TwilioError(400, 21617, "The message body exceeds 1600 characters")
    simulator.carrier.messages[message.sid] = message
    simulator.trace.count("messages")
    reply = Reply(status=201, json=view_message(ask.account, message))
    simulator.tasks.spawn(carry_message(simulator.stage, message))
    return reply


def _check_recipient(ask: Ask, to: str) -> None:
    handset = ask.simulator.carrier.find_handset(to)
    if handset is not None and handset.landline:
        raise TwilioError(400, 21614, "'To' number is not a valid mobile number")
    if handset is not None and handset.unsubscribed:
        raise TwilioError(400, 21610, "Attempt to send to unsubscribed recipient")


def _check_sender(ask: Ask) -> str:
    sender = ask.form.get("From")
    if not sender and ask.form.get("MessagingServiceSid"):
        return ask.form.get("MessagingServiceSid")
    if not sender:
        raise TwilioError(400, 21603, "A 'From' phone number is required")
    number = ask.simulator.carrier.find_number(sender)
    known = number is not None and number.is_sms_capable
    if not known and not SENDER_NAME.fullmatch(sender):
        raise TwilioError(400, 21606, "'From' is not a sender of this account")
    return sender

"""What is written by hand is what Twilio's own library would have written."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Conference, Dial, Gather, VoiceResponse

from hotline_sessions.gateways.twilio import markup
from hotline_sessions.gateways.twilio.markup import document, verb


WORDS = st.text(
    st.sampled_from("<>&\"' \t\n\rабв") | st.characters(min_codepoint=32, max_codepoint=0xD7FF),
    max_size=20,
)


@given(words=WORDS, address=WORDS)
def test_words_and_addresses_are_escaped_as_the_library_escapes_them(
    words: str, address: str
) -> None:
    reply: Any = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, action=address, action_on_empty_result=True)
    gather.say(words, language="uk-UA")
    reply.append(gather)

    said = verb("Say", markup.text(words), language="uk-UA")
    written = document(
        verb(
            "Gather", said, input="dtmf", num_digits=1, action=address, action_on_empty_result=True
        )
    )

    assert written == str(reply)


def test_names_of_attributes_and_their_order_are_those_of_the_library() -> None:
    facts: dict[str, Any] = {
        "participant_label": "citizen",
        "start_conference_on_enter": False,
        "wait_url": "",
        "status_callback_event": "start end join leave",
        "coach": None,
    }
    reply: Any = VoiceResponse()
    dial = Dial(time_limit=60, hangup_on_star=True)
    dial.append(Conference("s-1-air", **facts))
    reply.append(dial)
    reply.hangup()

    conference = verb("Conference", markup.text("s-1-air"), **facts)
    dialled = verb("Dial", conference, time_limit=60, hangup_on_star=True)

    assert document(dialled, verb("Hangup")) == str(reply)

import pytest

from hotline_sessions.phonesim.grammar import build_grammar, check_document
from hotline_sessions.phonesim.twiml import BadDocument, parse_document


CONFORMING = (
    (
        '<Gather input="dtmf speech" language="uk-UA" numDigits="6" timeout="6" speechTimeout="2"'
        ' finishOnKey="" actionOnEmptyResult="true" hints="нуль" action="/a" method="POST">'
        '<Say language="uk-UA" voice="Google.uk-UA-Wavenet-A">Код</Say></Gather>'
    ),
    ('<Enqueue waitUrl="/w" waitUrlMethod="POST" action="/l" method="POST">q</Enqueue>'),
    (
        '<Start><Recording channels="dual" track="both" trim="do-not-trim"'
        ' recordingStatusCallback="/r" recordingStatusCallbackEvent="completed"/></Start>'
    ),
    (
        '<Dial action="/d" timeLimit="1500" hangupOnStar="true"><Conference'
        ' participantLabel="citizen" startConferenceOnEnter="true" endConferenceOnExit="false"'
        ' beep="false" waitUrl="" jitterBufferSize="small" region="ie1" statusCallback="/c"'
        ' statusCallbackMethod="POST" statusCallbackEvent="start end">air</Conference></Dial>'
    ),
    (
        '<Record maxLength="180" timeout="5" finishOnKey="#" playBeep="true" trim="do-not-trim"'
        ' action="/r" recordingStatusCallback="/s" recordingStatusCallbackEvent="completed"/>'
    ),
)


def find(*verbs: str) -> list[str]:
    text = f"<Response>{''.join(verbs)}</Response>"
    return check_document(parse_document(text, "http://product.test/"))


def test_the_grammar_knows_the_provider_s_elements() -> None:
    assert len(build_grammar()) >= 50
    assert "participantLabel" in build_grammar()["Conference"].attributes
    assert "name" not in build_grammar()["Conference"].attributes


@pytest.mark.parametrize("verb", CONFORMING)
def test_the_product_s_documents_conform(verb: str) -> None:
    assert find(verb) == []


@pytest.mark.parametrize(
    ("verb", "finding"),
    [
        ('<Dial statusCallbackEvent="a"/>', "<Dial> has no attribute 'statusCallbackEvent'"),
        ("<Gather><Dial/></Gather>", "<Dial> may not stand in <Gather>"),
        ("<Conference>x</Conference>", "<Conference> may not stand in <Response>"),
        ("<say>x</say>", "<say> is not a TwiML element"),
    ],
)
def test_what_does_not_conform_is_found(verb: str, finding: str) -> None:
    assert find(verb) == [finding]


@pytest.mark.parametrize("text", ["", "<Response>", "<Answer/>", "<!DOCTYPE x><Response/>"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(BadDocument):
        parse_document(text, "http://product.test/")

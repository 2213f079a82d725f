"""Every step of a call: its address, what decides it, what makes its webhook one of a kind."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.services import calls, greeting, official_calls, operator_calls
from hotline_sessions.services.open_legs import Decide


Read = Callable[[VoiceForm], str]
"""One field of what was sent."""


def nothing(_: VoiceForm) -> str:
    """Nothing that was sent counts."""
    return ""


def digits(form: VoiceForm) -> str:
    """What was keyed in."""
    return form.digits


def queue_result(form: VoiceForm) -> str:
    """Why the call has left the queue."""
    return form.queue_result


def call_status(form: VoiceForm) -> str:
    """How far the call is: the same visit is told once more when it ends."""
    return form.call_status


class Step(Struct, frozen=True, kw_only=True):
    """A step of a call; ``key`` begins the natural key of its webhooks.

    ``number`` is the parameter of our own address that tells one visit of the step from
    another, ``result`` what the visit brings, and ``parts`` end the natural key.
    """

    decide: Decide
    key: str
    number: str = ""
    result: Read = nothing
    parts: tuple[Read, ...] = ()


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "/in/consent": Step(
            decide=greeting.accept_consent, key="consent", number="n", result=digits
        ),
        "/in/back": Step(decide=greeting.greet_called_back, key="back"),
        "/in/press": Step(decide=greeting.accept_presence, key="press", number="n", result=digits),
        "/q/back": Step(decide=calls.go_back, key="q-back", number="n"),
        "/q/left": Step(
            decide=calls.leave_queue,
            key="left",
            number="n",
            result=queue_result,
            parts=(queue_result, call_status),
        ),
        "/air/join": Step(decide=calls.join_air, key="join", number="t"),
        "/air/after": Step(decide=calls.left_air, key="after", number="t", parts=(call_status,)),
        "/screen/join": Step(decide=calls.come_to_screen, key="screen", number="t"),
        "/screen/after": Step(
            decide=calls.left_screen, key="screen-after", number="t", parts=(call_status,)
        ),
        "/official/answer": Step(decide=official_calls.greet_official, key="answer"),
        "/official/confirm": Step(
            decide=official_calls.confirm_official, key="confirm", number="n", result=digits
        ),
        "/official/after": Step(
            decide=official_calls.return_official,
            key="official-after",
            number="n",
            parts=(call_status,),
        ),
        "/official/menu": Step(
            decide=official_calls.choose_from_menu,
            key="official-menu",
            number="n",
            result=digits,
        ),
        "/official/back": Step(decide=official_calls.come_back, key="official-back", number="n"),
        "/operator/answer": Step(decide=operator_calls.greet_operator, key="operator-answer"),
        "/operator/confirm": Step(
            decide=operator_calls.confirm_operator,
            key="operator-confirm",
            number="n",
            result=digits,
        ),
        "/operator/enter": Step(decide=operator_calls.enter_room, key="operator-enter", number="t"),
        "/operator/after": Step(
            decide=operator_calls.left_room,
            key="operator-after",
            number="t",
            parts=(call_status,),
        ),
    }
)
"""Address → step."""

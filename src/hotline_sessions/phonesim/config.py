"""Configuration of the simulator: the account, its numbers, the SIM cards, the switches."""

from msgspec import Struct, field


ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - opens nothing but the simulator
WITHHELD_CALLER = "+266696687"
"""Keypad spelling of ANONYMOUS, sent as From when the number is withheld."""


class NumberConfig(Struct, frozen=True, kw_only=True):
    """A telephone number of the account, as set up in a provider's console."""

    number: str
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""
    name: str = ""


class SimConfig(Struct, frozen=True, kw_only=True):
    """A SIM card somebody can put into a telephone of the simulator."""

    name: str
    number: str
    withheld: bool = False


class WebhookPolicy(Struct, frozen=True, kw_only=True):
    """How webhooks are sent when the URL itself does not say; seconds of the wall clock."""

    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 15.0
    retries: int = 1
    retry_on: tuple[str, ...] = ("ct",)
    pauses: tuple[float, ...] = (0.25, 0.75, 1.5, 3.0, 5.0)


class Switches(Struct, frozen=True, kw_only=True):
    """Assumptions about the real provider that nobody has verified, one switch each."""

    label_clash_goes_to: str = "action"
    """``action`` or ``next``: where a call goes on after a refused conference label."""
    enqueue_action_on_redirect: bool = True
    """Whether taking a call out of a queue through REST also requests the queue's action."""
    wait_loop_survives: bool = True
    """Whether a waiting caller stays in the queue while the wait URL does not answer."""


class PhonesimConfig(Struct, frozen=True, kw_only=True):
    """Everything the simulator is told at its start.

    ``speed`` makes its world run faster than ours; ``patience`` stretches the time a
    person has to press a key, so that a fast simulation can still be used by hand.
    """

    account_sid: str = ACCOUNT_SID
    auth_token: str = AUTH_TOKEN
    numbers: list[NumberConfig] = field(default_factory=list)
    sims: list[SimConfig] = field(default_factory=list)
    speed: float = 1.0
    patience: float = 1.0
    seed: int = 1
    webhooks: WebhookPolicy = WebhookPolicy()
    switches: Switches = Switches()
    recording_base_url: str = ""

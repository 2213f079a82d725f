"""Configuration of the simulator: the account, its numbers, the SIM cards, the switches."""

from msgspec import Struct, field


ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - opens nothing but the simulator
WITHHELD_CALLER = "+266696687"
"""Keypad spelling of ANONYMOUS, sent as From when the number is withheld."""


class NumberConfig(Struct, frozen=True, kw_only=True):
    """A telephone number of the account, as set up in a provider's console.

    ``reached_by`` are numbers of other carriers that people dial to get here. ``carrier``
    says how they come: ``direct`` (the provider's own number), ``forwarded`` (their
    carrier forwards to this number) or ``byoc`` (their carrier hands calls over by SIP).
    """

    number: str
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""
    name: str = ""
    reached_by: tuple[str, ...] = ()
    carrier: str = "direct"
    is_sms_capable: bool = True
    trunk_sid: str = ""


class ApplicationConfig(Struct, frozen=True, kw_only=True):
    """An application of the account: where calls of browsers go. ``sid`` may be left out."""

    name: str
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    status_callback: str = ""
    sid: str = ""


class TrunkConfig(Struct, frozen=True, kw_only=True):
    """A line to a carrier of one's own, over which ``byoc`` numbers with its ``sid`` come."""

    sid: str
    name: str = ""
    voice_url: str = ""
    voice_fallback_url: str = ""
    status_callback: str = ""


class SimConfig(Struct, frozen=True, kw_only=True):
    """A SIM card somebody can put into a telephone of the simulator.

    A ``number`` that begins with ``client:`` is a telephone in a browser. ``voicemail``
    lets a machine answer what its owner does not; a ``landline`` gets no text messages, and
    who has ``unsubscribed`` has forbidden them.
    """

    name: str
    number: str
    withheld: bool = False
    voicemail: bool = False
    landline: bool = False
    unsubscribed: bool = False


class WebhookPolicy(Struct, frozen=True, kw_only=True):
    """How webhooks are sent when the URL itself does not say; seconds of the wall clock."""

    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 15.0
    retries: int = 1
    retry_on: tuple[str, ...] = ("ct",)
    pauses: tuple[float, ...] = (0.25, 0.75, 1.5, 3.0, 5.0)


class SharedKey(Struct, frozen=True, kw_only=True):
    """A key that signs webhooks in place of the account's token."""

    sid: str
    secret: str
    algorithm: str = "HMAC_SHA256"


class Limits(Struct, frozen=True, kw_only=True):
    """What the provider allows the account; 0 means without limit.

    ``profile`` bounds calls at one time: ``none`` 2, ``individual`` 3, ``trial`` 5,
    ``business`` without limit. ``calls_per_second`` smears outbound calls;
    ``longest_queue_seconds`` is how long one may wait for its turn.
    """

    profile: str = "business"
    calls_per_second: float = 0.0
    longest_queue_seconds: float = 86_400.0
    rest_concurrency: int = 0
    countries: tuple[str, ...] = ("UA", "IE", "PL", "US")
    balance: str = "100.00"


class Switches(Struct, frozen=True, kw_only=True):
    """Assumptions about the real provider that nobody has verified, one switch each."""

    label_clash_goes_to: str = "action"
    """``action`` or ``next``: where a call goes on after a refused conference label."""
    enqueue_action_on_redirect: bool = True
    """Whether taking a call out of a queue through REST also requests the queue's action."""
    phantom_action_delay: float = 0.0
    """Seconds by which the ignored action comes after the new URL."""
    wait_loop_survives: bool = True
    """Whether a waiting caller stays in the queue while the wait URL does not answer."""
    alone_in_started_room: str = "silence"
    """``silence`` or ``wait_music``: what the last one in a started conference hears."""
    hangup_on_star_in_conference: bool = True
    """Whether ``hangupOnStar`` works for conferences."""
    speech_in_gather: bool = True
    """Whether speech in Ukrainian is recognised; otherwise 13331 and the gather fails."""
    forwarding_keeps_caller: bool = False
    """Whether a carrier that forwards shows the caller's number or its own."""
    byoc_from: str = "national"
    """``e164``, ``national`` or ``sip``: how a carrier of one's own writes the caller."""
    dual_channel_hears_room: bool = True
    """Whether the second channel of a recorded leg holds the others of the conference."""
    recording_delay: float = 0.5
    """Seconds from the end of a recording to its ``completed``."""
    silent_recording: str = "completed"
    """``completed`` or ``absent``: what a recording of a call without words becomes."""
    unregistered_client: str = "no-answer"
    """``no-answer`` or ``failed``: what a call to a browser that is not there becomes."""
    machine_detection_seconds: float = 3.0
    """How long the machine detection listens."""
    machine_detection_errs: float = 0.0
    """Probability with which it takes a person for a machine or the other way round."""
    prompts_are_transcribed: bool = True
    """Whether a real-time transcription holds what the product itself says."""


class PhonesimConfig(Struct, frozen=True, kw_only=True):
    """Everything the simulator is told at its start.

    ``speed`` makes its world run faster than ours; ``patience`` stretches the time a
    person has to press a key, so that a fast simulation can still be used by hand.
    ``caller_ids`` are numbers of others that calls may come from; ``api_secret`` checks
    access tokens of browsers (empty: none is needed);
    ``file_seconds`` are lengths of played files by the end of their path; ``trace_path``
    is a file that gets every event as a line of JSON; ``kept_events`` bounds what is kept
    of them in memory (0: all). On ``smtp_port`` letters are taken and shown (0: none are).
    """

    account_sid: str = ACCOUNT_SID
    auth_token: str = AUTH_TOKEN
    numbers: list[NumberConfig] = field(default_factory=list)
    applications: list[ApplicationConfig] = field(default_factory=list)
    trunks: list[TrunkConfig] = field(default_factory=list)
    caller_ids: tuple[str, ...] = ()
    sims: list[SimConfig] = field(default_factory=list)
    speed: float = 1.0
    patience: float = 1.0
    seed: int = 1
    webhooks: WebhookPolicy = WebhookPolicy()
    signing: SharedKey | None = None
    limits: Limits = Limits()
    switches: Switches = Switches()
    recording_base_url: str = ""
    api_secret: str = ""
    file_seconds: dict[str, float] = field(default_factory=dict)
    softphone_grace: float = 10.0
    trace_path: str = ""
    kept_events: int = 5_000
    smtp_port: int = 0

"""One simulator: its parts put together, started and stopped."""

from collections import Counter

import httpx

from hotline_sessions.phonesim.carrier import Carrier
from hotline_sessions.phonesim.clock import Clock, RealClock, ScaledClock, Tasks, VirtualClock
from hotline_sessions.phonesim.config import PhonesimConfig
from hotline_sessions.phonesim.delivering import Deliver
from hotline_sessions.phonesim.engine import Engine
from hotline_sessions.phonesim.faults import Faults, Strike
from hotline_sessions.phonesim.hub import Hub
from hotline_sessions.phonesim.mailbox import Mailbox
from hotline_sessions.phonesim.reporter import Reporter
from hotline_sessions.phonesim.stage import Stage
from hotline_sessions.phonesim.taking import Taker
from hotline_sessions.phonesim.tracing import Trace
from hotline_sessions.phonesim.webhooks import WebhookSender


class BrokenInvariants(AssertionError):
    """The simulated world is in a state that must not be."""


class Simulator:
    """The parts of a simulator.

    ``deliver`` carries webhooks into a product in the same process, past HTTP;
    ``transport`` replaces the network below the HTTP client. Several simulators may share
    one virtual ``clock``.
    """

    def __init__(
        self,
        config: PhonesimConfig,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        deliver: Deliver | None = None,
    ) -> None:
        self.config = config
        self.clock: Clock = clock or ScaledClock(config.speed)
        self.hub = Hub()
        self.mailbox = Mailbox(self.clock, self.hub)
        self.trace = Trace(self.clock, path=config.trace_path, kept=config.kept_events)
        self.faults = Faults(config.seed, self._note_strike)
        self.carrier = Carrier(config, self.clock, self.hub)
        self.carrier.complains = self._note_complaint
        self.tasks = Tasks()
        self.sender = WebhookSender(
            token=config.auth_token,
            policy=config.webhooks,
            clock=self.clock,
            wall=self.clock if isinstance(self.clock, VirtualClock) else RealClock(),
            faults=self.faults,
            transport=transport,
            deliver=deliver,
            signing=config.signing,
            trace=self.trace,
        )
        self.reporter = Reporter(
            config.account_sid, self.clock, self.tasks, self.sender, config.recording_base_url
        )
        self.taker = Taker(config, self.clock, self.tasks, self.carrier, self.reporter)
        self.stage = Stage(
            config=config,
            clock=self.clock,
            tasks=self.tasks,
            carrier=self.carrier,
            sender=self.sender,
            reporter=self.reporter,
            taker=self.taker,
        )
        self.engine = Engine(self.stage, self.faults, self.trace)

    @property
    def counts(self) -> Counter[str]:
        """How many calls, webhooks, REST requests and text messages, and faults of each kind."""
        faults = {f"fault_{kind.value}": number for kind, number in self.faults.struck.items()}
        return self.trace.counts + Counter(faults)

    def assert_invariants(self) -> None:
        """Check that nothing impossible is the case.

        Raises:
            BrokenInvariants: The text names every breach.
        """
        if breaches := list(self.carrier.find_breaches()):
            raise BrokenInvariants("; ".join(breaches))

    async def stop(self) -> None:
        """End every call silently and close connections."""
        self.hub.changed()
        await self.tasks.stop()
        await self.sender.close()
        self.trace.close()

    def _note_strike(self, strike: Strike) -> None:
        self.trace.note("fault", fault=strike.kind.value, subject=strike.subject)

    def _note_complaint(self, code: int, text: str, call_sid: str) -> None:
        self.trace.count("complaints")
        self.trace.note("complaint", code=code, text=text, call=call_sid)

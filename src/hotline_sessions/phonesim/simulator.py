"""One simulator: its parts put together, started and stopped."""

import httpx

from hotline_sessions.phonesim.carrier import Carrier
from hotline_sessions.phonesim.clock import Clock, RealClock, ScaledClock, Tasks, VirtualClock
from hotline_sessions.phonesim.config import PhonesimConfig
from hotline_sessions.phonesim.engine import Engine
from hotline_sessions.phonesim.faults import Faults
from hotline_sessions.phonesim.hub import Hub
from hotline_sessions.phonesim.reporter import Reporter
from hotline_sessions.phonesim.stage import Stage
from hotline_sessions.phonesim.webhooks import WebhookSender


class Simulator:
    """The parts of a simulator; ``transport`` delivers webhooks in process, for tests."""

    def __init__(
        self,
        config: PhonesimConfig,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.config = config
        self.clock: Clock = clock or ScaledClock(config.speed)
        self.hub = Hub()
        self.faults = Faults(config.seed)
        self.carrier = Carrier(config, self.clock, self.hub)
        self.tasks = Tasks()
        self.sender = WebhookSender(
            token=config.auth_token,
            policy=config.webhooks,
            clock=self.clock,
            wall=self.clock if isinstance(self.clock, VirtualClock) else RealClock(),
            faults=self.faults,
            transport=transport,
        )
        self.reporter = Reporter(config.account_sid, self.clock, self.tasks, self.sender)
        self.stage = Stage(
            config=config,
            clock=self.clock,
            tasks=self.tasks,
            carrier=self.carrier,
            sender=self.sender,
            reporter=self.reporter,
        )
        self.engine = Engine(self.stage)

    async def stop(self) -> None:
        """End every call silently and close connections."""
        self.hub.changed()
        await self.tasks.stop()
        await self.sender.close()

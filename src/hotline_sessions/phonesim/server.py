"""The simulator as an application and as a server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import uvicorn
from litestar import Litestar
from litestar.datastructures import State

from hotline_sessions.phonesim.clock import Clock
from hotline_sessions.phonesim.config import PhonesimConfig
from hotline_sessions.phonesim.control import ControlController, answer_cannot_do
from hotline_sessions.phonesim.delivering import Deliver
from hotline_sessions.phonesim.engine import CannotDo
from hotline_sessions.phonesim.grammar import build_grammar
from hotline_sessions.phonesim.loopback import is_loopback
from hotline_sessions.phonesim.mailbox import serve_mail
from hotline_sessions.phonesim.pages import PageController, static_files
from hotline_sessions.phonesim.rest.routes import answer_rest
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.phonesim.softphone import serve_softphone


GRACE_SECONDS = 2


def create_phonesim(
    config: PhonesimConfig,
    *,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    deliver: Deliver | None = None,
) -> Litestar:
    """Simulator with its REST interface, its control interface and its page.

    ``clock`` replaces the clock that runs ``config.speed`` times as fast as ours;
    ``transport`` or ``deliver`` carry webhooks in process. The parts are at
    ``app.state.simulator``.
    """
    simulator = Simulator(config, clock=clock, transport=transport, deliver=deliver)

    @asynccontextmanager
    async def run_simulator(_: Litestar) -> AsyncIterator[None]:
        build_grammar()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(simulator.stop)
            if config.smtp_port:
                mail = serve_mail(simulator.mailbox, "127.0.0.1", config.smtp_port)
                await stack.enter_async_context(mail)
            yield

    return Litestar(
        route_handlers=[
            answer_rest,
            ControlController,
            PageController,
            serve_softphone,
            static_files(),
        ],
        exception_handlers={CannotDo: answer_cannot_do},
        lifespan=[run_simulator],
        state=State({"simulator": simulator}),
        openapi_config=None,
        logging_config=None,
    )


def run(config: PhonesimConfig, host: str = "127.0.0.1", port: int = 4020) -> None:
    """Serve a simulator until it is stopped.

    Raises:
        ValueError: ``host`` is not a loopback address.
    """
    if not is_loopback(host):
        raise ValueError("the simulator listens on loopback only")
    uvicorn.run(
        create_phonesim(config),
        host=host,
        port=port,
        log_level="warning",
        ws="websockets-sansio",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

"""Composition root: ports meet gateways, routes meet the application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from litestar import Litestar
from litestar.datastructures import State

from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.twilio.gateway import TwilioAccount, open_twilio
from hotline_sessions.jobs.runner import list_jobs, run_jobs
from hotline_sessions.services.ports import Clock
from hotline_sessions.settings import Settings
from hotline_sessions.store.bus import Bus, open_bus
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import NotSignedIn, lead_to_sign_in
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.shell import create_web
from hotline_sessions.web.webhooks.routes import twilio_router
from hotline_sessions.web.webhooks.setup import TwilioSetup


def create_app(settings: Settings, *, clock: Clock | None = None) -> Litestar:
    """The web application on ``settings``, whose database must be running.

    The background work runs beside it unless ``settings.worker`` says otherwise.
    """
    ticking = clock or SystemClock()

    @asynccontextmanager
    async def run(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(open_database(settings.database_url))
            bus = await stack.enter_async_context(open_bus(settings.database_url))
            app.state.facts = WebFacts(
                clock=ticking,
                secret=settings.secret_key.encode(),
                public_url=settings.public_base_url,
                watch=bus.subscribe,
            )
            if settings.worker:
                await stack.enter_async_context(work_beside(settings, bus, ticking))
            yield

    return create_web(
        [*list_routes(), twilio_router(build_setup(settings, ticking))],
        public_base_url=settings.public_base_url,
        state=State(),
        lifespan=[run],
        dependencies=DEPENDENCIES,
        exception_handlers={NotSignedIn: lead_to_sign_in},
    )


async def run_worker(settings: Settings) -> None:
    """The background work alone, until it is told to stop."""
    async with (
        open_database(settings.database_url, application_name="hotline work"),
        open_bus(settings.database_url) as bus,
        work_beside(settings, bus, SystemClock()),
    ):
        await asyncio.Event().wait()


@asynccontextmanager
async def work_beside(settings: Settings, bus: Bus, clock: Clock) -> AsyncIterator[None]:
    """The background work, running until the block ends."""
    async with open_twilio(build_account(settings)) as twilio:
        jobs = list_jobs(line=twilio.line, texts=twilio.texts, clock=clock)
        task = asyncio.create_task(run_jobs(jobs, bus.subscribe), name="jobs")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def build_account(settings: Settings) -> TwilioAccount:
    """The account at Twilio that ``settings`` name."""
    return TwilioAccount(
        account_sid=settings.twilio_account_sid,
        token=settings.twilio_auth_token,
        caller_id=settings.twilio_caller_id,
        sms_sender=settings.twilio_sms_sender,
        public_base_url=settings.public_base_url,
        base_url=settings.twilio_api_base_url,
        is_production=settings.is_production,
    )


def build_setup(settings: Settings, clock: Clock) -> TwilioSetup:
    """Whose webhooks are accepted."""
    tokens = (settings.twilio_auth_token, settings.twilio_auth_token_next)
    return TwilioSetup(
        public_base_url=settings.public_base_url,
        account_sid=settings.twilio_account_sid,
        secrets=tuple(token for token in tokens if token),
        booking_secret=settings.secret_key.encode(),
        clock=clock,
    )

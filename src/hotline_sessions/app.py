"""Composition root: ports meet gateways, routes meet the application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from datetime import timedelta
from typing import Final

from litestar import Litestar
from litestar.datastructures import State
from msgspec import Struct

from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.hooks import HttpHooks
from hotline_sessions.gateways.imap import ImapAccount, ImapMailbox
from hotline_sessions.gateways.mail import SmtpAccount, SmtpMails
from hotline_sessions.gateways.planner.process import ProcessSolver
from hotline_sessions.gateways.storage import open_storage
from hotline_sessions.gateways.telegram import TelegramBot
from hotline_sessions.gateways.twilio.gateway import Twilio, TwilioAccount, open_twilio
from hotline_sessions.gateways.twilio.signature import Scheme, SharedKey
from hotline_sessions.gateways.twilio.softphone import SoftphoneKey, choose_softphones
from hotline_sessions.gateways.twilio.softphone_sources import list_sources
from hotline_sessions.gateways.twilio.twiml import Voices
from hotline_sessions.jobs.runner import list_jobs, run_jobs
from hotline_sessions.services.ports import Clock, MailSender, Watch
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.services.search_words import warm
from hotline_sessions.services.softphones import Softphones
from hotline_sessions.settings import Settings
from hotline_sessions.store.bus import open_bus
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import NotSignedIn, lead_to_sign_in
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.shell import create_web
from hotline_sessions.web.voice_files import build_voices, create_voice_router, find_voice_files
from hotline_sessions.web.waiting_room import WaitingRoom
from hotline_sessions.web.webhooks.routes import twilio_router
from hotline_sessions.web.webhooks.setup import TwilioSetup


FRESH_FOR: Final = timedelta(seconds=1)
"""How old the public page of a session may be: what is booked is checked when it is booked."""


@asynccontextmanager
async def open_hints(dsn: str) -> AsyncIterator[Watch]:
    """Hints from all processes on the database at ``dsn``."""
    async with open_bus(dsn) as bus:
        yield bus.subscribe


def build_storage(settings: Settings) -> Storage:
    """Where recordings are kept."""
    return open_storage(settings.recordings_url, data_dir=settings.data_dir)


class Outside(Struct, frozen=True, kw_only=True):
    """How the application reaches what is not part of it; a rehearsal puts its own here."""

    open_database: Callable[[str], AbstractAsyncContextManager[object]] = open_database
    open_hints: Callable[[str], AbstractAsyncContextManager[Watch]] = open_hints
    open_twilio: Callable[[TwilioAccount], AbstractAsyncContextManager[Twilio]] = open_twilio
    open_storage: Callable[[Settings], Storage] = build_storage


REAL: Final = Outside()


def create_app(
    settings: Settings, *, clock: Clock | None = None, outside: Outside = REAL
) -> Litestar:
    """The web application on ``settings``, whose database must be running.

    The background work runs beside it unless ``settings.worker`` says otherwise.
    """
    ticking = clock or SystemClock()

    @asynccontextmanager
    async def run(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(outside.open_database(settings.database_url))
            watch = await stack.enter_async_context(outside.open_hints(settings.database_url))
            app.state.storage = outside.open_storage(settings)
            app.state.facts = WebFacts(
                clock=ticking,
                secret=settings.secret_key.encode(),
                public_url=settings.public_base_url,
                watch=watch,
                softphones=build_softphones(settings),
                sms_price=settings.sms_price,
                sends_mail=bool(settings.smtp_host),
                has_bot=bool(settings.telegram_bot_token),
                fresh_for=FRESH_FOR,
                tells_inside=not settings.is_production,
            )
            if outside is REAL:
                await stack.enter_async_context(load_dictionary())
            if settings.worker:
                await stack.enter_async_context(work_beside(settings, watch, ticking, outside))
            yield

    recorded = find_voice_files(settings.voice_files)
    setup = build_setup(settings, ticking, build_voices(settings.public_base_url, recorded))
    return create_web(
        [*list_routes(), twilio_router(setup), create_voice_router(recorded)],
        public_base_url=settings.public_base_url,
        softphone_sources=list_sources(
            base_url=settings.twilio_api_base_url,
            region=settings.twilio_region,
            edge=settings.twilio_edge,
        ),
        waiting_room=build_waiting_room(settings, ticking),
        state=State(),
        lifespan=[run],
        dependencies=DEPENDENCIES,
        exception_handlers={NotSignedIn: lead_to_sign_in},
    )


@asynccontextmanager
async def load_dictionary() -> AsyncIterator[None]:
    """The dictionary by which appeals are found, loaded beside the block.

    It takes most of a second: a process that has died is back before, and answers.
    """
    loading = asyncio.create_task(asyncio.to_thread(warm))
    try:
        yield
    finally:
        await loading


async def run_worker(settings: Settings) -> None:
    """The background work alone, until it is told to stop."""
    async with (
        open_database(settings.database_url, application_name="hotline work"),
        open_hints(settings.database_url) as watch,
        work_beside(settings, watch, SystemClock()),
    ):
        await asyncio.Event().wait()


@asynccontextmanager
async def work_beside(
    settings: Settings, watch: Watch, clock: Clock, outside: Outside = REAL
) -> AsyncIterator[None]:
    """The background work, running until the block ends."""
    async with outside.open_twilio(build_account(settings)) as twilio:
        jobs = list_jobs(
            line=twilio.line,
            texts=twilio.texts,
            clock=clock,
            recorder=twilio.recordings,
            storage=outside.open_storage(settings),
            strays=twilio.strays,
            mails=build_mails(settings),
            public_url=settings.public_base_url,
            secret=settings.secret_key.encode(),
            hooks=build_hooks(settings) if outside is REAL else None,
            solver=ProcessSolver() if outside is REAL else None,
            poster=build_poster(settings) if outside is REAL else None,
            mailbox=build_mailbox(settings) if outside is REAL else None,
        )
        task = asyncio.create_task(run_jobs(jobs, watch), name="jobs")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def build_waiting_room(settings: Settings, clock: Clock) -> WaitingRoom | None:
    """The waiting room before the booking pages, where the installation has one."""
    if not settings.booking_rush:
        return None
    return WaitingRoom(
        bound=settings.booking_rush,
        secret=settings.secret_key.encode(),
        clock=clock,
        is_https=settings.public_base_url.startswith("https://"),
    )


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
        region=settings.twilio_region,
        edge=settings.twilio_edge,
        trunk=settings.twilio_byoc_trunk_sid,
        fallback_url=settings.twilio_fallback_url,
    )


def build_hooks(settings: Settings) -> HttpHooks:
    """Who tells document systems; those of a demo run beside it."""
    return HttpHooks(may_be_private=not settings.is_production)


def build_poster(settings: Settings) -> TelegramBot | None:
    """Who posts to channels; None where there is no bot."""
    token = settings.telegram_bot_token
    return TelegramBot(token, base_url=settings.telegram_api_base_url) if token else None


def build_mails(settings: Settings) -> MailSender | None:
    """Who takes letters to citizens; None where no server is known."""
    return build_smtp(settings) if settings.smtp_host else None


def build_smtp(settings: Settings) -> SmtpMails:
    """The mail server of the settings."""
    return SmtpMails(
        SmtpAccount(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password,
            sender=settings.smtp_sender,
        )
    )


def build_mailbox(settings: Settings) -> ImapMailbox | None:
    """Where officials' calendars answer; None where no server is known."""
    if not settings.imap_host:
        return None
    return ImapMailbox(
        ImapAccount(
            host=settings.imap_host,
            port=settings.imap_port,
            tls=settings.imap_tls,
            user=settings.imap_user,
            password=settings.imap_password,
            folder=settings.imap_folder,
        )
    )


def build_softphones(settings: Settings) -> Softphones:
    """How browsers talk in this installation."""
    key = SoftphoneKey(
        account_sid=settings.twilio_account_sid,
        sid=settings.twilio_api_key_sid,
        secret=settings.twilio_api_key_secret,
        application_sid=settings.twilio_app_sid,
        region=settings.twilio_region,
    )
    return choose_softphones(key, base_url=settings.twilio_api_base_url, edge=settings.twilio_edge)


def list_shared_keys(settings: Settings) -> tuple[SharedKey, ...]:
    """Keys that may sign webhooks: the present one and the coming one."""
    pairs = (
        (settings.twilio_shared_key_sid, settings.twilio_shared_key_secret),
        (settings.twilio_shared_key_sid_next, settings.twilio_shared_key_secret_next),
    )
    return tuple(SharedKey(sid=sid, secret=secret) for sid, secret in pairs if sid and secret)


def build_setup(settings: Settings, clock: Clock, voice: Voices) -> TwilioSetup:
    """Whose webhooks are accepted."""
    tokens = (settings.twilio_auth_token, settings.twilio_auth_token_next)
    return TwilioSetup(
        public_base_url=settings.public_base_url,
        account_sid=settings.twilio_account_sid,
        secrets=tuple(token for token in tokens if token),
        scheme=Scheme(settings.twilio_signature),
        shared_keys=list_shared_keys(settings),
        booking_secret=settings.secret_key.encode(),
        clock=clock,
        voice=voice,
    )

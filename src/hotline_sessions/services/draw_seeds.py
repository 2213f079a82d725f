"""The nonce of a draw: drawn and committed to when its session is announced."""

import secrets
from datetime import datetime
from typing import Final

import structlog

from hotline_sessions.domain.draws import NONCE_BYTES, build_commitment
from hotline_sessions.domain.sessions import BookingMode, Session
from hotline_sessions.store.draws import add_draw


log = structlog.get_logger()

SALT_BYTES: Final = 32


async def commit_to_draw(session: Session, *, now: datetime) -> None:
    """Draw and keep the nonce of a session whose slots are given by lot; of others none.

    Within the transaction that announces the session: nobody can register before it stands.
    """
    if session.booking_mode is not BookingMode.DRAW:
        return
    nonce = secrets.token_bytes(NONCE_BYTES)
    await add_draw(
        session.id,
        commitment=build_commitment(nonce),
        nonce=nonce.hex(),
        salt=secrets.token_hex(SALT_BYTES),
        now=now,
    )
    log.info("draw_committed", session_id=session.id)

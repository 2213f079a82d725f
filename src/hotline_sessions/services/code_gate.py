"""The second gate before a one-time code: passed once."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from hotline_sessions.domain.code_gate import WAIT, WAIT_LIFE, WaitLonger, check_gate
from hotline_sessions.services.tokens import build_token_mac
from hotline_sessions.store.verification import add_spent_wait


log = structlog.get_logger()

SPENT_KEPT: Final = 2 * WAIT_LIFE
"""How long a gate that was passed is remembered: longer than it could be passed again."""


async def pass_gate(token: str, *, phone: str, work: str, secret: bytes, now: datetime) -> None:
    """Let pass who has waited or worked, for this phone and for the first time.

    Raises:
        BadLink, LinkExpired: It is no gate of ours, or one of long ago.
        WaitLonger: There is some time left to wait, or this wait has served.
    """
    check_gate(secret, token, phone=phone, work=work, now=now)
    name = build_token_mac(secret, "code-gate", token)
    if not await add_spent_wait(name, now=now, forget_before=now - SPENT_KEPT):
        raise WaitLonger(retry_after=WAIT // timedelta(seconds=1))
    log.info("code_gate_passed", is_worked=bool(work))

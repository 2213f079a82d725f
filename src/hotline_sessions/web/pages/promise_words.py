"""Words for promises, the same for staff and for the public."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.promises import PromiseState
from hotline_sessions.i18n import N_


STATES: Final[Mapping[PromiseState, tuple[str, str]]] = MappingProxyType(
    {
        PromiseState.OPEN: (N_("not due yet"), "blue"),
        PromiseState.KEPT: (N_("promise kept"), "green"),
        PromiseState.BROKEN: (N_("promise not kept"), "red"),
    }
)
"""State → its words, and the colour that repeats them."""

"""What goes wrong, when the script says so."""

import asyncio
from random import Random

from hotline_sessions.phonesim.faults import FaultKind, FaultRule
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.rehearsal.database import Gate
from hotline_sessions.rehearsal.product import Product
from hotline_sessions.rehearsal.scripts import Fault, Script
from hotline_sessions.rehearsal.truth import Truth


def list_rules(fault: Fault) -> list[FaultRule]:
    """What the simulator is to do for ``fault``."""
    chance, seconds = fault.probability, fault.seconds
    match fault.kind:
        case "duplicate":
            return [FaultRule(kind=FaultKind.DUPLICATE, probability=chance)]
        case "duplicate-later":
            return [FaultRule(kind=FaultKind.DUPLICATE_LATER, probability=chance, seconds=seconds)]
        case "permute":
            return [FaultRule(kind=FaultKind.REORDER, probability=chance, seconds=min(seconds, 4))]
        case "delay":
            return [FaultRule(kind=FaultKind.DELAY, probability=chance, seconds=seconds)]
        case "lose":
            return [FaultRule(kind=FaultKind.DROP, probability=chance)]
        case "refuse":
            return [FaultRule(kind=FaultKind.ERROR, probability=chance, status=503)]
        case "webhook-timeout":
            return [FaultRule(kind=FaultKind.TIMEOUT, probability=chance)]
        case "slow-rest":
            slow = min(seconds, 4.0)
            return [FaultRule(on="rest", kind=FaultKind.DELAY, probability=chance, seconds=slow)]
        case "rest-429":
            return [_refusal(chance, 429, 20429)]
        case "rest-500":
            return [_refusal(chance, 500, 20500)]
        case "rest-503":
            return [_refusal(chance, 503, 20503)]
        case "lost-answer":
            return [FaultRule(on="rest", kind=FaultKind.LOST_ANSWER, probability=chance)]
        case "garbage":
            return [FaultRule(on="rest", kind=FaultKind.GARBAGE, probability=chance)]
        case "race":
            return [
                FaultRule(on="rest", kind=FaultKind.ENDED_BEFORE, match="POST", probability=chance)
            ]
        case _:
            return []


def _refusal(chance: float, status: int, code: int) -> FaultRule:
    return FaultRule(on="rest", kind=FaultKind.ERROR, probability=chance, status=status, code=code)


class Mischief:
    """Lets the faults of one script happen."""

    def __init__(
        self, script: Script, *, simulator: Simulator, product: Product, gate: Gate, truth: Truth
    ) -> None:
        self._script = script
        self._simulator = simulator
        self._product = product
        self._gate = gate
        self._truth = truth
        self._rng = Random(f"{script.seed}:mischief")  # noqa: S311 - dice, not secrets
        self._active: list[Fault] = []
        self._cut = 0.0
        gate.before = self._choose_fate

    async def happen(self) -> None:
        """Do everything at its time."""
        moments = sorted(
            [(fault.at, 1, index) for index, fault in enumerate(self._script.faults)]
            + [
                (fault.at + fault.lasts, 0, index)
                for index, fault in enumerate(self._script.faults)
                if fault.lasts
            ]
        )
        for at, begins, index in moments:
            await asyncio.sleep(max(0.0, at - self._truth.now))
            fault = self._script.faults[index]
            if fault.kind == "restart":
                await self._restart(fault)
            elif begins:
                self._active.append(fault)
                self._put_in_force()
            else:
                self._active.remove(fault)
                self._put_in_force()

    def _put_in_force(self) -> None:
        self._simulator.faults.clear()
        for fault in self._active:
            for rule in list_rules(fault):
                self._simulator.faults.add(rule)
        self._cut = max(
            (fault.probability for fault in self._active if fault.kind == "cut"), default=0.0
        )

    async def _restart(self, fault: Fault) -> None:
        self._truth.strike("restart", "")
        await self._product.kill()
        await asyncio.sleep(fault.seconds)
        await self._product.start()
        self._truth.strikes.append((self._truth.now, ""))

    def _choose_fate(self, _statement: str) -> str:
        """Whether the connection is cut ``before`` or ``after`` the statement, or not at all."""
        if not self._cut or self._rng.random() >= self._cut:
            return ""
        self._truth.strike("cut", "")
        self._product.cuts += 1
        return self._rng.choice(("before", "after"))

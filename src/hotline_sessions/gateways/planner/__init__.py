"""Quarters planned by CP-SAT, in a process of its own."""

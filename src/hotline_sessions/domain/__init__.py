"""Rules: pure functions and facts, without clock, I/O or framework."""

"""Time: what happens without a request."""

"""Signed callbacks of outside systems."""

"""Nouns → text; no decisions, no I/O."""

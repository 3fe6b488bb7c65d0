"""Ruleset × facts → decision; durable-rules is the engine of record."""

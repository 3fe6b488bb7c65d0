"""The same rules for other engines, each through its documented Python interface."""

"""One person over time: a record of sessions, what follows from it, and where it is kept."""

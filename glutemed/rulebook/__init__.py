"""Text → `Ruleset`: reading, parsing, checking, and where the bundled rules lie."""

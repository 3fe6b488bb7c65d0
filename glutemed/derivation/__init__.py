"""Decision → derivation tree: why, why not, what was taken instead, and what would change it."""

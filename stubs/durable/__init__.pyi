"""The Python layer of durable-rules, as far as the benchmarks and tests of glutemed call it."""

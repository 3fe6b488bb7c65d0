"""The version of glutemed, in one place; the build reads it here."""

VERSION = "0.1.0"

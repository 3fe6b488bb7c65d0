"""A code as people read and type it: its alphabet, its groups, its checksum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from glutemed.model.errors import GlutemedError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O and U
GROUP: Final = 5
CHECK: Final = 6
MOST_SIGNS: Final = 4096
_READ_AS = str.maketrans("OIL", "011")
_PASSED_OVER = str.maketrans("", "", "- \t\r\n\u00a0\u2010\u2011\u2012\u2013\u2212")
_NUMBER = {sign: number for number, sign in enumerate(ALPHABET)}
# Bech32m of BIP 350, a BCH code over 32 signs: it finds any two wrong ones among 1,023, which a swap
# of neighbours is too, any four among 89, and takes one of 2**30 other errors for right.
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_END = 0x2BC830A3


class CodeRefused(GlutemedError):
    """A code that cannot be turned back into facts; the text says why, and never what it holds."""


def read(code: str, *, least: int) -> list[int]:
    """The signs of a code as numbers from 0 to 31, without its checksum.

    Raises:
        CodeRefused: It is too short, too long or mistyped.
    """
    if len(code) > MOST_SIGNS:
        raise CodeRefused("the code is too long")
    text = code.translate(_PASSED_OVER).upper().translate(_READ_AS)
    if len(text) < least + CHECK:
        raise CodeRefused("the code is too short; type all of it, only hyphens may be left out")
    found = [_NUMBER.get(sign, -1) for sign in text]
    if -1 in found:
        raise CodeRefused("a code has only digits and letters from A to Z, and no U")
    if _remainder(found) != _END:
        raise CodeRefused("the code is mistyped; compare it with the sheet, sign by sign")
    return found[:-CHECK]


def checked(found: list[int]) -> list[int]:
    """Signs with their checksum behind them."""
    value = _remainder([*found, *[0] * CHECK]) ^ _END
    return [*found, *_places(value, CHECK)]


def grouped(found: Iterable[int]) -> str:
    """Signs as text, in groups with a hyphen between them."""
    text = "".join(ALPHABET[sign] for sign in found)
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def digits(value: int) -> list[int]:
    """A whole number in base 32, its first digit first; 0 has one digit."""
    return _places(value, max(1, -(-value.bit_length() // 5)))


def number(found: Iterable[int]) -> int:
    """The whole number of digits in base 32."""
    value = 0
    for digit in found:
        value = value * 32 + digit
    return value


def of_digest(digest: str, size: int) -> list[int]:
    """The beginning of a digest in base 16, as so many signs."""
    return _places(int(digest, 16) >> 4 * len(digest) - 5 * size, size)


def _places(value: int, size: int) -> list[int]:
    return [value >> 5 * place & 31 for place in reversed(range(size))]


def _remainder(found: Iterable[int]) -> int:
    value = 1
    for sign in found:
        top = value >> 25
        value = (value & 0x1FFFFFF) << 5 ^ sign
        for place, generator in enumerate(_GENERATOR):
            if top >> place & 1:
                value ^= generator
    return value

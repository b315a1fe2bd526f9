"""Parts of addresses that are more than text."""

from django.urls.converters import IntConverter

MAX_KEY = 2**63 - 1  # of a primary key; a database refuses to look for more


class KeyConverter(IntConverter):
    """The primary key of a row. An address with a number that none can be is a 404."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The key. Raises ValueError, by which Django knows that the address does not match."""
        key = super().to_python(value)
        if key > MAX_KEY:
            raise ValueError(f"{value} is no key")
        return key

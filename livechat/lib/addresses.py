"""Keeps the addresses of pages. A table names hundreds, and resolving one takes as long as the rest of its row."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def of(page: str, key: str) -> str:
    """The address of a page of one thing, by the names of the URL configuration."""
    return _kept(get_script_prefix(), page, key)


@lru_cache(maxsize=16_384)
def _kept(_prefix: str, page: str, key: str) -> str:
    return reverse(page, args=[key])

"""Stub until channels are merged."""

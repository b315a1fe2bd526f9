"""Rows, counts, filters and columns, made of a snapshot and the directory's names."""

"""Figures of the past, with how sure they are: reads the record and writes nothing."""

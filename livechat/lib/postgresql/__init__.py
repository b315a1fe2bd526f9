"""Django's backend for PostgreSQL, except that nobody waits for a server that is silent.

A frozen server, or one behind a cut cable, enforces none of its own limits. So this side closes a connection on which
nothing came for some seconds. From then on every question fails at once, until a probe, once a second, is answered.
"""

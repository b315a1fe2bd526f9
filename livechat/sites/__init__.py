"""Roles, members, invitations, sessions, connections, and the directory's import and CSV."""

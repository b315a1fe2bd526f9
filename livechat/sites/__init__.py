"""Roles, members, invitations, connections, and the directory's import and CSV."""

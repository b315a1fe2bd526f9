"""Alerts: rules over what boards show, what rings by them, and how people are told."""

"""Livechat Board: a self-hosted dashboard over the Comm100 Live Chat API."""

"""What smart_auth tells whoever listens."""

from __future__ import annotations

from django.dispatch import Signal

access_ended = Signal()
"""An access is over: signed out, replaced by another sign-in, or no longer renewable.

Sent with `cache_id: str`, the `Access.cache_id` under which records may have kept what was fetched.
"""

"""Liquid in the text of an article; python-liquid is loaded by who renders, and by nobody else."""

from __future__ import annotations

from broadsheet.sources.liquid.scan import may_hold_liquid

__all__ = ["may_hold_liquid"]

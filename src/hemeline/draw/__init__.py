"""Pictures as SVG text: deterministic, readable without script, and never by colour alone."""

from hemeline.draw.timeline import timeline

__all__ = ["timeline"]

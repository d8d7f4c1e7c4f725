"""Pictures as SVG text: deterministic, readable without script, and never by colour alone."""

from hemeline.draw.periods import Period, periods
from hemeline.draw.timeline import timeline

__all__ = ["Period", "periods", "timeline"]

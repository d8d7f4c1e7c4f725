"""The knowledge as a folder of static pages: every entry, by disease, by drug and class, by date, with a search."""

from hemeline.browser.pages import pages
from hemeline.browser.writing import write_browser

__all__ = ["pages", "write_browser"]

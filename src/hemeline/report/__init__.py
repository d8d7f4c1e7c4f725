"""Reports of an assessment: text for a terminal, one HTML file."""

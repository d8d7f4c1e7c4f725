"""Many patients at once: counts for a clinic or a registry. The engine is the same as for one patient."""

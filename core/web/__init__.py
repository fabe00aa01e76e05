"""Pages, feeds and interfaces served over HTTP."""

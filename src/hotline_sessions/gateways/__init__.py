"""Outside world: one file or package per outside system."""

"""The stages of `bridge`, one a file: split and render, prepare tissue, train, test, report."""

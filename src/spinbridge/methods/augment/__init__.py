"""Augmentations that know nothing of physics: what a user would pick without this package."""

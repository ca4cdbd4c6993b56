"""Segmenters: they train and predict, and never know which images are synthetic."""

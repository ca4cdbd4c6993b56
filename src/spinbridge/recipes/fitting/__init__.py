"""The parts of `recipes/fit.py`: what is taken for granted, the corrected fit, its files and its picture."""

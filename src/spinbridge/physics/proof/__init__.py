"""Judges of the closed forms: the Bloch equations, extended phase graphs, and how far each form is from them."""

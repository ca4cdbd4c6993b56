"""What every other layer stands on: units, shapes, images with geometry, cases, randomness, provenance, the seams."""

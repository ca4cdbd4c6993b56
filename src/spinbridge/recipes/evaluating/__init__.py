"""Steps of the evaluate recipe."""

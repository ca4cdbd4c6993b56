"""Ways to make image and label pairs that differ from the real ones along one named axis."""

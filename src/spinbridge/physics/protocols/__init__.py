"""Named protocols: what vendors and public data sets play, as ranges with their sources, and draws from them."""

"""Numbers, units, dates and shapes as people write them."""

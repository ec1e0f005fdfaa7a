"""All that is known, each fact with how it is known, and the words by which people speak of it."""

"""All notes together: what each name in a link means."""

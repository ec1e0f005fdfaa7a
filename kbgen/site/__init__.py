"""From the public vault to the pages of a site."""

"""The kinds of page, one a file: each takes the public vault and yields pages."""

"""The kinds of page, one a file, each from the plan of the site to its pages."""

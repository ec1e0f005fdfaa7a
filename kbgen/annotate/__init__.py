"""What is known of the figures in a vault, put into the plain data that a site is made from."""

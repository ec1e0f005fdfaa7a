"""The site while its author works on it: built, watched, served on this machine, reloaded where open."""

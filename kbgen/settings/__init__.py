"""Where settings come from: the folders of a build, the config file, and what its values may be."""

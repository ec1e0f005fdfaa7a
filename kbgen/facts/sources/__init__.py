"""Where facts come from: entry points in the group ``kbgen.facts``, loaded by the names of the config."""

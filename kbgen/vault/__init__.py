"""The files of a vault: which there are, how their paths read, what their front matter says."""

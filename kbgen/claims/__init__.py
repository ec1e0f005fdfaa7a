"""What notes claim, and what is known: claims are read out of statements and held against facts."""

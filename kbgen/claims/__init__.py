"""What notes claim: statements are read as claims, by the words that facts are known by."""

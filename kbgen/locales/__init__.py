"""The words that readers of a site see: English in the code, every other language in one file here."""

"""The syntaxes of notes, one a file: each declares its rules, how it is written and what it means."""

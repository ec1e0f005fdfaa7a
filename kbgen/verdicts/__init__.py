"""What is made of verdicts: reports for people and programs, a baseline of known findings, corrections."""

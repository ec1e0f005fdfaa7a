"""Summaries and facts in text and Markdown, and how their figures are written."""

"""Obsidian's Markdown, one syntax a file, as markdown-it-py plugins."""

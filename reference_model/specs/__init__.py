"""The networks as data: no torch, nothing computed."""

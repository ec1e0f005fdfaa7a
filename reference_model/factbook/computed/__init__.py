"""Facts that follow from the specifications and from published figures by arithmetic. No torch."""

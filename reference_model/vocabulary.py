"""The names that a caller may choose from; they stand alone, so that ``--help`` loads nothing else."""

from typing import Literal

Schedule = Literal["steps", "plateau", "constant"]
"""When the learning rate of a training falls."""

Initialisation = Literal["published", "fan-in"]
"""How the weights of a training begin."""

Derivation = Literal["computed", "measured", "published"]
"""How a fact is known."""

By = Literal["layer", "block"]
"""What a line of the table of a network is."""

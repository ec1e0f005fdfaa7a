"""When the learning rate falls.

The paper divides it by ten "when the validation error rate stopped improving with the current learning rate",
by hand, three times in 90 epochs, and does not say when (§5). Three schedules:

``steps``
    After each quarter of the training: three falls at places that are known beforehand. The default, because
    the test images then decide nothing. Caffe's recipe is near to it (every 100,000 of 450,000 steps).
``plateau``
    The paper's rule with a number for "stopped": the top-1 error has had no new best for five epochs. As in
    the paper, the images that choose the rate are the ones that the error is reported on.
``constant``
    None. For short experiments: ten epochs are too few for a rate to be used up.
"""

from dataclasses import dataclass, replace

from reference_model.training.recipe import Recipe

FALLS = 3
"""§5: "reduced three times prior to termination"."""
FACTOR = 10
PATIENCE = 5
"""Epochs without a new best after which an error has stopped improving; ours, the paper has none."""


@dataclass(frozen=True, slots=True)
class Plateau:
    """What the rule has seen."""

    best: float = float("inf")  # lowest error so far
    waited: int = 0  # epochs since then, or since the rate fell
    falls: int = 0


def after_epoch(plateau: Plateau, error: float) -> Plateau:
    """Take the error of one more epoch into account.

    Examples
    --------
    >>> state = Plateau()
    >>> for error in [50, 40, 40, 41, 42, 43, 44, 43]:
    ...     state = after_epoch(state, error)
    >>> state
    Plateau(best=40, waited=1, falls=1)
    """
    if error < plateau.best:
        return replace(plateau, best=error, waited=0)
    if plateau.waited + 1 < PATIENCE or plateau.falls == FALLS:
        return replace(plateau, waited=plateau.waited + 1)
    return replace(plateau, waited=0, falls=plateau.falls + 1)


def rate(recipe: Recipe, step: int, steps: int, plateau: Plateau) -> float:
    """Give the learning rate of a step.

    Parameters
    ----------
    recipe
        Names the schedule and the rate at the start.
    step
        Steps since the start of the training.
    steps
        Of the whole training.
    plateau
        What the rule of that name has seen; nothing to the others.

    Examples
    --------
    >>> recipe = Recipe(data="imagefolder:photos")
    >>> [rate(recipe, epoch, 90, Plateau()) for epoch in (0, 22, 23, 44, 45, 67, 68)]
    [0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001, 1e-05]
    """
    match recipe.schedule:
        case "steps":
            falls = min(FALLS, step * (FALLS + 1) // steps)
        case "plateau":
            falls = plateau.falls
        case "constant":
            falls = 0
    return recipe.lr / float(FACTOR**falls)

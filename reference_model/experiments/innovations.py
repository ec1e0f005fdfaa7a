"""The innovations of AlexNet one by one: what is run with and without each, and what is compared.

Every setting is run with the same seeds. The baseline is the four-layer network of Figure 1 with ReLU and
overlapping pooling, without normalisation, dropout and augmentation; one thing is changed at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from statistics import fmean
from typing import TypeAlias

from reference_model.experiments.comparison import Difference, Runs, describe, spread
from reference_model.experiments.four_layer import Activation, FourLayerNet
from reference_model.experiments.short_runs import Task, TrainTestErrors, epochs_to_error, subset, train

TARGET = 0.25
"""Training error to reach (Figure 1)."""

TUNING_SEEDS = (1001, 1002)
"""With these the learning rates are chosen; they are not counted, for the choice favours them."""

_OWN_RATES = (
    "each activation has its own learning rate, the quickest of one grid on seeds that are not counted; "
    "no regularisation. The grid is coarse, and what it leaves open is not in the spread"
)

Say: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainingBudget:
    """How long the runs are, for one source of images.

    Parameters
    ----------
    batch, epochs, rate
        Of the runs whose test error is taken.
    rates
        Grid from which each activation gets its own learning rate.
    limit
        Epochs after which an activation is given up.
    few, few_epochs
        Training images, so few that the network overfits, and epochs, for dropout.
    hidden
        Units of the hidden layer in which dropout drops.
    shift
        Pixels by which augmentation moves an image at most.
    """

    batch: int
    epochs: int
    rate: float
    rates: tuple[float, ...]
    limit: int
    few: int
    few_epochs: int
    hidden: int
    shift: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of an innovation.

    Parameters
    ----------
    name, title
        ``relu_over_tanh.speedup``, ``normalisation.test_error_change``; and for people.
    value, spread, unit
        Mean over the seeds and standard deviation, in ``times`` or in percentage ``points``; ``None`` where
        some run did not get there.
    seen
        Whether it is larger than the spread.
    words
        The same in a sentence.
    """

    name: str
    title: str
    value: float | None
    spread: float | None
    unit: str
    seen: bool
    words: str


@dataclass(frozen=True, slots=True)
class Innovation:
    """One row of the table.

    Parameters
    ----------
    name, title
        ``overlap`` and "Overlapping pooling".
    measure, unit
        What the values of the arms are: ``test_error``; unit as in `reference_model.factbook.records.Figure`.
    published
        What the paper says of it.
    arms
        The settings that were run.
    effects
        What their difference shows.
    remarks
        What else is to be known of these runs.
    """

    name: str
    title: str
    measure: str
    unit: str
    published: str
    arms: tuple[Runs, ...]
    effects: tuple[Effect, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Runner:
    """Runs a network with each seed.

    Parameters
    ----------
    task
        What is learnt.
    scale
        How long.
    seeds
        Those that are counted.
    say
        Is told what is being done.
    """

    task: Task
    scale: TrainingBudget
    seeds: tuple[int, ...]
    say: Say = field(compare=False)

    def errors(
        self, what: str, *, norm: bool = False, pool: int = 3, shift: int = 0
    ) -> tuple[TrainTestErrors, ...]:
        """Train with each seed at full length."""
        deviation = self.task.deviation if norm else None
        make = partial(network, self.task, norm=deviation, pool=pool)
        scale = self.scale
        found = []
        for seed in self.seeds:
            self.say(f"{what}: seed {seed} of {len(self.seeds)}")
            found.append(
                train(
                    make,
                    self.task,
                    seed,
                    epochs=scale.epochs,
                    batch=scale.batch,
                    rate=scale.rate,
                    shift=shift,
                )
            )
        return tuple(found)

    @cached_property
    def baseline(self) -> tuple[TrainTestErrors, ...]:
        """Of the network that three comparisons have in common."""
        return self.errors("baseline")


def network(
    task: Task,
    *,
    activation: Activation = "relu",
    norm: float | None = None,
    pool: int = 3,
    hidden: int = 0,
    dropout: float = 0.0,
) -> FourLayerNet:
    """Make the four-layer network for images such as these."""
    channels, size, _ = task.pixels.shape[1:]
    return FourLayerNet(
        channels,
        size,
        classes=task.classes,
        activation=activation,
        norm=norm,
        pool=2 if pool == 2 else 3,
        hidden=hidden,
        dropout=dropout,
    )


def _relu(runner: Runner) -> Innovation:
    labels: dict[Activation, str] = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
    arms = {activation: _speed(runner, activation, label) for activation, label in labels.items()}
    return Innovation(
        "relu",
        "ReLU",
        "epochs_to_25_percent_training_error",
        "epochs",
        "six times faster than tanh to 25 % training error on CIFAR-10 (Figure 1); sigmoid was not drawn",
        tuple(arms.values()),
        tuple(_speedup(arms["relu"], arms[other], runner.scale.limit) for other in ("tanh", "sigmoid")),
        (_OWN_RATES,),
    )


def _speed(runner: Runner, activation: Activation, label: str) -> Runs:
    scale = runner.scale
    make = partial(network, runner.task, activation=activation)

    def run(seed: int, rate: float, limit: float) -> float | None:
        return epochs_to_error(
            make, runner.task, seed, target=TARGET, batch=scale.batch, rate=rate, limit=limit
        )

    # A rate that has used up more epochs than the best one in all cannot win any more.
    best, chosen = float(scale.limit * len(TUNING_SEEDS)), None
    for rate in scale.rates:
        runner.say(f"{label}: trying the learning rate {rate:g}")
        used = 0.0
        for seed in TUNING_SEEDS:
            epochs = run(seed, rate, min(scale.limit, best - used))
            if epochs is None:
                break
            used += epochs
        else:
            best, chosen = used, rate
    if chosen is None:
        note = f"with no learning rate of {', '.join(f'{rate:g}' for rate in scale.rates)}"
        return Runs(activation, label, (None,) * len(runner.seeds), note)
    edge = ", an end of the grid" if chosen in {scale.rates[0], scale.rates[-1]} else ""
    values = []
    for seed in runner.seeds:
        runner.say(f"{label}: seed {seed} of {len(runner.seeds)}")
        values.append(run(seed, chosen, scale.limit))
    return Runs(activation, label, tuple(values), f"learning rate {chosen:g}{edge}")


def _speedup(relu: Runs, other: Runs, limit: int) -> Effect:
    name, title = f"relu_over_{other.name}.speedup", f"ReLU and {other.label}"
    if relu.mean is None:
        return Effect(name, title, None, None, "times", False, "ReLU itself did not get there in every run")
    late = other.values.count(None)
    quick = relu.reached
    slow = [limit if value is None else value for value in other.values]
    ratios = [b / a for a, b in zip(quick, slow, strict=True)]
    difference = Difference(name, tuple(b - a for a, b in zip(quick, slow, strict=True)))
    if late:
        words = (
            f"{late} of {len(slow)} runs with {other.label} did not get there in {limit} epochs; "
            f"ReLU is at least {fmean(ratios):.1f} times as fast"
        )
        return Effect(name, title, None, None, "times", difference.seen, words)
    words = describe(difference, f"{other.label} quicker", f"{other.label} slower", "epochs")
    if difference.seen:
        words += f": ReLU is {fmean(ratios):.2f} times as fast"
    return Effect(name, title, fmean(ratios), spread(ratios), "times", difference.seen, words)


def _dropout(runner: Runner) -> Innovation:
    scale = runner.scale
    found: dict[float, list[TrainTestErrors]] = {0.0: [], 0.5: []}
    for seed in runner.seeds:
        task = subset(runner.task, scale.few, seed)
        for dropout, errors in found.items():
            runner.say(f"dropout {dropout:g}: seed {seed} of {len(runner.seeds)}")
            make = partial(network, task, hidden=scale.hidden, dropout=dropout)
            errors.append(
                train(make, task, seed, epochs=scale.few_epochs, batch=scale.batch, rate=scale.rate)
            )
    remark = (
        f"{scale.few} training images, drawn anew for each seed; dropout acts on a hidden layer of "
        f"{scale.hidden} units, which Figure 1's network does not have"
    )
    without, with_ = (tuple(errors.test - errors.training for errors in found[p]) for p in (0.0, 0.5))
    test_without, test_with = (tuple(errors.test for errors in found[p]) for p in (0.0, 0.5))
    return Innovation(
        "dropout",
        "Dropout",
        "train_test_gap",
        "",
        'without it "substantial overfitting" (§4.2); no number',
        (Runs("no_dropout", "without dropout", without), Runs("dropout", "dropout, p = 0.5", with_)),
        (
            _change("dropout", "train_test_gap", "gap with dropout", without, with_),
            _change("dropout", "test_error", "test error with dropout", test_without, test_with),
        ),
        (remark,),
    )


def _normalisation(runner: Runner) -> Innovation:
    with_ = runner.errors("normalisation", norm=True)
    by = f"{runner.task.deviation:.0f}"
    return _test_error(
        "normalisation",
        "Local response normalisation",
        "top-1 error 1.4 points lower on ILSVRC-2010, 11 % instead of 13 % on CIFAR-10 (§3.3)",
        Runs("no_normalisation", "without normalisation", _tests(runner.baseline)),
        Runs("normalisation", "with normalisation", _tests(with_)),
        f"published constants; alpha times {by}², for the pixels were divided by {by}",
        "the same learning rate with and without",
    )


def _overlap(runner: Runner) -> Innovation:
    apart = runner.errors("pooling that does not overlap", pool=2)
    return _test_error(
        "overlap",
        "Overlapping pooling",
        "top-1 error 0.4 points lower on ILSVRC-2010 (§3.4)",
        Runs("separate_pooling", "pooling z = 2, s = 2", _tests(apart)),
        Runs("overlapping_pooling", "pooling z = 3, s = 2", _tests(runner.baseline)),
        "both give maps of the same size, so the networks have the same weights",
    )


def _augmentation(runner: Runner) -> Innovation:
    shift = runner.scale.shift
    with_ = runner.errors("augmentation", shift=shift)
    flips = "mirrored at random" if runner.task.mirrored else "not mirrored, for a mirrored digit is no digit"
    return _test_error(
        "augmentation",
        "Augmentation",
        'without crops and flips "substantial overfitting" (§4.1); no number',
        Runs("no_augmentation", "without augmentation", _tests(runner.baseline)),
        Runs("augmentation", "with augmentation", _tests(with_)),
        f"shifts by up to {shift} {'pixel' if shift == 1 else 'pixels'} each way; {flips}",
    )


def _test_error(
    name: str, title: str, published: str, without: Runs, with_: Runs, *remarks: str
) -> Innovation:
    about = f"test error with {title[0].lower()}{title[1:]}"
    effect = _change(with_.name, "test_error", about, without.reached, with_.reached)
    return Innovation(name, title, "test_error", "", published, (without, with_), (effect,), remarks)


def _change(
    name: str, measure: str, title: str, without: tuple[float, ...], with_: tuple[float, ...]
) -> Effect:
    values = tuple(100 * (after - before) for before, after in zip(without, with_, strict=True))
    change = Difference(f"{name}.{measure}_change", values)
    words = describe(change, "lower", "higher", "points")
    return Effect(change.name, title, change.mean, change.spread, "points", change.seen, words)


def _tests(found: tuple[TrainTestErrors, ...]) -> tuple[float, ...]:
    return tuple(errors.test for errors in found)


INNOVATIONS: dict[str, Callable[[Runner], Innovation]] = {
    "relu": _relu,
    "dropout": _dropout,
    "normalisation": _normalisation,
    "overlap": _overlap,
    "augmentation": _augmentation,
}
"""By the name that ``--only`` takes, in the order of the table."""

"""What the PyTorch peer takes from an experiment's resolved spec, and what it cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TextIO

from ganomaly_torch import Configuration, Recipe, deceiving_step, minimal_step
from mnist import MEAN_AND_DEVIATION, SPLITS

STEPS = {"v0": deceiving_step, "v3": minimal_step}
"""The training step of each objective."""
PASSES = {"running": 64, "batch-shuffled": 64, "batch-1": 1}
"""Images in a batch of each evaluation."""
FIXED = {
    ("dataset", "name"): "mnist",
    ("dataset", "side"): 32,
    ("protocol", "validation_fraction"): 0,
    ("protocol", "test_samples"): 0,
    ("protocol", "test_batch"): 64,
    ("detector", "name"): "ganomaly",
    ("detector", "extra_layers"): 0,
    ("detector", "batch_size"): 64,
    ("detector", "redraw_limit"): 0,
}
"""Fields that can have one value only."""


class UnfitExperiment(Exception):
    """An experiment that the peer cannot train."""


@dataclass(frozen=True)
class Experiment:
    """Digits and seeds, and how each pair is trained and evaluated."""

    held_out: list[int]
    seeds: list[int]
    split: str
    input_range: str
    passes: list[str]
    objective: str
    epochs: int
    sizes: Configuration
    recipe: Recipe

    @classmethod
    def load(cls, resolved: TextIO) -> "Experiment":
        """The experiment of a spec in which every value is written out."""
        import yaml

        try:
            spec = yaml.safe_load(resolved)
        except yaml.YAMLError as error:
            raise UnfitExperiment(f"no YAML: {error}") from None
        if not isinstance(spec, dict):
            raise UnfitExperiment("no spec on standard input: `ganomaly validate SPEC --resolved` prints it")
        for (section, field), value in FIXED.items():
            require(f"{section}.{field}", lookup(spec, section, field), [value])

        def choice(section: str, field: str, possible) -> str:
            return require(f"{section}.{field}", lookup(spec, section, field), possible)

        def number(field: str) -> float:
            # PyYAML parses 1e-05 as text.
            return float(lookup(spec, "detector", field))

        return cls(
            split=choice("protocol", "split", SPLITS),
            input_range=choice("protocol", "input_range", MEAN_AND_DEVIATION),
            passes=[require("protocol.passes", name, PASSES) for name in lookup(spec, "protocol", "passes")],
            objective=choice("detector", "objective", STEPS),
            held_out=[int(name) for name in spec["held_out"]],
            seeds=spec["seeds"],
            epochs=lookup(spec, "detector", "epochs"),
            sizes=Configuration(
                width=lookup(spec, "detector", "width"), latent=lookup(spec, "detector", "latent_size")),
            recipe=Recipe(
                number("adversarial_weight"), number("contextual_weight"), number("encoder_weight"),
                number("learning_rate"), (number("beta1"), number("beta2")), number("redraw_threshold")))


def lookup(spec: dict[str, Any], section: str, field: str) -> Any:
    try:
        return spec[section][field]
    except (KeyError, TypeError):
        raise UnfitExperiment(f"the spec has no {section}.{field}; is it resolved?") from None


def require(field: str, value: Any, possible) -> Any:
    """The value, if it is one of those that the peer knows."""
    if value not in possible:
        raise UnfitExperiment(f"{field} is {value}; the peer knows {', '.join(map(str, possible))}")
    return value

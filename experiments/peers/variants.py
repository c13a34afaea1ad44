"""The variants of the PyTorch peer: how each is built, and that it computes what `plain` computes.

A variant is a name of parts joined by `+`. Training: `plain` is the step as the original does it,
`minimal` the same mathematics without redundant passes and with PyTorch's fused Adam; `channels_last` and
`compile` (torch.compile) join either. Scoring, in evaluation mode: `plain` as it stands, `frozen` a
TorchScript graph optimized for inference, `folded` with batch norm folded into the convolutions; again
with `channels_last` and `compile`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ganomaly_torch import Configuration, GANomaly, Losses, Scorer, minimal_step, plain_step

VARIANTS = {
    "training": ("plain", "minimal", "minimal+channels_last", "minimal+compile"),
    "scoring": ("plain", "frozen", "folded+channels_last"),
    "latency": ("plain", "frozen", "folded+channels_last"),
}
PARTS = {
    "training": {"plain", "minimal", "channels_last", "compile"},
    "scoring": {"plain", "frozen", "folded", "channels_last", "compile"},
}


class UnfitVariant(Exception):
    """A variant that is unknown, does not run here, or does not compute what `plain` computes."""


def parts(kind: str, variant: str) -> set[str]:
    """The parts of a variant's name, checked."""
    known = PARTS["training" if kind == "training" else "scoring"]
    chosen = set(variant.split("+"))
    if not chosen <= known:
        unknown = ", ".join(sorted(chosen - known))
        raise UnfitVariant(f"unknown part {unknown} in {variant!r}; {kind} knows {', '.join(sorted(known))}")
    return chosen


def random_images(configuration: Configuration, batch: int, count: int, chosen: set[str]) -> list[Tensor]:
    """The same batches of uniform images in [−1, 1] whenever asked, in the variant's memory format."""
    source = torch.Generator().manual_seed(7)
    size = (batch, configuration.channels, configuration.side, configuration.side)
    layout = torch.channels_last if "channels_last" in chosen else torch.contiguous_format
    return [
        (torch.rand(size, generator=source) * 2 - 1).contiguous(memory_format=layout) for _ in range(count)
    ]


def training(configuration: Configuration, variant: str) -> Callable[[], Losses]:
    """An action that takes one training step on the next of four batches."""
    chosen = parts("training", variant)
    minimal = "minimal" in chosen
    model = GANomaly(configuration, fused=minimal)
    if "channels_last" in chosen:
        model.generator.to(memory_format=torch.channels_last)
        model.discriminator.to(memory_format=torch.channels_last)
    if "compile" in chosen:
        model.generator.compile()
        # When compiled, D's backward pass always computes all its gradients. Measured slower under `minimal`, whose
        # advantage is to skip most of them.
        if not minimal:
            model.discriminator.compile()
    step = minimal_step if minimal else plain_step
    batches = random_images(configuration, configuration.batch, 4, chosen)
    taken = 0

    def action() -> Losses:
        nonlocal taken
        taken += 1
        return step(model, batches[(taken - 1) % len(batches)])

    return action


def fold_batch_norm(network: nn.Module) -> None:
    """Folds every batch norm of the network's sequences into the convolution before it."""
    for sequence in [module for module in network.modules() if isinstance(module, nn.Sequential)]:
        for index in range(1, len(sequence)):
            layer, norm = sequence[index - 1], sequence[index]
            if isinstance(norm, nn.BatchNorm2d):
                transposed = isinstance(layer, nn.ConvTranspose2d)
                sequence[index - 1] = fuse_conv_bn_eval(layer, norm, transpose=transposed)  # type: ignore
                sequence[index] = nn.Identity()


def scoring(configuration: Configuration, variant: str, batch: int) -> Callable[[], Tensor]:
    """An action that scores one batch, with running statistics that two training steps have moved."""
    chosen = parts("scoring", variant)
    model = GANomaly(configuration)
    for images in random_images(configuration, 8, 2, set()):
        plain_step(model, images)
    scorer: nn.Module = Scorer(model.generator).eval()
    (images,) = random_images(configuration, batch, 1, chosen)
    if "folded" in chosen:
        fold_batch_norm(scorer)
    if "channels_last" in chosen:
        scorer.to(memory_format=torch.channels_last)
    if "compile" in chosen:
        scorer.compile()
    if "frozen" in chosen:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scorer = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(scorer, images)))
    # `plain` uses no_grad, like the original; the others use the mode with the least bookkeeping.
    mode = torch.no_grad if chosen == {"plain"} else torch.inference_mode

    def action() -> Tensor:
        with mode():
            return scorer(images)

    return action


def largest_difference(ours: Tensor, theirs: Tensor) -> float:
    """The largest difference relative to the reference's values."""
    return ((ours - theirs).abs() / theirs.abs()).max().item()


def check_training(configuration: Configuration, variant: str) -> float:
    """The largest relative difference from `plain` of the losses over three steps.

    `minimal` alone must agree to 1e-4. Another memory format or compiler rounds otherwise, and Adam's
    first steps, which are nearly signs, enlarge that: 1e-2 there.
    """
    reference, candidate = training(configuration, "plain"), training(configuration, variant)
    difference = max(largest_difference(torch.stack(candidate()), torch.stack(reference())) for _ in range(3))
    limit = 1e-4 if variant == "minimal" else 1e-2
    if not difference <= limit:
        raise UnfitVariant(f"training {variant}: losses differ from plain by {difference:.1e} > {limit:.0e}")
    return difference


def check_scoring(configuration: Configuration, variant: str) -> float:
    """The largest relative difference from `plain` of eight scores; 1e-3 is the most allowed."""
    reference, candidate = (scoring(configuration, name, 8)() for name in ("plain", variant))
    difference = largest_difference(candidate, reference)
    if not difference <= 1e-3:
        raise UnfitVariant(f"scoring {variant}: scores differ from plain by {difference:.1e} > 1e-03")
    return difference

"""The variants of the PyTorch peer: how each is built, and that it computes what `plain` computes.

A variant is a name of parts joined by `+`. Training: `plain` is the step as the original does it,
`minimal` the same mathematics without redundant passes and with PyTorch's fused Adam; `channels_last`,
`compile` (torch.compile) and, on a GPU, `graph` (the whole step as one CUDA graph) join either. Scoring, in
evaluation mode: `plain` as it stands, `frozen` a TorchScript graph optimized for inference, `folded` with
batch norm folded into the convolutions; again with `channels_last` and `compile`.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ganomaly_torch import Configuration, GANomaly, Losses, Recipe, Scorer, minimal_step, plain_step

VARIANTS = {
    "training": ("plain", "minimal", "minimal+channels_last", "minimal+compile"),
    "scoring": ("plain", "frozen", "folded+channels_last"),
    "latency": ("plain", "frozen", "folded+channels_last"),
}
GRAPHS = ("graph", "minimal+graph", "minimal+channels_last+graph")
PARTS = {
    "training": {"plain", "minimal", "channels_last", "compile", "graph"},
    "scoring": {"plain", "frozen", "folded", "channels_last", "compile"},
}
TF32_LIMIT = 3e-2
"""The largest relative difference from `plain` with TF32.

Its 10 bits of mantissa, emulated at several sizes, changed losses and scores by up to 5e-3. A repeated batch, kept
moments or half the learning rate change the losses by 1e-1 and more.
"""


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


def usual_variants(device: torch.device) -> dict[str, tuple[str, ...]]:
    """The variants of each kind that are timed unless others are asked for."""
    if device.type != "cuda":
        return VARIANTS
    return VARIANTS | {"training": VARIANTS["training"] + GRAPHS}


def limit(device: torch.device, strict: float) -> float:
    """The largest relative difference from `plain`: `strict` unless the device computes with TF32."""
    return TF32_LIMIT if device.type == "cuda" and torch.backends.cudnn.allow_tf32 else strict


def random_images(
    configuration: Configuration, batch: int, count: int, chosen: set[str], device: torch.device
) -> list[Tensor]:
    """The same batches of uniform images in [−1, 1] whenever asked, in the variant's memory format."""
    source = torch.Generator().manual_seed(7)
    size = (batch, configuration.channels, configuration.side, configuration.side)
    layout = torch.channels_last if "channels_last" in chosen else torch.contiguous_format
    return [
        (torch.rand(size, generator=source) * 2 - 1).contiguous(memory_format=layout).to(device)
        for _ in range(count)
    ]


def training(configuration: Configuration, variant: str, device: torch.device) -> Callable[[], Losses]:
    """An action that takes one training step on the next of four batches."""
    chosen = parts("training", variant)
    minimal, graph = "minimal" in chosen, "graph" in chosen
    if graph and device.type != "cuda":
        raise UnfitVariant(f"training {variant}: `graph` is a CUDA graph, which needs --device cuda")
    # A captured step cannot ask the host whether D has collapsed, so that it never redraws D.
    recipe = Recipe(collapsed_loss=0) if graph else Recipe()
    model = GANomaly(configuration, fused=minimal, recipe=recipe, device=device, capturable=graph)
    if "channels_last" in chosen:
        model.generator.to(memory_format=torch.channels_last)
        model.discriminator.to(memory_format=torch.channels_last)
    if "compile" in chosen:
        model.generator.compile()
        # When compiled, D's backward pass always computes all its gradients. Measured slower under `minimal`, whose
        # advantage is to skip most of them.
        if not minimal:
            model.discriminator.compile()
    step: Callable[[Tensor], Losses] = partial(minimal_step if minimal else plain_step, model)
    batches = random_images(configuration, configuration.batch, 4, chosen, device)
    if graph:
        step = captured(step, model, batches[0])
    taken = 0

    def action() -> Losses:
        nonlocal taken
        taken += 1
        return step(batches[(taken - 1) % len(batches)])

    return action


def captured(step: Callable[[Tensor], Losses], model: GANomaly, images: Tensor) -> Callable[[Tensor], Losses]:
    """The step as a CUDA graph, which reads every batch from the same memory and writes its losses to the same.

    Three steps go first: they let the libraries choose and Adam make its moments. Then the model is as before.
    """
    networks = nn.ModuleList([model.generator, model.discriminator])
    initial = copy.deepcopy(networks.state_dict())
    place = images.clone()
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side), warnings.catch_warnings():
        # Adam warns of steps outside the capture.
        warnings.simplefilter("ignore")
        for _ in range(3):
            step(place)
    torch.cuda.current_stream().wait_stream(side)
    networks.load_state_dict(initial)
    for adam in (model.generator_adam, model.discriminator_adam):
        # To gradients left over the graph would add, in memory that is not its own.
        adam.zero_grad()
        for state in adam.state.values():
            for values in state.values():
                values.zero_()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=side):
        losses = step(place)

    def replay(images: Tensor) -> Losses:
        place.copy_(images)
        graph.replay()
        return losses

    return replay


def fold_batch_norm(network: nn.Module) -> None:
    """Folds every batch norm of the network's sequences into the convolution before it."""
    for sequence in [module for module in network.modules() if isinstance(module, nn.Sequential)]:
        for index in range(1, len(sequence)):
            layer, norm = sequence[index - 1], sequence[index]
            if isinstance(norm, nn.BatchNorm2d):
                transposed = isinstance(layer, nn.ConvTranspose2d)
                sequence[index - 1] = fuse_conv_bn_eval(layer, norm, transpose=transposed)  # type: ignore
                sequence[index] = nn.Identity()


def scoring(
    configuration: Configuration, variant: str, batch: int, device: torch.device
) -> Callable[[], Tensor]:
    """An action that scores one batch, with running statistics that two training steps have moved.

    Those steps are the processor's, so that all variants have the same weights.
    """
    chosen = parts("scoring", variant)
    model = GANomaly(configuration)
    for images in random_images(configuration, 8, 2, set(), torch.device("cpu")):
        plain_step(model, images)
    scorer: nn.Module = Scorer(model.generator).eval().to(device)
    (images,) = random_images(configuration, batch, 1, chosen, device)
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


def check_training(configuration: Configuration, variant: str, device: torch.device) -> float:
    """The largest relative difference from `plain` of the losses over three steps.

    `minimal` alone must agree to 1e-4 on the processor. Another memory format or compiler, or a GPU, whose sums have
    no fixed order, rounds otherwise, and Adam's first steps, which are nearly signs, enlarge that: 1e-2 there.
    """
    reference, candidate = (training(configuration, name, device) for name in ("plain", variant))
    difference = max(largest_difference(torch.stack(candidate()), torch.stack(reference())) for _ in range(3))
    most = limit(device, 1e-4 if variant == "minimal" and device.type == "cpu" else 1e-2)
    if not difference <= most:
        raise UnfitVariant(f"training {variant}: losses differ from plain by {difference:.1e} > {most:.0e}")
    return difference


def check_scoring(configuration: Configuration, variant: str, device: torch.device) -> float:
    """The largest relative difference from `plain` of eight scores; 1e-3 is the most allowed."""
    reference, candidate = (scoring(configuration, name, 8, device)() for name in ("plain", variant))
    difference = largest_difference(candidate, reference)
    most = limit(device, 1e-3)
    if not difference <= most:
        raise UnfitVariant(f"scoring {variant}: scores differ from plain by {difference:.1e} > {most:.0e}")
    return difference

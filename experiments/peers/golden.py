#!/usr/bin/env python3
"""Writes a golden file for `ganomaly parity`: five training steps of the newest objective (V3) in float64.

    .venv-peers/bin/python experiments/peers/golden.py steps.h5    # needs torch, numpy and h5py; seconds
    .venv-peers/bin/python experiments/peers/golden.py --side 64 --channels 3 --latent 12 --extra-layers 1 a64.h5
    .build/release/ganomaly parity steps.h5

Initial weights and images are random float32 numbers. The steps are taken from them in float64, which is the truth,
and in float32, which is what PyTorch itself reaches: its error stands beside every quantity. A tensor of more than
--largest numbers is kept as so many of them, with their positions.

    config_json, param_order_netg, param_order_netd    attributes: the sizes, and the names of the parameters
    init/NETWORK.NAME                                  weights and running statistics before the first step
    batch/x1 … x5, score/x                             images of the steps, and those that are scored
    loss/err_g, err_g_adv, …                           the seven losses, a number for each step
    fwd/fake, latent_i, latent_o, pred_real, …         outputs of the first step
    grad1/NETWORK.NAME                                 gradients of the first step
    after1, after2, after5/NETWORK.NAME                weights and running statistics after that step
    scores/init, after1, …/train, eval/l1, l2, fake, … scores with batch and with running statistics
    f32/…                                              losses, outputs and scores in float32
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
import torch
from torch import Tensor, nn

from ganomaly_torch import Configuration, GANomaly, Recipe, cross_entropy, observed_step

STEPS = 5
KEPT_STEPS = (1, 2, 5)
LOSSES = ("err_g_adv", "err_g_con", "err_g_enc", "err_g", "err_d_real", "err_d_fake", "err_d")


@dataclass
class Course:
    """Everything that a golden file holds of the five steps, by its name there."""

    losses: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in LOSSES})
    outputs: dict[str, Tensor] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    """Gradients of the first step, and weights with running statistics after some."""
    scores: dict[str, Tensor] = field(default_factory=dict)


def networks(model: GANomaly) -> dict[str, nn.Module]:
    return {"netg": model.generator, "netd": model.discriminator}


def state(model: GANomaly, place: str) -> dict[str, Tensor]:
    """Weights and running statistics, copied."""
    return {
        f"{place}/{name}.{key}": value.detach().clone()
        for name, network in networks(model).items()
        for key, value in network.state_dict().items()
        if value.is_floating_point()
    }


def step(model: GANomaly, images: Tensor, course: Course) -> None:
    """One step, with everything that a golden file records of it."""
    losses, outputs = observed_step(model, images)
    on_real, on_fake = cross_entropy(outputs["pred_real"], 1), cross_entropy(outputs["pred_fake"], 0)
    values = (
        losses.adversarial, losses.contextual, losses.encoder, losses.generator, on_real, on_fake, losses.discriminator)
    for name, loss in zip(LOSSES, values):
        course.losses[name].append(loss.item())
    if not course.outputs:
        course.outputs = {f"fwd/{name}": value.detach().clone() for name, value in outputs.items()}
        course.tensors |= {
            f"grad1/{place}.{name}": value.grad.clone()
            for place, network in networks(model).items()
            for name, value in network.named_parameters()
        }


def scores(model: GANomaly, images: Tensor, moment: str) -> dict[str, Tensor]:
    """Scores with batch and with running statistics; the model stays as it is."""
    found = {}
    for mode in ("train", "eval"):
        generator = copy.deepcopy(model.generator).train(mode == "train")
        with torch.no_grad():
            fake, latent, latent_again = generator(images)
        difference = (latent - latent_again).flatten(1)
        values = {
            "l1": difference.abs().mean(1), "l2": difference.square().mean(1), "latent_i": latent,
            "latent_o": latent_again, "fake": fake,
        }
        found |= {f"scores/{moment}/{mode}/{name}": value for name, value in values.items()}
    return found


def course(model: GANomaly, batches: list[Tensor], scored: Tensor) -> Course:
    found = Course()
    found.scores |= scores(model, scored, "init")
    for number, images in enumerate(batches, 1):
        step(model, images, found)
        if number in KEPT_STEPS:
            found.tensors |= state(model, f"after{number}")
            found.scores |= scores(model, scored, f"after{number}")
    return found


def with_initial(model: GANomaly, initial: dict[str, Tensor], kind: torch.dtype) -> GANomaly:
    """The model with weights of a number type, and Adams without a past."""
    for name, network in networks(model).items():
        network.to(kind)
        own = network.state_dict()
        network.load_state_dict(own | {key: initial[f"init/{name}.{key}"].to(kind) for key in own if f"init/{name}.{key}" in initial})
    return model


def relative_error(ours: Tensor, truth: Tensor) -> float:
    """‖ours − truth‖ / ‖truth‖; of a truth of nothing but zeros, ‖ours‖."""
    size = truth.norm().item()
    return (ours.double() - truth).norm().item() / (size or 1)


class Writer:
    """Puts tensors into a golden file."""

    def __init__(self, file: h5py.File, largest: int) -> None:
        self.file = file
        self.largest = largest
        self.random = np.random.default_rng(0)

    def whole(self, name: str, values: Tensor) -> None:
        self.file[name] = values.numpy()

    def with_error(self, name: str, truth: Tensor, single: Tensor) -> None:
        if truth.numel() > self.largest:
            positions = np.sort(self.random.choice(truth.numel(), self.largest, replace=False))
            self.file[f"{name}/idx"] = positions.astype(np.int64)
            self.file[f"{name}/val"] = truth.flatten().numpy()[positions]
        else:
            self.whole(name, truth)
        self.file[name].attrs["f32_l2rel"] = relative_error(single, truth)


def write(path: Path, sizes: Configuration, recipe: Recipe, seed: int, largest: int) -> None:
    model = GANomaly(sizes, seed=seed, recipe=recipe)
    initial = state(model, "init")
    source = torch.Generator().manual_seed(seed + 1)
    shape = (sizes.batch, sizes.channels, sizes.side, sizes.side)
    images = [torch.rand(shape, generator=source) * 2 - 1 for _ in range(STEPS + 1)]
    batches, scored = images[:STEPS], images[STEPS]
    courses = {}
    for kind in (torch.float64, torch.float32):
        taken = with_initial(GANomaly(sizes, seed=seed, recipe=recipe), initial, kind)
        courses[kind] = course(taken, [batch.to(kind) for batch in batches], scored.to(kind))
    truth, single = courses[torch.float64], courses[torch.float32]

    with h5py.File(path, "w") as file:
        file.attrs["description"] = __doc__
        file.attrs["torch"] = str(torch.__version__)
        file.attrs["config_json"] = json.dumps({
            "isize": sizes.side, "nc": sizes.channels, "nz": sizes.latent, "ngf": sizes.width, "batch": sizes.batch,
            "extralayers": sizes.extra_layers, "seed": seed, "lr": recipe.learning_rate, "beta1": recipe.betas[0],
            "beta2": recipe.betas[1], "w_adv": recipe.adversarial, "w_con": recipe.contextual, "w_enc": recipe.encoder,
        })
        for name, network in networks(model).items():
            order = [key for key, _ in network.named_parameters()]
            file.attrs[f"param_order_{name}"] = json.dumps(order)
        writer = Writer(file, largest)
        for name, values in initial.items():
            writer.whole(name, values)
        for number, batch in enumerate(batches, 1):
            writer.whole(f"batch/x{number}", batch)
        writer.whole("score/x", scored)
        for name in LOSSES:
            file[f"loss/{name}"] = np.array(truth.losses[name])
            file[f"f32/loss/{name}"] = np.array(single.losses[name], dtype=np.float32)
        for name, values in truth.tensors.items():
            writer.with_error(name, values, single.tensors[name])
        for name, values in (truth.outputs | truth.scores).items():
            writer.whole(name, values)
            writer.whole(f"f32/{name}", (single.outputs | single.scores)[name])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    defaults, recipe = Configuration(), Recipe()
    for name in ("side", "channels", "width", "latent", "batch", "extra_layers"):
        option = f"--{name.replace('_', '-')}"
        small = {"width": 8, "latent": 16, "batch": 8}.get(name, getattr(defaults, name))
        parser.add_argument(option, type=int, default=small, metavar="N", help=f"(default: {small})")
    for name in ("adversarial", "contextual", "encoder", "learning_rate"):
        value = getattr(recipe, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=value, metavar="X", help=f"(default: {value})")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of weights and images (default: 0)")
    parser.add_argument("--largest", type=int, default=20_000, metavar="N", help="(default: 20000)")
    arguments = parser.parse_args()
    try:
        sizes = Configuration(
            arguments.side, arguments.channels, arguments.width, arguments.latent, arguments.batch,
            arguments.extra_layers)
    except ValueError as error:
        parser.error(str(error))
    chosen = Recipe(
        adversarial=arguments.adversarial, contextual=arguments.contextual, encoder=arguments.encoder,
        learning_rate=arguments.learning_rate)
    torch.use_deterministic_algorithms(True)
    write(arguments.file, sizes, chosen, arguments.seed, arguments.largest)
    return 0


if __name__ == "__main__":
    sys.exit(main())

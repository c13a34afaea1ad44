#!/usr/bin/env python3
"""Do the peer's training steps compute what the Swift engine is tested against?

    .venv-peers/bin/python experiments/peers/parity.py    # needs torch, numpy and h5py

Tests/DetectorsTests/Fixtures/objectives.h5 holds two steps of each objective, every pass written out and made afresh,
in float64 (generate_objectives.py); the engine's tests compare with it. Here each step of ganomaly_torch.py makes the
same two from the same weights and images: losses, parameters and running statistics must agree to 1e-6, the file's
float32. Exit status 1 where one does not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import h5py
import torch
from torch import Tensor, nn

from ganomaly_torch import Configuration, GANomaly, Recipe, deceiving_step, minimal_step, plain_step

FIXTURE = Path(__file__).resolve().parents[2] / "Tests" / "DetectorsTests" / "Fixtures" / "objectives.h5"
STEPS = (("v0", deceiving_step), ("v3", plain_step), ("v3", minimal_step))
LOSSES = [0, 1, 2, 3, 6]
"""Columns of the file's losses that the peer's steps give."""
LIMIT = 1e-6


def flat(tensors) -> Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def difference(ours: Tensor, file: h5py.File, name: str) -> float:
    """‖ours − the file's‖ / ‖the file's‖."""
    truth = torch.from_numpy(file[name][()]).double().flatten()
    return ((ours.flatten() - truth).norm() / truth.norm()).item()


def differences(file: h5py.File, objective: str, step) -> dict[str, float]:
    """What a step's two runs give, each with its distance from the file's."""
    settings = file.attrs
    sizes = Configuration(*(int(settings[name]) for name in ("side", "channels", "width", "latent_size", "batch_size")))
    recipe = Recipe(
        *(float(settings[f"{name}_weight"]) for name in ("adversarial", "contextual", "encoder")),
        learning_rate=float(settings["learning_rate"]), betas=(float(settings["beta1"]), float(settings["beta2"])))
    model = GANomaly(sizes, recipe=recipe)
    networks: dict[str, nn.Module] = {"generator": model.generator, "discriminator": model.discriminator}
    for name, network in networks.items():
        values = torch.from_numpy(file[f"initial/{name}"][()]).double()
        nn.utils.vector_to_parameters(values, network.parameters())
    losses = torch.stack([torch.stack(step(model, images)) for images in torch.from_numpy(file["images"][()]).double()])
    truth = torch.from_numpy(file[f"{objective}/losses"][()])[:, LOSSES]
    found = {"losses": ((losses - truth) / truth).abs().max().item()}
    for name, network in networks.items():
        running = flat(buffer for buffer in network.buffers() if buffer.is_floating_point())
        found[name] = difference(flat(network.parameters()), file, f"{objective}/{name}")
        found[f"{name}'s running statistics"] = difference(running, file, f"{objective}/{name}_running")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fixture", type=Path, nargs="?", default=FIXTURE)
    arguments = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    worst = 0.0
    with h5py.File(arguments.fixture) as file:
        for objective, step in STEPS:
            found = differences(file, objective, step)
            worst = max(worst, *found.values())
            print(f"{objective}, {step.__name__}: " + ", ".join(f"{name} {value:.1e}" for name, value in found.items()))
    return int(not worst <= LIMIT)


if __name__ == "__main__":
    sys.exit(main())

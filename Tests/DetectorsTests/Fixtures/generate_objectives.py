#!/usr/bin/env python3
"""Two training steps of each version of GANomaly's objective, in PyTorch and float64, for ObjectiveTests.

    .venv-peers/bin/python Tests/DetectorsTests/Fixtures/generate_objectives.py    # needs torch, numpy and h5py

Writes objectives.h5 beside this file. The networks are those of experiments/peers; each step is written out as the
history of the reference code has it, every pass made afresh. In the file, of each version:

    losses (step, term)         adversarial, contextual, encoder, generator, discriminator_real, _fake, discriminator
    generator_gradients (step, parameter), discriminator_gradients     what each Adam was given
    generator, discriminator                      parameters after the last step, in the order of the layers
    generator_running, discriminator_running      running statistics after the last step

and, of all together, `images` (step, image, channel, row, column), `initial/generator` and `initial/discriminator`.
The attributes say the settings.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import h5py
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2] / "experiments" / "peers"))

from ganomaly_torch import Configuration, Discriminator, Generator  # noqa: E402

SETTINGS = Configuration(side=32, channels=2, width=2, latent=3, batch=4)
STEPS = 2
LEARNING_RATE, BETAS = 2e-3, (0.5, 0.999)
ADVERSARIAL, CONTEXTUAL, ENCODER = 2.0, 5.0, 3.0
"""No two alike, so that a mistaken weight shows."""


class Model:
    """A copy of the initial networks with Adams of its own."""

    def __init__(self, generator: Generator, discriminator: Discriminator) -> None:
        self.g, self.d = copy.deepcopy(generator), copy.deepcopy(discriminator)
        self.g_adam = torch.optim.Adam(self.g.parameters(), lr=LEARNING_RATE, betas=BETAS)
        self.d_adam = torch.optim.Adam(self.d.parameters(), lr=LEARNING_RATE, betas=BETAS)
        self.gradients: dict[str, Tensor] = {}

    def update(self, name: str, loss: Tensor) -> None:
        """Adam on one network along the gradient of `loss`, which is kept."""
        network, adam = (self.g, self.g_adam) if name == "generator" else (self.d, self.d_adam)
        parameters = list(network.parameters())
        gradients = torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True)
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = torch.zeros_like(parameter) if gradient is None else gradient
        self.gradients[name] = flat(parameter.grad for parameter in parameters)
        adam.step()


def bce(prediction: Tensor, target: float) -> Tensor:
    return functional.binary_cross_entropy(prediction, torch.full_like(prediction, target))


def generator_loss(adversarial: Tensor, x: Tensor, fake: Tensor, z: Tensor, z_again: Tensor) -> list[Tensor]:
    """The three terms and their weighted sum."""
    contextual, encoder = functional.l1_loss(fake, x), functional.mse_loss(z_again, z)
    total = ADVERSARIAL * adversarial + CONTEXTUAL * contextual + ENCODER * encoder
    return [adversarial, contextual, encoder, total]


def discriminator_first(model: Model, x: Tensor, head_is_trained: bool) -> list[Tensor]:
    """V0 and V1."""
    fake, z, z_again = model.g(x)
    real_prediction, real_features = model.d(x)
    fake_prediction, fake_features = model.d(fake.detach())
    real, false = bce(real_prediction, 1), bce(fake_prediction, 0)
    own = real + false if head_is_trained else functional.mse_loss(real_features, fake_features)
    model.update("discriminator", own)
    deceived, _ = model.d(fake)
    terms = generator_loss(bce(deceived, 1), x, fake, z, z_again)
    model.update("generator", terms[-1])
    return [*terms, real, false, own]


def generator_first(model: Model, x: Tensor, reaches_generator: bool) -> list[Tensor]:
    """V2 and V3."""
    fake, z, z_again = model.g(x)
    real_prediction, _ = model.d(x)
    fake_prediction, _ = model.d(fake.detach())
    _, real_features = model.d(x)
    _, fake_features = model.d(fake if reaches_generator else fake.detach())
    terms = generator_loss(functional.mse_loss(fake_features, real_features), x, fake, z, z_again)
    model.update("generator", terms[-1])
    real, false = bce(real_prediction, 1), bce(fake_prediction, 0)
    own = (real + false) * 0.5
    model.update("discriminator", own)
    return [*terms, real, false, own]


OBJECTIVES = {
    "v0": lambda model, x: discriminator_first(model, x, head_is_trained=True),
    "v1": lambda model, x: discriminator_first(model, x, head_is_trained=False),
    "v2": lambda model, x: generator_first(model, x, reaches_generator=False),
    "v3": lambda model, x: generator_first(model, x, reaches_generator=True),
}


def flat(tensors) -> Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def running(network: nn.Module) -> Tensor:
    return flat(buffer for buffer in network.buffers() if buffer.is_floating_point())


def initialise(network: nn.Module) -> None:
    """Larger weights than a training's, so that no gradient is of the size of a rounding."""
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0.0, 0.2)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.2)
            nn.init.normal_(layer.bias, 0.0, 0.1)
    for parameter in network.parameters():
        # What the test reads back from float32 is then exactly what is computed with here.
        parameter.data = parameter.data.float().double()


def main() -> None:
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    generator, discriminator = Generator(SETTINGS), Discriminator(SETTINGS)
    initialise(generator)
    initialise(discriminator)
    shape = (STEPS, SETTINGS.batch, SETTINGS.channels, SETTINGS.side, SETTINGS.side)
    images = torch.tanh(torch.randn(shape)).float().double()
    with h5py.File(FOLDER / "objectives.h5", "w") as file:
        file.attrs.update(
            width=SETTINGS.width, latent_size=SETTINGS.latent, channels=SETTINGS.channels, side=SETTINGS.side,
            batch_size=SETTINGS.batch, learning_rate=LEARNING_RATE, beta1=BETAS[0], beta2=BETAS[1],
            adversarial_weight=ADVERSARIAL, contextual_weight=CONTEXTUAL, encoder_weight=ENCODER,
            torch=str(torch.__version__))

        def write(name: str, values) -> None:
            file.create_dataset(name, data=np.asarray(values, np.float32), compression="gzip", shuffle=True)

        write("images", images)
        write("initial/generator", flat(generator.parameters()))
        write("initial/discriminator", flat(discriminator.parameters()))
        for name, step in OBJECTIVES.items():
            model = Model(generator, discriminator)
            losses, gradients = [], {"generator": [], "discriminator": []}
            for batch in images:
                losses.append([term.item() for term in step(model, batch)])
                for network, values in gradients.items():
                    values.append(model.gradients[network].numpy())
            file.create_dataset(f"{name}/losses", data=np.asarray(losses))
            for network, values in gradients.items():
                write(f"{name}/{network}_gradients", values)
            for network, module in (("generator", model.g), ("discriminator", model.d)):
                write(f"{name}/{network}", flat(module.parameters()))
                write(f"{name}/{network}_running", running(module))
            print(name, "losses", *(f"{term:.4f}" for term in losses[-1]))


if __name__ == "__main__":
    main()

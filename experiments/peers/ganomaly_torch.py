"""GANomaly in PyTorch, as a peer to time the Swift engine against and to check its AUROCs.

The networks and one training step of two of the reference code's objectives, written from the paper
(arXiv 1805.06725). The newest one (V3: feature matching, generator before discriminator) exists twice: `plain_step`
runs the discriminator four times, as the original does; `minimal_step` gives the same numbers from two runs. The one
of May 2018 (V0: deception, discriminator before generator) is `deceiving_step`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

BATCH_NORM_MOMENTUM = 0.1


@dataclass(frozen=True)
class Recipe:
    """Weights of the losses and settings of both Adams; the defaults are the reference code's."""

    adversarial: float = 1.0
    contextual: float = 50.0
    encoder: float = 1.0
    learning_rate: float = 2e-4
    betas: tuple[float, float] = (0.5, 0.999)
    collapsed_loss: float = 1e-5
    """Below this loss the discriminator is reinitialized; at 0 the host reads no loss."""


@dataclass(frozen=True)
class Configuration:
    """Sizes of the networks and of a batch; the defaults are the paper's MNIST."""

    side: int = 32
    channels: int = 1
    width: int = 64
    latent: int = 100
    batch: int = 64
    extra_layers: int = 0
    """3×3 convolutions at half the side, behind the first layer of encoders and before the last of the decoder."""

    def __post_init__(self) -> None:
        if self.side < 32 or self.side & (self.side - 1):
            raise ValueError(f"side {self.side} is not 32, 64, 128, …")
        for name in ("channels", "width", "latent", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} {getattr(self, name)} is less than 1")
        if self.extra_layers < 0:
            raise ValueError(f"extra_layers {self.extra_layers} is less than 0")

    @property
    def widths(self) -> list[int]:
        """Channels of the pyramid from side/2 down to 4×4, doubled at each level."""
        return [self.width << level for level in range((self.side // 4).bit_length() - 1)]


def extra_layers(configuration: Configuration, activation: nn.Module) -> list[nn.Module]:
    width = configuration.width
    layers: list[nn.Module] = []
    for _ in range(configuration.extra_layers):
        layers += [
            nn.Conv2d(width, width, 3, 1, 1, bias=False),
            nn.BatchNorm2d(width, momentum=BATCH_NORM_MOMENTUM),
            activation,
        ]
    return layers


class Encoder(nn.Module):
    """Images (n, channels, side, side) to features (n, top, 4, 4) and to outputs (n, outputs, 1, 1)."""

    def __init__(self, configuration: Configuration, outputs: int) -> None:
        super().__init__()
        widths = configuration.widths
        layers: list[nn.Module] = [
            nn.Conv2d(configuration.channels, widths[0], 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            *extra_layers(configuration, nn.LeakyReLU(0.2, inplace=True)),
        ]
        for narrow, wide in zip(widths, widths[1:]):
            layers += [
                nn.Conv2d(narrow, wide, 4, 2, 1, bias=False),
                nn.BatchNorm2d(wide, momentum=BATCH_NORM_MOMENTUM),
                nn.LeakyReLU(0.2, inplace=True),
            ]
        self.pyramid = nn.Sequential(*layers)
        self.head = nn.Conv2d(widths[-1], outputs, 4, 1, 0, bias=False)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.pyramid(images))


class Decoder(nn.Module):
    """Latents (n, latent, 1, 1) to images (n, channels, side, side) in (−1, 1)."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__()
        widths = configuration.widths[::-1]
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(configuration.latent, widths[0], 4, 1, 0, bias=False),
            nn.BatchNorm2d(widths[0], momentum=BATCH_NORM_MOMENTUM),
            nn.ReLU(inplace=True),
        ]
        for wide, narrow in zip(widths, widths[1:]):
            layers += [
                nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=False),
                nn.BatchNorm2d(narrow, momentum=BATCH_NORM_MOMENTUM),
                nn.ReLU(inplace=True),
            ]
        layers += extra_layers(configuration, nn.ReLU(inplace=True))
        layers += [
            nn.ConvTranspose2d(widths[-1], configuration.channels, 4, 2, 1, bias=False),
            nn.Tanh(),
        ]
        self.pyramid = nn.Sequential(*layers)

    def forward(self, latents: Tensor) -> Tensor:
        return self.pyramid(latents)


class Generator(nn.Module):
    """x → z → x̂ → ẑ; gives (x̂, z, ẑ)."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__()
        self.encoder1 = Encoder(configuration, configuration.latent)
        self.decoder = Decoder(configuration)
        self.encoder2 = Encoder(configuration, configuration.latent)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        latent = self.encoder1(images)
        fake = self.decoder(latent)
        return fake, latent, self.encoder2(fake)


class Discriminator(nn.Module):
    """Images to (probability of being real (n), features (n, top, 4, 4))."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__()
        self.encoder = Encoder(configuration, 1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder.pyramid(images)
        return torch.sigmoid(self.encoder.head(features)).flatten(), features


class Scorer(nn.Module):
    """The squared-L2 anomaly score: mean over the latent of (z − ẑ)², one for each image."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, images: Tensor) -> Tensor:
        _, latent, latent_again = self.generator(images)
        return (latent - latent_again).square().mean(dim=(1, 2, 3))


class Losses(NamedTuple):
    """The five losses of a step, scalars without gradients."""

    adversarial: Tensor
    contextual: Tensor
    encoder: Tensor
    generator: Tensor
    discriminator: Tensor


def initialize(network: nn.Module) -> None:
    """Convolutions N(0, 0.02), batch norm's scale N(1, 0.02) and shift 0."""
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
            nn.init.zeros_(layer.bias)


class GANomaly:
    """Both networks and their two Adams. `fused` takes PyTorch's one-pass Adam, the same mathematics.

    The weights are drawn on the processor, so that they are the same on every device. `capturable` lets a CUDA graph
    hold Adam's steps.
    """

    def __init__(
        self, configuration: Configuration, seed: int = 0, fused: bool = False, recipe: Recipe = Recipe(),
        device: torch.device = torch.device("cpu"), capturable: bool = False
    ) -> None:
        torch.manual_seed(seed)
        self.recipe = recipe
        self.reinitializations = 0
        self.generator = Generator(configuration)
        self.discriminator = Discriminator(configuration)
        for network in (self.generator, self.discriminator):
            initialize(network)
            network.to(device)
        # None rather than False, which would also forbid PyTorch's own choice.
        adam = partial(
            torch.optim.Adam, lr=recipe.learning_rate, betas=recipe.betas, fused=True if fused else None,
            capturable=capturable)
        self.generator_adam = adam(self.generator.parameters())
        self.discriminator_adam = adam(self.discriminator.parameters())

    def weighted(self, adversarial: Tensor, contextual: Tensor, encoder: Tensor) -> Tensor:
        """The generator's loss."""
        recipe = self.recipe
        return recipe.adversarial * adversarial + recipe.contextual * contextual + recipe.encoder * encoder

    def reinitialize_collapsed(self, *losses: Tensor) -> None:
        """Draws new weights for the discriminator when any of its losses has collapsed."""
        threshold = self.recipe.collapsed_loss
        if threshold > 0 and any(loss.item() < threshold for loss in losses):
            initialize(self.discriminator)
            self.reinitializations += 1


def cross_entropy(probability: Tensor, target: float) -> Tensor:
    """BCE(·, target), the mean over the batch."""
    return functional.binary_cross_entropy(probability, torch.full_like(probability, target))


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """½[BCE(D(x), 1) + BCE(D(x̂), 0)]."""
    return (cross_entropy(real, 1) + cross_entropy(fake, 0)) * 0.5


def deceiving_step(model: GANomaly, images: Tensor) -> Losses:
    """One step of May 2018: D learns first, and G deceives the D that has learned.

    D's loss is the sum of both cross-entropies without a half, and either one's collapse alone reinitializes D.
    """
    fake, latent, latent_again = model.generator(images)
    real_probability, _ = model.discriminator(images)
    fake_probability, _ = model.discriminator(fake.detach())

    model.discriminator_adam.zero_grad()
    on_real, on_fake = cross_entropy(real_probability, 1), cross_entropy(fake_probability, 0)
    # One backward pass of the sum gives what the original's two accumulate.
    own = on_real + on_fake
    own.backward()
    model.discriminator_adam.step()

    model.generator_adam.zero_grad()
    deceived, _ = model.discriminator(fake)
    adversarial = cross_entropy(deceived, 1)
    contextual = functional.l1_loss(fake, images)
    encoder = functional.mse_loss(latent_again, latent)
    total = model.weighted(adversarial, contextual, encoder)
    # The original also fills D's gradients, but clears them before D's next update.
    total.backward(inputs=list(model.generator.parameters()))
    model.generator_adam.step()
    model.reinitialize_collapsed(on_real, on_fake)
    return Losses(*(loss.detach() for loss in (adversarial, contextual, encoder, total, own)))


def plain_step(model: GANomaly, images: Tensor) -> Losses:
    """One step as the original does it."""
    losses, _ = observed_step(model, images)
    model.reinitialize_collapsed(losses.discriminator)
    return losses


def observed_step(model: GANomaly, images: Tensor) -> tuple[Losses, dict[str, Tensor]]:
    """The original's passes and updates, with all outputs: D runs on x and x̂ for its own loss, and afresh for G's.

    Afterwards the parameters of both networks hold the gradients of their own losses.
    """
    fake, latent, latent_again = model.generator(images)
    real_probability, _ = model.discriminator(images)
    fake_probability, _ = model.discriminator(fake.detach())

    model.generator_adam.zero_grad()
    _, real_features = model.discriminator(images)
    _, fake_features = model.discriminator(fake)
    adversarial = functional.mse_loss(fake_features, real_features)
    contextual = functional.l1_loss(fake, images)
    encoder = functional.mse_loss(latent_again, latent)
    total = model.weighted(adversarial, contextual, encoder)
    total.backward()
    model.generator_adam.step()

    model.discriminator_adam.zero_grad()
    own = discriminator_loss(real_probability, fake_probability)
    own.backward()
    model.discriminator_adam.step()
    outputs = {
        "fake": fake, "latent_i": latent, "latent_o": latent_again, "pred_real": real_probability,
        "pred_fake": fake_probability, "feat_real": real_features, "feat_fake": fake_features,
    }
    return Losses(*(loss.detach() for loss in (adversarial, contextual, encoder, total, own))), outputs


def minimal_step(model: GANomaly, images: Tensor) -> Losses:
    """The same step with D run once on x and once on x̂, and no gradient computed that nobody reads.

    D's weights do not change between the original's two pairs of passes, so that one pair serves both
    losses; the running statistics take the second pair's updates by `repeat_updates`.
    """
    fake, latent, latent_again = model.generator(images)
    running = [buffer for buffer in model.discriminator.buffers() if buffer.is_floating_point()]
    earlier = [buffer.clone() for buffer in running]
    real_probability, real_features = model.discriminator(images)
    seen = fake.detach().requires_grad_()
    fake_probability, fake_features = model.discriminator(seen)

    model.generator_adam.zero_grad()
    adversarial = functional.mse_loss(fake_features, real_features.detach())
    contextual = functional.l1_loss(fake, images)
    encoder = functional.mse_loss(latent_again, latent)
    # With respect to the image alone, autograd skips D's weight gradients.
    (through_features,) = torch.autograd.grad(adversarial, seen, retain_graph=True)
    recipe = model.recipe
    rest = recipe.contextual * contextual + recipe.encoder * encoder
    torch.autograd.backward((rest, fake), (None, recipe.adversarial * through_features))
    model.generator_adam.step()

    model.discriminator_adam.zero_grad()
    own = discriminator_loss(real_probability, fake_probability)
    # With respect to the weights alone, it skips the image's gradient.
    own.backward(inputs=list(model.discriminator.parameters()))
    # Only after both backward passes, which hold on to the running statistics.
    repeat_updates(running, earlier)
    model.discriminator_adam.step()
    model.reinitialize_collapsed(own)
    total = recipe.adversarial * adversarial + rest
    return Losses(*(loss.detach() for loss in (adversarial, contextual, encoder, total, own)))


def repeat_updates(running: list[Tensor], earlier: list[Tensor]) -> None:
    """Applies once more the pair of running-statistics updates (real, fake) made since `earlier`.

    Two updates of momentum m are r₁ = (1 − m)² r₀ + c; the next two with the same batches are
    r₂ = (1 − m)² r₁ + c = r₁ + (1 − m)² (r₁ − r₀), applied in place.
    """
    kept = (1 - BATCH_NORM_MOMENTUM) ** 2
    for now, before in zip(running, earlier):
        now += kept * (now - before)

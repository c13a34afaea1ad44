"""Writes adversarial.h5: one step of small EGBAD, AnoGAN and Skip-GANomaly networks, by PyTorch's autograd.

    python3 Tests/DetectorsTests/Fixtures/generate_adversarial.py        (torch, numpy, h5py)

Computed in float64 from inputs and weights that are float32. Each detector has a group with

    settings (attributes)   the sizes that the networks were built with
    input/…                 images and noise, [image][channel][row][column]
    masks/…                 dropout: 0 for what is dropped, 1/(1 − rate) for the rest
    weights/NAME            before the step; convolutions and dense layers [low][high][row][column]
    loss/NAME               every term
    gradient/NAME           of the loss that a network minimises, with respect to its parameters
    updated/NAME            weights after the step's Adam; running statistics; moving averages
    score/…                 of images, in evaluation mode, with the updated weights
"""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
random = np.random.default_rng(20181)
TORCH, TENSORFLOW = (1e-5, 0.1), (1e-3, 0.01)  # batch norm's epsilon, and the newest batch's weight


def normal(*shape, mean=0.0, deviation=1.0):
    """Random numbers that float32 holds exactly."""
    return torch.tensor(random.normal(mean, deviation, shape).astype(np.float32).astype(np.float64))


@dataclass
class Block:
    """A convolution, transposed convolution or dense layer, then batch norm, activation and dropout as wanted."""

    name: str
    weight: tuple  # [low][high][kernel][kernel]
    transposed: bool = False
    stride: int = 1
    padding: int = 0
    padding_after: int = 0  # more zeros below and to the right
    norm: bool = False
    bias: bool = False
    activation: str = "identity"
    slope: float = 0.1
    dropout: float = 0.0


class Networks:
    """Blocks with their weights; the weights' names are those of the detectors."""

    def __init__(self, blocks, norm):
        self.norm = norm
        self.blocks = {block.name: block for block in blocks}
        self.parameters, self.running = {}, {}
        for block in blocks:
            fan_in = block.weight[0] if block.transposed else np.prod(block.weight[1:])
            self.parameters[f"{block.name}.weight"] = normal(*block.weight, deviation=1 / np.sqrt(fan_in))
            outputs = block.weight[1] if block.transposed else block.weight[0]
            if block.norm:
                self.parameters[f"{block.name}.scale"] = normal(outputs, mean=1, deviation=0.2)
                self.parameters[f"{block.name}.shift"] = normal(outputs, deviation=0.2)
                self.running[f"{block.name}.running_mean"] = torch.zeros(outputs)
                self.running[f"{block.name}.running_variance"] = torch.ones(outputs)
            if block.bias:
                self.parameters[f"{block.name}.bias"] = normal(outputs, deviation=0.2)

    def of(self, prefix):
        return {name: p for name, p in self.parameters.items() if name.startswith(prefix + ".")}

    def block(self, name, x, training, parameters=None, masks=None, updates=True):
        """`updates`: whether the running statistics take part."""
        block, p = self.blocks[name], parameters or self.parameters
        weight, bias = p[f"{name}.weight"], p.get(f"{name}.bias")
        convolve = F.conv_transpose2d if block.transposed else F.conv2d
        x = F.pad(x, (0, block.padding_after) * 2)
        x = convolve(x, weight, bias, stride=block.stride, padding=block.padding)
        if block.norm:
            running = [self.running[f"{name}.running_{what}"] for what in ("mean", "variance")]
            if training and not updates:
                running = [None, None]
            x = F.batch_norm(
                x, *running, p[f"{name}.scale"], p[f"{name}.shift"], training,
                self.norm[1], self.norm[0])
        if block.activation == "leaky":
            x = F.leaky_relu(x, block.slope)
        elif block.activation != "identity":
            x = {"relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[block.activation](x)
        if block.dropout and training:
            x = x * masks[name]
        return x

    def chain(self, names, x, training, **options):
        for name in names:
            x = self.block(name, x, training, **options)
        return x


def gradients(loss, parameters):
    return dict(zip(parameters, torch.autograd.grad(loss, list(parameters.values()))))


class Adam:
    """Kingma and Ba 2015, as torch.optim.Adam computes it."""

    def __init__(self, beta1, beta2=0.999, epsilon=1e-8):
        self.beta1, self.beta2, self.epsilon, self.steps = beta1, beta2, epsilon, 0
        self.first, self.second = {}, {}

    def step(self, parameters, gradients, rate):
        self.steps += 1
        for name, gradient in gradients.items():
            first = self.beta1 * self.first.get(name, 0) + (1 - self.beta1) * gradient
            second = self.beta2 * self.second.get(name, 0) + (1 - self.beta2) * gradient**2
            self.first[name], self.second[name] = first, second
            root = (second / (1 - self.beta2**self.steps)).sqrt() + self.epsilon
            parameters[name] = parameters[name] - rate * first / (1 - self.beta1**self.steps) / root


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def leaf(tensors):
    """Parameters that gradients are taken of."""
    return {name: tensor.detach().requires_grad_() for name, tensor in tensors.items()}


def averages(before, after, decay):
    return {name: decay * before[name] + (1 - decay) * after[name] for name in before}


def l1(a, b):
    return (a - b).abs().flatten(1).sum(1)


def write(group, name, value):
    """Whatever is a result in float64, whatever goes in or is large in float32."""
    if isinstance(value, dict):
        for key, item in value.items():
            write(group.require_group(name), key, item)
    else:
        value = value.detach().numpy() if torch.is_tensor(value) else np.asarray(value)
        group.create_dataset(name, data=value.astype(np.float64 if value.ndim == 0 else np.float32))


# The networks that EGBAD and AnoGAN share.


def generator_blocks(side, channels, latent, width):
    quarter = side // 4
    dense = 16 * width
    return [
        Block("generator.dense1", (dense, latent, 1, 1), norm=True, activation="relu"),
        Block("generator.dense2", (2 * width * quarter**2, dense, 1, 1), norm=True, activation="relu"),
        Block("generator.up1", (2 * width, width, 4, 4), True, 2, 1, norm=True, activation="relu"),
        Block("generator.up2", (width, channels, 4, 4), True, 2, 1, bias=True, activation="tanh"),
    ]


def generate(networks, z, training, side, width, **options):
    hidden = networks.chain(["generator.dense1", "generator.dense2"], z, training, **options)
    hidden = hidden.reshape(len(z), 2 * width, side // 4, side // 4)
    return networks.chain(["generator.up1", "generator.up2"], hidden, training, **options)


def egbad(group):
    side, channels, latent, width, images = 8, 3, 6, 4, 5
    rate, decay, weight = 2e-3, 0.5, 0.1
    half, quarter = max(1, width // 2), side // 4
    networks = Networks(
        generator_blocks(side, channels, latent, width)
        + [
            Block("encoder.full", (half, channels, 3, 3), padding=1, bias=True, activation="leaky"),
            Block("encoder.half", (width, half, 3, 3), False, 2, 0, 1, norm=True, activation="leaky"),
            Block("encoder.quarter", (2 * width, width, 3, 3), False, 2, 0, 1, norm=True, activation="leaky"),
            Block("encoder.latent", (latent, 2 * width, quarter, quarter), bias=True),
            Block("discriminator.image1", (width, channels, 4, 4), False, 2, 1, bias=True,
                  activation="leaky", dropout=0.5),
            Block("discriminator.image2", (width, width, 4, 4), False, 2, 1, norm=True,
                  activation="leaky", dropout=0.5),
            Block("discriminator.latent", (8 * width, latent, 1, 1), bias=True, activation="leaky",
                  dropout=0.5),
            Block("discriminator.joint", (16 * width, width * quarter**2 + 8 * width, 1, 1), bias=True,
                  activation="leaky", dropout=0.5),
            Block("discriminator.logit", (1, 16 * width, 1, 1), bias=True),
        ],
        TENSORFLOW,
    )
    encoder = [f"encoder.{name}" for name in ("full", "half", "quarter", "latent")]

    def discriminate(x, z, training, **options):
        """The features f(x, z) and the logit."""
        image = networks.chain(["discriminator.image1", "discriminator.image2"], x, training, **options)
        code = networks.block("discriminator.latent", z, training, **options)
        joined = torch.cat([image.reshape(len(x), -1, 1, 1), code], 1)
        features = networks.block("discriminator.joint", joined, training, **options)
        return features, networks.block("discriminator.logit", features, training, **options)

    shapes = {
        "discriminator.image1": (width, side // 2, side // 2), "discriminator.image2": (width, quarter, quarter),
        "discriminator.latent": (8 * width, 1, 1), "discriminator.joint": (16 * width, 1, 1),
    }

    def draw_masks():
        return {
            name: torch.tensor(random.integers(0, 2, (images, *shape)) * 2.0) for name, shape in shapes.items()
        }

    inputs = {
        f"{what}_{step}": normal(images, *shape)
        for step in ("discriminator", "generator")
        for what, shape in (("images", (channels, side, side)), ("noise", (latent, 1, 1)))
    }
    for step in ("discriminator", "generator"):
        inputs[f"images_{step}"] = torch.tanh(inputs[f"images_{step}"]).float().double()
    masks = {
        step: {"real": draw_masks(), "fake": draw_masks()} for step in ("discriminator_step", "generator_step")
    }
    write(group, "input", inputs)
    for step, passes in masks.items():
        write(group, f"masks_{step}", passes)
    write(group, "weights", networks.parameters)
    before = dict(networks.parameters)

    # D: BCE(D(x, E(x)), 1) + BCE(D(G(z), z), 0); E and G give batch statistics, but theirs stay.
    of = {name: leaf(networks.of(name)) for name in ("generator", "encoder", "discriminator")}
    parameters = {**of["generator"], **of["encoder"], **of["discriminator"]}
    x, z = inputs["images_discriminator"], inputs["noise_discriminator"]
    code = networks.chain(encoder, x, True, parameters=parameters, updates=False)
    fake = generate(networks, z, True, side, width, parameters=parameters, updates=False)
    step = masks["discriminator_step"]
    real_logit = discriminate(x, code, True, parameters=parameters, masks=step["real"])[1]
    fake_logit = discriminate(fake, z, True, parameters=parameters, masks=step["fake"])[1]
    losses = {"discriminator_real": bce(real_logit, 1.0), "discriminator_fake": bce(fake_logit, 0.0)}
    losses["discriminator"] = losses["discriminator_real"] + losses["discriminator_fake"]
    found = gradients(losses["discriminator"], of["discriminator"])
    Adam(0.5).step(networks.parameters, found, rate)

    # G: BCE(D(G(z), z), 1); E: BCE(D(x, E(x)), 0); D's running statistics stay, G's see G(E(x)) as well.
    of = {name: leaf(networks.of(name)) for name in ("generator", "encoder", "discriminator")}
    parameters = {**of["generator"], **of["encoder"], **of["discriminator"]}
    x, z = inputs["images_generator"], inputs["noise_generator"]
    code = networks.chain(encoder, x, True, parameters=parameters)
    generate(networks, code, True, side, width, parameters=parameters)
    fake = generate(networks, z, True, side, width, parameters=parameters)
    step = masks["generator_step"]
    real_logit = discriminate(x, code, True, parameters=parameters, masks=step["real"], updates=False)[1]
    fake_logit = discriminate(fake, z, True, parameters=parameters, masks=step["fake"], updates=False)[1]
    losses["generator"], losses["encoder"] = bce(fake_logit, 1.0), bce(real_logit, 0.0)
    found |= gradients(losses["generator"], of["generator"])
    found |= gradients(losses["encoder"], of["encoder"])
    for name in ("generator", "encoder"):
        Adam(0.5).step(networks.parameters, {k: v for k, v in found.items() if k.startswith(name)}, rate)

    average = averages(before, networks.parameters, decay)
    code = networks.chain(encoder, x, False, parameters=average)
    rebuilt = generate(networks, code, False, side, width, parameters=average)
    distance = l1(x, rebuilt)
    matching = l1(
        discriminate(x, code, False, parameters=average)[0],
        discriminate(rebuilt, code, False, parameters=average)[0])
    write(group, "loss", losses)
    write(group, "gradient", found)
    write(group, "updated", {**networks.parameters, **networks.running})
    write(group, "average", average)
    write(group, "score", {
        "reconstruction": rebuilt, "l1": distance, "feature": matching,
        "score": (1 - weight) * distance + weight * matching})
    group.attrs.update(
        side=side, channels=channels, latent_size=latent, width=width, images=images, learning_rate=rate,
        moving_average=decay, feature_weight=weight)


def anogan(group):
    side, channels, latent, width, images = 8, 1, 6, 4, 5
    rate, decay, weight, steps = 2e-3, 0.5, 0.1, 4
    quarter = side // 4
    networks = Networks(
        generator_blocks(side, channels, latent, width)
        + [
            Block("discriminator.image1", (width, channels, 4, 4), False, 2, 1, bias=True, activation="leaky"),
            Block("discriminator.image2", (width, width, 4, 4), False, 2, 1, norm=True, activation="leaky"),
            Block("discriminator.dense", (16 * width, width, quarter, quarter), norm=True, activation="leaky"),
            Block("discriminator.logit", (1, 16 * width, 1, 1), bias=True),
        ],
        TENSORFLOW,
    )
    features = ["discriminator.image1", "discriminator.image2", "discriminator.dense"]

    def discriminate(x, training, **options):
        f = networks.chain(features, x, training, **options)
        return f, networks.block("discriminator.logit", f, training, **options)

    inputs = {
        "images": torch.tanh(normal(images, channels, side, side)).float().double(),
        "noise_discriminator": normal(images, latent, 1, 1), "noise_generator": normal(images, latent, 1, 1),
        "noise_score": normal(images, latent, 1, 1),
    }
    write(group, "input", inputs)
    write(group, "weights", networks.parameters)
    before = dict(networks.parameters)

    # D: BCE(D(x), 1) + BCE(D(G(z)), 0)
    of = {name: leaf(networks.of(name)) for name in ("generator", "discriminator")}
    parameters = {**of["generator"], **of["discriminator"]}
    x = inputs["images"]
    fake = generate(
        networks, inputs["noise_discriminator"], True, side, width, parameters=parameters, updates=False)
    losses = {
        "discriminator_real": bce(discriminate(x, True, parameters=parameters)[1], 1.0),
        "discriminator_fake": bce(discriminate(fake, True, parameters=parameters)[1], 0.0),
    }
    losses["discriminator"] = losses["discriminator_real"] + losses["discriminator_fake"]
    found = gradients(losses["discriminator"], of["discriminator"])
    Adam(0.5).step(networks.parameters, found, rate)

    # G: BCE(D(G(z)), 1)
    of = {name: leaf(networks.of(name)) for name in ("generator", "discriminator")}
    parameters = {**of["generator"], **of["discriminator"]}
    fake = generate(networks, inputs["noise_generator"], True, side, width, parameters=parameters)
    losses["generator"] = bce(discriminate(fake, True, parameters=parameters, updates=False)[1], 1.0)
    found |= gradients(losses["generator"], of["generator"])
    Adam(0.5).step(
        networks.parameters, {k: v for k, v in found.items() if k.startswith("generator")}, rate)

    # Scoring: Adam on z, each image by itself, networks in evaluation mode.
    average = averages(before, networks.parameters, decay)
    z = {"z": inputs["noise_score"]}
    adam = Adam(0.9)

    def losses_of(z):
        rebuilt = generate(networks, z, False, side, width, parameters=average)
        distance = l1(x, rebuilt)
        matching = l1(
            discriminate(x, False, parameters=average)[0], discriminate(rebuilt, False, parameters=average)[0])
        return distance, matching, (1 - weight) * distance + weight * matching

    first_gradient = None
    for _ in range(steps):
        z = leaf(z)
        gradient = gradients(losses_of(z["z"])[2].sum(), z)
        first_gradient = gradient["z"] if first_gradient is None else first_gradient
        adam.step(z, gradient, 0.01)
    distance, matching, score = losses_of(z["z"])
    write(group, "loss", losses)
    write(group, "gradient", found)
    write(group, "updated", {**networks.parameters, **networks.running})
    write(group, "average", average)
    write(group, "score", {
        "latent_gradient": first_gradient, "latent": z["z"], "l1": distance, "feature": matching,
        "score": score})
    group.attrs.update(
        side=side, channels=channels, latent_size=latent, width=width, images=images, learning_rate=rate,
        moving_average=decay, feature_weight=weight, steps=steps)


def skip_ganomaly(group):
    side, channels, latent, width, images = 32, 3, 6, 2, 5
    rate, weights = 2e-3, (1.5, 40.0, 2.0)
    levels = side.bit_length() - 1
    sizes = [width * min(8, 2**level) for level in range(levels)]  # channels of each level, outermost first
    blocks = []
    for level in range(levels):
        is_outer, is_inner = level == 0, level == levels - 1
        blocks.append(Block(
            f"generator.down{level + 1}", (sizes[level], channels if is_outer else sizes[level - 1], 4, 4),
            False, 2, 1, norm=not is_outer and not is_inner, activation="leaky", slope=0.2))
        blocks.append(Block(
            f"generator.up{level + 1}",
            (sizes[level] * (1 if is_inner else 2), channels if is_outer else sizes[level - 1], 4, 4), True, 2, 1,
            norm=not is_outer, bias=is_outer, activation="tanh" if is_outer else "relu"))
    pyramid = ["discriminator.encoder.initial"]
    blocks.append(Block(pyramid[0], (width, channels, 4, 4), False, 2, 1, activation="leaky", slope=0.2))
    wide = width
    for _ in range(levels - 3):
        pyramid.append(f"discriminator.encoder.pyramid{wide * 2}")
        blocks.append(Block(
            pyramid[-1], (wide * 2, wide, 4, 4), False, 2, 1, norm=True, activation="leaky", slope=0.2))
        wide *= 2
    pyramid.append("discriminator.encoder.final")
    blocks.append(Block(pyramid[-1], (latent, wide, 4, 4)))
    blocks.append(Block("discriminator.classifier", (1, latent, 1, 1), activation="sigmoid"))
    networks = Networks(blocks, TORCH)

    def generate(x, training, **options):
        """Ronneberger et al. 2015: what comes up from level l + 1 is joined by what went down from level l."""
        down = []
        for level in range(levels):
            x = networks.block(f"generator.down{level + 1}", x, training, **options)
            down.append(x)
        x = F.relu(x)
        for level in reversed(range(levels)):
            if level < levels - 1:
                x = torch.cat([F.relu(down[level]), x], 1)
            x = networks.block(f"generator.up{level + 1}", x, training, **options)
        return x

    def discriminate(x, training, **options):
        f = networks.chain(pyramid, x, training, **options)
        return f, networks.block("discriminator.classifier", f, training, **options)

    x = torch.tanh(normal(images, channels, side, side)).float().double()
    write(group, "input", {"images": x})
    write(group, "weights", networks.parameters)
    of = {name: leaf(networks.of(name)) for name in ("generator", "discriminator")}
    parameters = {**of["generator"], **of["discriminator"]}
    fake = generate(x, True, parameters=parameters)
    real_features, real = discriminate(x, True, parameters=parameters)
    fake_features, prediction = discriminate(fake, True, parameters=parameters)
    one, zero = torch.ones_like(real), torch.zeros_like(real)
    losses = {
        "adversarial": F.binary_cross_entropy(prediction, one), "contextual": (fake - x).abs().mean(),
        "latent": ((fake_features - real_features) ** 2).mean(),
        "discriminator_real": F.binary_cross_entropy(real, one),
    }
    losses["generator"] = sum(
        w * losses[name] for w, name in zip(weights, ("adversarial", "contextual", "latent")))
    found = gradients(losses["generator"], of["generator"])
    # D once more on x̂, now detached, as the authors' code has it: the same numbers, one more update.
    detached_features, detached = discriminate(generate(x, True, parameters=parameters, updates=False).detach(),
                                               True, parameters=parameters)
    losses["discriminator_fake"] = F.binary_cross_entropy(detached, zero)
    real_features, real = discriminate(x, True, parameters=parameters, updates=False)
    fake_features, _ = discriminate(fake.detach(), True, parameters=parameters, updates=False)
    latent_term = ((fake_features - real_features) ** 2).mean()
    losses["discriminator"] = (
        losses["discriminator_real"] + losses["discriminator_fake"] + weights[2] * latent_term)
    found |= gradients(
        F.binary_cross_entropy(real, one) + losses["discriminator_fake"] + weights[2] * latent_term,
        of["discriminator"])
    for name in ("generator", "discriminator"):
        Adam(0.5).step(networks.parameters, {k: v for k, v in found.items() if k.startswith(name)}, rate)

    rebuilt = generate(x, False)
    distance = ((x - rebuilt) ** 2).flatten(1).mean(1)
    feature = ((discriminate(x, False)[0] - discriminate(rebuilt, False)[0]) ** 2).flatten(1).mean(1)
    write(group, "loss", losses)
    write(group, "gradient", found)
    write(group, "updated", {**networks.parameters, **networks.running})
    write(group, "score", {
        "reconstruction": rebuilt, "squared": distance, "feature": feature,
        "score": 0.9 * distance + 0.1 * feature})
    group.attrs.update(
        side=side, channels=channels, latent_size=latent, width=width, images=images, learning_rate=rate,
        adversarial_weight=weights[0], contextual_weight=weights[1], latent_weight=weights[2])


with h5py.File(Path(__file__).with_name("adversarial.h5"), "w") as file:
    file.attrs["description"] = __doc__
    for make in (egbad, anogan, skip_ganomaly):
        make(file.create_group(make.__name__))

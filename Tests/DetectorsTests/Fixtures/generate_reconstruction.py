"""Writes reconstruction.h5: losses and gradients of VAE, convolutional autoencoder and Deep SVDD by PyTorch's autograd.

    python generate_reconstruction.py        (numpy, h5py, torch)

Weights and inputs are float32, computed with in float64. Weights are named and shaped as in the program: linear layers
`[out][in][1][1]` or `[out][channel][row][column]`, convolutions as torch's, transposed convolutions as torch's.
"""

import math
from pathlib import Path

import h5py
import numpy as np
import torch
import torch.nn.functional as F

random = np.random.default_rng(5)


def normal(*shape, deviation=1.0):
    return (deviation * random.standard_normal(shape)).astype(np.float32)


def truth(array):
    """A leaf in float64."""
    return torch.tensor(array.astype(np.float64), requires_grad=True)


def write(group, name, values):
    array = values.detach().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)
    group.create_dataset(name, data=array)


def write_weights(group, weights):
    """Each weight and, after backward, its gradient."""
    for name, leaf in weights.items():
        write(group, f"weights/{name}", leaf.detach().numpy().astype(np.float32))
        write(group, f"gradients/{name}", leaf.grad)


# Variational autoencoder: 4 images of 6 pixels, two hidden layers of 5, a latent of 3.


def vae_weights(outputs):
    sizes = [
        ("encoder.hidden1", 6, 5), ("encoder.hidden2", 5, 5), ("encoder.output", 5, 6),
        ("decoder.hidden1", 3, 5), ("decoder.hidden2", 5, 5), ("decoder.output", 5, outputs),
    ]
    weights = {}
    for name, inputs, size in sizes:
        weights[f"{name}.weight"] = truth(normal(size, inputs, 1, 1, deviation=0.6))
        weights[f"{name}.bias"] = truth(normal(size, deviation=0.3))
    return weights


def vae_chain(x, weights, prefix):
    for layer in ["hidden1", "hidden2", "output"]:
        x = F.linear(x, weights[f"{prefix}.{layer}.weight"].flatten(1), weights[f"{prefix}.{layer}.bias"])
        if layer != "output":
            x = F.relu(x)
    return x


def vae(file, likelihood, floor):
    group = file.create_group(f"vae_{likelihood}")
    x = random.random((4, 6)).astype(np.float32)
    noise = normal(4, 3)
    weights = vae_weights(6 if likelihood == "bernoulli" else 12)
    pixels = torch.tensor(x.astype(np.float64))
    mean, log_variance = vae_chain(pixels, weights, "encoder").chunk(2, dim=1)
    z = mean + torch.tensor(noise.astype(np.float64)) * torch.exp(0.5 * log_variance)
    decoded = vae_chain(z, weights, "decoder")
    if likelihood == "bernoulli":
        log_likelihood = -F.binary_cross_entropy_with_logits(decoded, pixels, reduction="none").sum(1)
    else:
        pixel_mean, s = decoded.chunk(2, dim=1)
        variance = floor + torch.exp(s)
        log_likelihood = torch.distributions.Normal(pixel_mean, variance.sqrt()).log_prob(pixels).sum(1)
    posterior = torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    divergence = torch.distributions.kl_divergence(posterior, prior).sum(1)
    (divergence - log_likelihood).mean().backward()
    write(group, "x", x)
    write(group, "noise", noise)
    write(group, "reconstruction", -log_likelihood.mean())
    write(group, "divergence", divergence.mean())
    write(group, "log_likelihoods", log_likelihood)
    write(group, "divergences", divergence)
    write_weights(group, weights)


# LeNets: 3 images of side 32.


def lenet_weights(image_channels, channels, latent, last_side, with_decoder):
    weights = {}
    before = image_channels
    for level, count in enumerate(channels):
        weights[f"encoder.conv{level + 1}.weight"] = truth(normal(count, before, 5, 5, deviation=0.2))
        before = count
    weights["encoder.dense.weight"] = truth(normal(latent, before, last_side, last_side, deviation=0.1))
    if with_decoder:
        before = latent // 16
        for level, count in enumerate(reversed(channels)):
            weights[f"decoder.conv{level + 1}.weight"] = truth(normal(before, count, 5, 5, deviation=0.2))
            before = count
        weights["decoder.image.weight"] = truth(normal(before, image_channels, 5, 5, deviation=0.2))
    return weights


class LeNet:
    def __init__(self, weights, levels, latent, normalizes_latent, last_side):
        self.weights, self.levels, self.latent = weights, levels, latent
        self.normalizes_latent, self.last_side = normalizes_latent, last_side
        self.running = {}
        self.training = True

    def batch_norm(self, x, name):
        if name not in self.running:
            channels = x.shape[1]
            self.running[name] = (
                torch.zeros(channels, dtype=torch.float64), torch.ones(channels, dtype=torch.float64))
        mean, variance = self.running[name]
        return F.batch_norm(x, mean, variance, training=self.training, momentum=0.1, eps=1e-4)

    def encode(self, x):
        for level in range(1, self.levels + 1):
            x = F.conv2d(x, self.weights[f"encoder.conv{level}.weight"], padding=2)
            x = F.max_pool2d(F.leaky_relu(self.batch_norm(x, f"encoder.conv{level}"), 0.01), 2)
        return F.linear(x.flatten(1), self.weights["encoder.dense.weight"].flatten(1))

    def decode(self, z):
        if self.normalizes_latent:
            z = self.batch_norm(z, "encoder.dense")
        x = F.leaky_relu(z.view(len(z), self.latent // 16, 4, 4), 0.01)
        if self.last_side == 8:
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        for level in range(1, self.levels + 1):
            x = F.conv_transpose2d(x, self.weights[f"decoder.conv{level}.weight"], padding=2)
            x = F.leaky_relu(self.batch_norm(x, f"decoder.conv{level}"), 0.01)
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        return torch.sigmoid(F.conv_transpose2d(x, self.weights["decoder.image.weight"], padding=2))

    def write_running(self, group):
        for name, (mean, variance) in self.running.items():
            write(group, f"running/{name}.running_mean", mean)
            write(group, f"running/{name}.running_variance", variance)


def autoencoder(file, name, image_channels, channels, latent, normalizes_latent, last_side):
    group = file.create_group(f"autoencoder_{name}")
    x = random.random((3, image_channels, 32, 32)).astype(np.float32)
    weights = lenet_weights(image_channels, channels, latent, last_side, with_decoder=True)
    net = LeNet(weights, len(channels), latent, normalizes_latent, last_side)
    pixels = torch.tensor(x.astype(np.float64))
    rebuilt = net.decode(net.encode(pixels))
    loss = ((rebuilt - pixels) ** 2).sum(dim=(1, 2, 3)).mean()
    loss.backward()
    net.training = False
    write(group, "x", x)
    write(group, "loss", loss)
    write(group, "reconstruction", rebuilt)
    write(group, "evaluated", net.decode(net.encode(pixels)))
    write_weights(group, weights)
    net.write_running(group)


def deep_svdd(file, objective, nu):
    group = file.create_group(f"svdd_{objective}")
    x = random.random((5, 1, 32, 32)).astype(np.float32)
    weights = lenet_weights(1, [8, 4], 16, 8, with_decoder=False)
    net = LeNet(weights, 2, 16, False, 8)
    pixels = torch.tensor(x.astype(np.float64))
    with torch.no_grad():
        distances = (net.encode(pixels) ** 2).sum(1)
    net.running = {}
    centre = normal(16, deviation=0.3)
    # Some images lie inside, some outside.
    radius = np.float32(math.sqrt(float(distances.median())))
    distances = ((net.encode(pixels) - torch.tensor(centre.astype(np.float64))) ** 2).sum(1)
    if objective == "one_class":
        loss = distances.mean()
    else:
        squared = float(radius) ** 2
        loss = squared + torch.clamp(distances - squared, min=0).mean() / nu
    loss.backward()
    net.training = False
    write(group, "x", x)
    write(group, "centre", centre)
    write(group, "radius", radius)
    write(group, "next_radius", np.quantile(np.sqrt(distances.detach().numpy()), 1 - nu))
    write(group, "objective", loss)
    write(group, "distances", distances)
    write(group, "embeddings", net.encode(pixels))
    write_weights(group, weights)


def contrast(file):
    """Global contrast normalisation with the L1 norm, then min-max scaling over the images."""
    group = file.create_group("contrast")
    images = random.integers(0, 256, (5, 2, 4, 4), dtype=np.uint8)
    images[1] = images[1] // 4
    flat = torch.tensor(images.reshape(5, -1) / 255.0)
    flat = flat - flat.mean(dim=1, keepdim=True)
    flat = flat / flat.abs().mean(dim=1, keepdim=True)
    # The first three train.
    low, high = flat[:3].min(), flat[:3].max()
    write(group, "bytes", images)
    write(group, "normalized", ((flat - low) / (high - low)).reshape(images.shape))


with h5py.File(Path(__file__).with_name("reconstruction.h5"), "w") as output:
    vae(output, "bernoulli", floor=0)
    vae(output, "gaussian", floor=float(np.float32(0.05)))
    autoencoder(output, "small", 1, [8, 4], 32, False, 8)
    autoencoder(output, "large", 3, [2, 3, 4], 16, True, 4)
    deep_svdd(output, "one_class", nu=0.1)
    deep_svdd(output, "soft_boundary", nu=0.3)
    contrast(output)

"""Loads exported weights of GANomaly into modules with the names and the order of the original's, strictly, and scores
images with them. Arguments: the safetensors file, raw bytes of images, float32 squared-L2 scores. Prints the largest
relative difference of a score.

The modules are put together here from the names that the original gives its layers; none of its code is used.
"""

import re
import sys

import numpy
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn


def encoder(side, latent, channels, width, extra):
    layers = [(f"initial-conv-{channels}-{width}", nn.Conv2d(channels, width, 4, 2, 1, bias=False))]
    layers += [(f"initial-relu-{width}", nn.LeakyReLU(0.2))]
    for layer in range(extra):
        name = f"extra-layers-{layer}-{width}"
        layers += [(f"{name}-conv", nn.Conv2d(width, width, 3, 1, 1, bias=False))]
        layers += [(f"{name}-batchnorm", nn.BatchNorm2d(width)), (f"{name}-relu", nn.LeakyReLU(0.2))]
    side, size = side // 2, width
    while side > 4:
        layers += [(f"pyramid-{size}-{size * 2}-conv", nn.Conv2d(size, size * 2, 4, 2, 1, bias=False))]
        layers += [(f"pyramid-{size * 2}-batchnorm", nn.BatchNorm2d(size * 2))]
        layers += [(f"pyramid-{size * 2}-relu", nn.LeakyReLU(0.2))]
        side, size = side // 2, size * 2
    return layers + [(f"final-{size}-1-conv", nn.Conv2d(size, latent, 4, 1, 0, bias=False))]


def decoder(side, latent, channels, width, extra):
    size, reached = width * side // 8, 4
    layers = [(f"initial-{latent}-{size}-convt", nn.ConvTranspose2d(latent, size, 4, 1, 0, bias=False))]
    layers += [(f"initial-{size}-batchnorm", nn.BatchNorm2d(size)), (f"initial-{size}-relu", nn.ReLU())]
    while reached < side // 2:
        half = size // 2
        layers += [(f"pyramid-{size}-{half}-convt", nn.ConvTranspose2d(size, half, 4, 2, 1, bias=False))]
        layers += [(f"pyramid-{half}-batchnorm", nn.BatchNorm2d(half)), (f"pyramid-{half}-relu", nn.ReLU())]
        reached, size = reached * 2, half
    for layer in range(extra):
        name = f"extra-layers-{layer}-{size}"
        layers += [(f"{name}-conv", nn.Conv2d(size, size, 3, 1, 1, bias=False))]
        layers += [(f"{name}-batchnorm", nn.BatchNorm2d(size)), (f"{name}-relu", nn.ReLU())]
    layers += [(f"final-{size}-{channels}-convt", nn.ConvTranspose2d(size, channels, 4, 2, 1, bias=False))]
    return layers + [(f"final-{channels}-tanh", nn.Tanh())]


def named(layers):
    holder, main = nn.Module(), nn.Sequential()
    for name, layer in layers:
        main.add_module(name, layer)
    holder.main = main
    return holder


weights_path, images_path, scores_path = sys.argv[1:]
weights = load_file(weights_path)
with safe_open(weights_path, "pt") as file:
    metadata = file.metadata()
channels, side, _ = map(int, metadata["image_shape"].split(","))
first = next(name for name in weights if name.startswith("netg.encoder1.main.initial-conv-"))
width = int(re.fullmatch(r".*-(\d+)\.weight", first)[1])
latent = next(weights[name] for name in weights if re.fullmatch(r"netg\.encoder1\.main\.final-.*", name)).shape[0]
extra = sum(bool(re.fullmatch(r"netg\.decoder\.main\.extra-layers-\d+-\d+-conv\.weight", name)) for name in weights)

netg = nn.Module()
netg.encoder1 = named(encoder(side, latent, channels, width, extra))
netg.decoder = named(decoder(side, latent, channels, width, extra))
netg.encoder2 = named(encoder(side, latent, channels, width, extra))
netd = nn.Module()
layers = [layer for _, layer in encoder(side, 1, channels, width, extra)]
netd.features, netd.classifier = nn.Sequential(*layers[:-1]), nn.Sequential(layers[-1], nn.Sigmoid())
for prefix, network in (("netg.", netg), ("netd.", netd)):
    own = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
    network.load_state_dict(own, strict=True)
    network.eval()

mean, deviation = {"symmetric": (0.5, 0.5), "standardised": (0.1307, 0.3081)}[metadata["input_range"]]
images = numpy.fromfile(images_path, numpy.uint8).reshape(-1, channels, side, side)
scores = numpy.fromfile(scores_path, "<f4").astype(numpy.float64)
torch.set_num_threads(1)
with torch.no_grad():
    z = netg.encoder1.main((torch.from_numpy(images).float() / 255 - mean) / deviation)
    again = netg.encoder2.main(netg.decoder.main(z))
    netd.classifier(netd.features(torch.from_numpy(images[:2]).float()))
found = (z - again).square().mean(dim=(1, 2, 3)).numpy().astype(numpy.float64)
print(numpy.max(numpy.abs(found - scores) / numpy.abs(scores)))

#!/usr/bin/env python3
"""Converts weights that the original code saved, netG.pth and netD.pth, into one file for `ganomaly import`.

    .venv-peers/bin/python experiments/peers/netg_to_safetensors.py \\
        output/ganomaly/mnist/train/weights/netG.pth output/ganomaly/mnist/train/weights/netD.pth mnist-2.safetensors
    ganomaly import mnist-2.safetensors --spec mnist --set held_out=[2] --set seeds=[0] --set protocol.epoch=last

Needs torch and safetensors. The files are dictionaries of torch.save with the weights under `state_dict`; they are
loaded as weights only, so that nothing in them is executed. Names stay the original's, behind `netg.` and `netd.`.
The original saves the epoch with the best AUC on its test set: its weights are a choice made with labels.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

try:
    import torch
    from safetensors.torch import save_file
except ImportError as error:
    sys.exit(f"{error.name} is needed: pip install torch safetensors")


def state(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a saved network by name; those of a network on several devices lose `module.`."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    tensors = saved.get("state_dict", saved) if isinstance(saved, dict) else None
    if not tensors or not all(isinstance(value, torch.Tensor) for value in tensors.values()):
        sys.exit(f"{path}: no saved network: tensors under `state_dict` are wanted")
    return {name.removeprefix("module."): tensor.contiguous() for name, tensor in tensors.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("generator", type=Path, help="netG.pth")
    parser.add_argument("discriminator", type=Path, help="netD.pth")
    parser.add_argument("output", type=Path, help="the safetensors file to write")
    arguments = parser.parse_args()
    networks = {"netg": arguments.generator, "netd": arguments.discriminator}
    tensors = {
        f"{network}.{name}": tensor for network, path in networks.items() for name, tensor in state(path).items()
    }
    save_file(tensors, arguments.output, metadata={"detector": "ganomaly"})
    print(f"{arguments.output}: {len(tensors)} tensors")


if __name__ == "__main__":
    main()

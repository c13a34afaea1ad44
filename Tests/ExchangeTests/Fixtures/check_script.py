"""Scores images with the Python file that an export wrote. Arguments: the file, raw bytes of images, their shape as
`channels,height,width`, float32 scores. Prints the largest relative difference of a score."""

import importlib.util
import sys

import numpy
import torch

script, images_path, shape, scores_path = sys.argv[1:]
specification = importlib.util.spec_from_file_location("exported", script)
exported = importlib.util.module_from_spec(specification)
specification.loader.exec_module(exported)
images = numpy.fromfile(images_path, numpy.uint8).reshape(-1, *map(int, shape.split(",")))
scores = numpy.fromfile(scores_path, "<f4").astype(numpy.float64)
torch.set_num_threads(1)
with torch.no_grad():
    output = exported.Detector()(torch.from_numpy(images))
found = (output[0] if isinstance(output, tuple) else output).numpy().astype(numpy.float64)
assert found.shape == scores.shape, (found.shape, scores.shape)
print(numpy.max(numpy.abs(found - scores) / numpy.abs(scores)))

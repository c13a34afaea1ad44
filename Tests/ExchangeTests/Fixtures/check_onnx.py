"""Checks an ONNX model, and what ONNX Runtime makes of it beside our own scores.

Arguments: the model, raw bytes of images, float32 scores, and raw bytes of reconstructions or `-`. Prints JSON: the
largest relative difference of a score and the largest difference of a rebuilt pixel in steps of a byte.
"""

import json
import sys

import numpy
import onnx
import onnxruntime

model_path, images_path, scores_path, rebuilt_path = sys.argv[1:]
model = onnx.load(model_path)
onnx.checker.check_model(model, full_check=True)
shape = [dimension.dim_value for dimension in model.graph.input[0].type.tensor_type.shape.dim[1:]]
images = numpy.fromfile(images_path, numpy.uint8).reshape(-1, *shape).astype(numpy.float32)
scores = numpy.fromfile(scores_path, "<f4").astype(numpy.float64)

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model_path, options, providers=["CPUExecutionProvider"])
# Batches of several sizes: the batch is an open dimension.
parts = numpy.split(images, [1, 98, 300])
outputs = [session.run(None, {"images": part}) for part in parts if len(part)]
found = numpy.concatenate([output[0] for output in outputs]).astype(numpy.float64)
assert found.shape == scores.shape, (found.shape, scores.shape)
result = {
    "images": len(scores),
    "relative": float(numpy.max(numpy.abs(found - scores) / numpy.abs(scores))),
    "outputs": [output.name for output in session.get_outputs()],
    "metadata": {entry.key: entry.value for entry in model.metadata_props},
    "opset": model.opset_import[0].version,
}
if rebuilt_path != "-":
    rebuilt = numpy.concatenate([output[1] for output in outputs])
    ours = numpy.fromfile(rebuilt_path, numpy.uint8).reshape(rebuilt.shape)
    result["pixels"] = float(numpy.max(numpy.abs(rebuilt - ours)))
print(json.dumps(result))

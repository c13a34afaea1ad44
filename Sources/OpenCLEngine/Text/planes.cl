// Reading planes, and what is applied to each after a convolution. `size` = elements per plane; planes are ordered by
// group, then channel.

/// target = f(source), with f of the given slope for negative inputs. One work-item per element.
kernel void activate(
    global float *target, global const float *source, int sourceOffset, float slope, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  float value = source[sourceOffset + index];
  target[index] = value > 0 ? value : value * slope;
}

/// target = f((source − mean)·factor + shift), by channel.
kernel void normalizePlanes(
    global float *target, global const float *source, int sourceOffset, global const float *mean,
    int meanOffset, global const float *factor, int factorOffset, global const float *shift, int shiftOffset,
    float slope, int channels, int size, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int channel = index / size % channels;
  float value = (source[sourceOffset + index] - mean[meanOffset + channel]) * factor[factorOffset + channel]
      + shift[shiftOffset + channel];
  target[index] = value > 0 ? value : value * slope;
}

/// target = (gradient − mean gradient − (raw − mean)·slope)·factor; zero in padded lanes. `target` may be `gradient`.
kernel void normalizeGradient(
    global float *target, global const float *gradient, int gradientOffset, global const float *raw,
    int rawOffset, global const float *mean, int meanOffset, global const float *meanGradient,
    int meanGradientOffset, global const float *slope, int slopeOffset, global const float *factor,
    int factorOffset, int channels, int images, int lanes, int size, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int plane = index / size;
  int channel = plane % channels;
  int image = plane / channels * lanes + index % lanes;
  float centered = raw[rawOffset + index] - mean[meanOffset + channel];
  float value = (gradient[gradientOffset + index] - meanGradient[meanGradientOffset + channel]
                 - centered * slope[slopeOffset + channel]) * factor[factorOffset + channel];
  target[index] = image < images ? value : 0;
}

kernel void applyTanh(global float *values, int total) {
  int index = get_global_id(0);
  if (index < total) values[index] = tanh(values[index]);
}

kernel void applySigmoid(global float *values, int total) {
  int index = get_global_id(0);
  if (index < total) values[index] = 1 / (1 + exp(-values[index]));
}

// gradient ·= f′, in place, from the activation's outputs or inputs.

/// From the sign of `seen`: the outputs, or the convolution's output without batch norm.
kernel void rectifiedDerivative(
    global float *gradient, global const float *seen, int seenOffset, float slope, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  float value = gradient[index];
  gradient[index] = seen[seenOffset + index] > 0 ? value : value * slope;
}

/// From the sign of the normalized output.
kernel void normalizedDerivative(
    global float *gradient, global const float *raw, int rawOffset, global const float *mean, int meanOffset,
    global const float *factor, int factorOffset, global const float *shift, int shiftOffset, float slope,
    int channels, int size, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int channel = index / size % channels;
  float value = gradient[index];
  float seen = (raw[rawOffset + index] - mean[meanOffset + channel]) * factor[factorOffset + channel]
      + shift[shiftOffset + channel];
  gradient[index] = seen > 0 ? value : value * slope;
}

kernel void tanhDerivative(global float *gradient, global const float *outputs, int offset, int total) {
  int index = get_global_id(0);
  if (index < total) gradient[index] *= 1 - outputs[offset + index] * outputs[offset + index];
}

kernel void sigmoidDerivative(global float *gradient, global const float *outputs, int offset, int total) {
  int index = get_global_id(0);
  if (index < total) gradient[index] *= outputs[offset + index] * (1 - outputs[offset + index]);
}

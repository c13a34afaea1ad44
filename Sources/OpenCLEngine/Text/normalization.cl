// Batch norm's per-channel values, one work-item per channel, from the sums of its planes in group order.

/// The mean and biased variance of each channel.
kernel void statistics(
    global const float4 *sums, global float *mean, global float *variance, int channels, int groups,
    int images, int lanes, int pixels) {
  int channel = get_global_id(0);
  if (channel >= channels) return;
  Pair sum = (Pair)(0, 0);
  float count = (float)images * pixels;
  for (int group = 0; group < groups; group++) {
    float numbers = min(lanes, images - group * lanes) * pixels;
    sum = addPair(sum, scalePair(sums[group * channels + channel].xy, numbers));
  }
  Pair center = dividePair(sum, count);
  Pair squares = (Pair)(0, 0);
  for (int group = 0; group < groups; group++) {
    float numbers = min(lanes, images - group * lanes) * pixels;
    float4 plane = sums[group * channels + channel];
    Pair distance = addPair(plane.xy, -center);
    squares = addPair(squares, plane.zw);
    squares = addPair(squares, scalePair(twoProduct(distance.x, distance.x), numbers));
  }
  mean[channel] = center.x;
  variance[channel] = dividePair(squares, count).x;
}

/// factor = scale/√(variance + ε); a null scale counts as 1.
kernel void normalizationFactor(
    global float *factor, global const float *scale, int scaleOffset, global const float *variance,
    float epsilon, int channels) {
  int channel = get_global_id(0);
  if (channel >= channels) return;
  float inverse = 1 / sqrt(variance[channel] + epsilon);
  factor[channel] = (scale ? scale[scaleOffset + channel] : 1) * inverse;
}

/// Batch norm's backward pass; overwrites meanGradient and slope, and accumulates into the other gradients where given.
kernel void normalizationSlopes(
    global const float4 *sums, global const float *variance, float epsilon, int isOfTheBatch,
    global float *meanGradient, global float *slope, global float *scaleGradient, int scaleOffset,
    global float *shiftGradient, int shiftOffset, int channels, int groups, int count) {
  int channel = get_global_id(0);
  if (channel >= channels) return;
  Pair sum = (Pair)(0, 0), products = (Pair)(0, 0);
  for (int group = 0; group < groups; group++) {
    float4 plane = sums[group * channels + channel];
    sum = addPair(sum, plane.xy);
    products = addPair(products, plane.zw);
  }
  float inverse = 1 / sqrt(variance[channel] + epsilon);
  if (shiftGradient) shiftGradient[shiftOffset + channel] += sum.x;
  if (scaleGradient) scaleGradient[scaleOffset + channel] += products.x * inverse;
  meanGradient[channel] = isOfTheBatch ? sum.x / (float)count : 0;
  slope[channel] = isOfTheBatch ? products.x * inverse * inverse / (float)count : 0;
}

/// biasGradient += the sum over the planes of each channel
kernel void addBiasGradient(
    global float *biasGradient, int offset, global const float4 *sums, int channels, int groups) {
  int channel = get_global_id(0);
  if (channel >= channels) return;
  Pair sum = (Pair)(0, 0);
  for (int group = 0; group < groups; group++) sum = addPair(sum, sums[group * channels + channel].xy);
  biasGradient[offset + channel] += sum.x;
}

/// r ← (1 − m)·r + m·b, with the unbiased variance.
kernel void updateRunning(
    global float *mean, int meanOffset, global float *variance, int varianceOffset,
    global const float *batchMean, global const float *batchVariance, float momentum, float unbiased,
    int channels) {
  int channel = get_global_id(0);
  if (channel >= channels) return;
  global float *r = mean + meanOffset + channel, *v = variance + varianceOffset + channel;
  *r = (1 - momentum) * *r + momentum * batchMean[channel];
  *v = (1 - momentum) * *v + momentum * (batchVariance[channel] * unbiased);
}

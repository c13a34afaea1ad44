// One work-item per element. Operations and their order match the host's, and so do the bits.

kernel void add(global const float *source, global float *target, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] += source[index];
}

kernel void addScaled(global const float *source, global float *target, float factor, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] += source[index] * factor;
}

kernel void multiply(global float *target, global const float *a, global const float *b, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] = a[index] * b[index];
}

kernel void scaledDifference(
    global float *target, global const float *a, global const float *b, float factor, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] = (a[index] - b[index]) * factor;
}

kernel void addScaledDifference(
    global float *target, global const float *a, global const float *b, float factor, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] += (a[index] - b[index]) * factor;
}

/// target += sign(a − b)·factor, with sign(0) = 0
kernel void addScaledSign(
    global float *target, global const float *a, global const float *b, float factor, int count) {
  int index = get_global_id(0);
  if (index >= count) return;
  float positive = a[index] > b[index] ? factor : 0;
  float negative = a[index] < b[index] ? factor : 0;
  target[index] += positive - negative;
}

/// target = max(source, 0)
kernel void rectify(global float *target, global const float *source, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] = source[index] > 0 ? source[index] : 0;
}

/// target += gradient where source > 0
kernel void addRectifiedGradient(
    global float *target, global const float *gradient, global const float *source, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] += source[index] > 0 ? gradient[index] : 0;
}

/// One step of Adam: see `AdamStep`.
kernel void adam(
    global float *parameters, global const float *gradient, global float *firstMoment,
    global float *secondMoment, float beta1, float rest1, float beta2, float rest2, float stepSize,
    float rootCorrection, float epsilon, int count) {
  int index = get_global_id(0);
  if (index >= count) return;
  float slope = gradient[index];
  float first = beta1 * firstMoment[index] + rest1 * slope;
  float second = beta2 * secondMoment[index] + rest2 * slope * slope;
  firstMoment[index] = first;
  secondMoment[index] = second;
  parameters[index] -= stepSize * first / (sqrt(second) * rootCorrection + epsilon);
}

/// target[offset…] = the sum of all parts, in order; added to the previous values if `accumulates`.
kernel void addParts(
    global float *target, int offset, global const float *partial, int parts, int accumulates, int count) {
  int index = get_global_id(0);
  if (index >= count) return;
  float sum = partial[index];
  for (int part = 1; part < parts; part++) sum += partial[part * count + index];
  target[offset + index] = accumulates ? target[offset + index] + sum : sum;
}

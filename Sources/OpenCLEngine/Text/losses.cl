// Sums over two batches, excluding padding, and the gradient of the cross-entropy.

/// |a − b| or (a − b)².
static Pair term(float a, float b, int isSquared) {
  Pair difference = twoSum(a, -b);
  if (isSquared) {
    Pair square = twoProduct(difference.x, difference.x);
    square.y += 2 * difference.x * difference.y;
    return square;
  }
  if (difference.x < 0) return -difference;
  return difference;
}

/// sums[offset + 2·group, …] = the partial sum of a work-group, as a pair, whose items stride over the batch; the host
/// adds these in order.
kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void differences(
    global float *sums, int offset, global const float *a, global const float *b, int isSquared, int images,
    int lanes, int count, int total) {
  local Pair pairs[GROUP];
  Pair sum = (Pair)(0, 0);
  for (int index = get_global_id(0); index < total; index += get_global_size(0)) {
    int image = index / lanes / count * lanes + index % lanes;
    if (image < images) sum = addPair(sum, term(a[index], b[index], isSquared));
  }
  sum = sumOfGroup(sum, pairs);
  if (get_local_id(0) == 0) vstore2(sum, get_group_id(0), sums + offset);
}

/// sums[image] = (Σ |a − b|, Σ (a − b)²), each as a pair; one work-group per image, so that its sums do not depend on
/// the rest of the batch.
kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void differencesByImage(
    global float4 *sums, global const float *a, global const float *b, int lanes, int count) {
  local Pair pairs[GROUP];
  int image = get_group_id(0);
  int start = image / lanes * lanes * count + image % lanes;
  Pair absolute = (Pair)(0, 0), squared = (Pair)(0, 0);
  for (int number = get_local_id(0); number < count; number += GROUP) {
    int index = start + number * lanes;
    absolute = addPair(absolute, term(a[index], b[index], 0));
    squared = addPair(squared, term(a[index], b[index], 1));
  }
  absolute = sumOfGroup(absolute, pairs);
  squared = sumOfGroup(squared, pairs);
  if (get_local_id(0) == 0) sums[image] = (float4)(absolute, squared);
}

/// gradient = factor·(p − t)/max(p(1−p), 1e-12), with factor already divided by the count.
kernel void probabilityGradient(
    global float *gradient, global const float *probabilities, float target, float factor, int count) {
  int index = get_global_id(0);
  if (index >= count) return;
  float p = probabilities[index];
  gradient[index] = factor * (p - target) / fmax(p * (1 - p), 1e-12f);
}

/// gradient = factor·(σ(l) − t) = factor·((1−t)·σ(l) − t·σ(−l)), which avoids cancellation.
kernel void logitGradient(
    global float *gradient, global const float *logits, float target, float factor, int count) {
  int index = get_global_id(0);
  if (index >= count) return;
  float likely = 1 / (1 + exp(-logits[index])), unlikely = 1 / (1 + exp(logits[index]));
  gradient[index] = factor * ((1 - target) * likely - target * unlikely);
}

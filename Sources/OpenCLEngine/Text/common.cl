// Shared by all kernels. OpenCL C 1.2 without extensions: no doubles, no atomics, no sub-groups.
//
// Batches are laid out as on the host: [group][channel][row][column][lane], one image per lane. A *plane* is one
// channel of one group: `size` = pixels·lanes elements. Padded lanes of gradients are zero.

// Every fused multiply-add is explicit, so that the source shows what is fused.
#pragma OPENCL FP_CONTRACT OFF

/// A sum hi + lo, where lo holds the rounding error of hi: some 48 bits, in place of a double.
typedef float2 Pair;

/// a + b, exactly, whatever their magnitudes.
static Pair twoSum(float a, float b) {
  float sum = a + b;
  float part = sum - a;
  return (Pair)(sum, (a - (sum - part)) + (b - part));
}

static Pair addFloat(Pair sum, float value) {
  Pair exact = twoSum(sum.x, value);
  return twoSum(exact.x, exact.y + sum.y);
}

static Pair addPair(Pair a, Pair b) {
  Pair exact = twoSum(a.x, b.x);
  return twoSum(exact.x, exact.y + (a.y + b.y));
}

/// a·b of two floats, exactly.
static Pair twoProduct(float a, float b) {
  float product = a * b;
  return (Pair)(product, fma(a, b, -product));
}

static Pair scalePair(Pair a, float factor) {
  Pair exact = twoProduct(a.x, factor);
  return twoSum(exact.x, fma(a.y, factor, exact.y));
}

static Pair dividePair(Pair a, float divisor) {
  float quotient = a.x / divisor;
  float rest = fma(-quotient, divisor, a.x) + a.y;
  return twoSum(quotient, rest / divisor);
}

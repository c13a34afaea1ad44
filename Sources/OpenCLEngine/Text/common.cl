// What all kernels share. OpenCL C 1.2 without extensions: no doubles, no atomics, no sub-groups.
//
// A batch lies as on the processor: [group][channel][row][column][lane], an image a lane; a *plane* is one channel of
// one group, so `size` = pixels·lanes numbers. Padded lanes of gradients are zero.

// Every fused multiply-add is written out, so that the text says what is fused.
#pragma OPENCL FP_CONTRACT OFF

/// A sum as hi + lo, where lo holds what rounding hi left out: some 48 bits, which stand in for doubles.
typedef float2 Pair;

/// a + b, exactly, for any order of magnitude.
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

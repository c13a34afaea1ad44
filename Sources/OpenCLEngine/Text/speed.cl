// Peak speeds of a device, which `ganomaly bench` prints next to its measurements.

/// results[item] = the end of eight chains of `turns` fused multiply-adds, on four lanes each.
kernel void multiplyAddChains(global float *results, int turns) {
  int item = get_global_id(0);
  float4 factor = (float4)(0.9999f), step = (float4)(1e-6f);
  float4 a = step * item, b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5, g = a + 6, h = a + 7;
  for (int turn = 0; turn < turns; turn++) {
    a = fma(a, factor, step);
    b = fma(b, factor, step);
    c = fma(c, factor, step);
    d = fma(d, factor, step);
    e = fma(e, factor, step);
    f = fma(f, factor, step);
    g = fma(g, factor, step);
    h = fma(h, factor, step);
  }
  float4 sum = a + b + c + d + e + f + g + h;
  results[item] = sum.x + sum.y + sum.z + sum.w;
}

kernel void copyNumbers(global float4 *target, global const float4 *source, int count) {
  int index = get_global_id(0);
  if (index < count) target[index] = source[index];
}

kernel void doNothing(global float *results, int count) {
  if (count < 0) results[0] = 0;
}

// A tile of a matrix product: ROWS×COLUMNS elements per work-group, 4×4 per work-item. DEPTH terms of the sums at a
// time come from local memory, where a tile of A is stored as [k][row] and one of B as [k][column].

#define DEPTH 16
#define ITEMS (ROWS / 4 * (COLUMNS / 4))
// Padding of each row in local memory, against bank conflicts.
#define GAP 4

/// sums += the terms of a tile: 4×4 elements per work-item, terms in order.
static void addProducts(local const float *a, local const float *b, float4 sums[4]) {
  int row = get_local_id(0) / (COLUMNS / 4) * 4, column = get_local_id(0) % (COLUMNS / 4) * 4;
  for (int k = 0; k < DEPTH; k++) {
    float4 left = vload4(0, a + k * (ROWS + GAP) + row);
    float4 right = vload4(0, b + k * (COLUMNS + GAP) + column);
    sums[0] = fma((float4)(left.x), right, sums[0]);
    sums[1] = fma((float4)(left.y), right, sums[1]);
    sums[2] = fma((float4)(left.z), right, sums[2]);
    sums[3] = fma((float4)(left.w), right, sums[3]);
  }
}

/// The terms of a part: from *start up to the returned end.
static int termsOfPart(int part, int parts, int depth, int *start) {
  int length = (depth + parts - 1) / parts;
  length = (length + DEPTH - 1) / DEPTH * DEPTH;
  *start = min(depth, part * length);
  return min(depth, *start + length);
}

// Products of stored matrices, for many points at once: target = A·B, row-major. A_TRANSPOSED and B_TRANSPOSED say
// which of the two is stored transposed.

#if A_TRANSPOSED
#define A_ROW(e) (e % ROWS)
#define A_TERM(e) (e / ROWS)
#define A_PLACE(row, term) ((term) * rows + (row))
#else
#define A_ROW(e) (e / DEPTH)
#define A_TERM(e) (e % DEPTH)
#define A_PLACE(row, term) ((row) * depth + (term))
#endif

#if B_TRANSPOSED
#define B_COLUMN(e) (e / DEPTH)
#define B_TERM(e) (e % DEPTH)
#define B_PLACE(term, column) ((column) * depth + (term))
#else
#define B_COLUMN(e) (e % COLUMNS)
#define B_TERM(e) (e / COLUMNS)
#define B_PLACE(term, column) ((term) * columns + (column))
#endif

/// groups: (columns/COLUMNS, rows/ROWS, parts·points); target: [part][point][row][column].
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void pointProducts(
    global float *target, global const float *a, global const float *b, int rows, int columns, int depth,
    int points) {
  local float left[DEPTH * (ROWS + GAP)], right[DEPTH * (COLUMNS + GAP)];
  int item = get_local_id(0), firstRow = get_group_id(1) * ROWS, firstColumn = get_group_id(0) * COLUMNS;
  int point = get_group_id(2) % points, part = get_group_id(2) / points;
  a += point * rows * depth;
  b += point * columns * depth;
  float4 sums[4] = {(float4)(0), (float4)(0), (float4)(0), (float4)(0)};
  int start, end = termsOfPart(part, get_num_groups(2) / points, depth, &start);
  for (int first = start; first < end; first += DEPTH) {
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int e = item; e < ROWS * DEPTH; e += ITEMS) {
      int m = A_ROW(e), k = A_TERM(e);
      int inside = first + k < end && firstRow + m < rows;
      left[k * (ROWS + GAP) + m] = inside ? a[A_PLACE(firstRow + m, first + k)] : 0;
    }
    for (int e = item; e < COLUMNS * DEPTH; e += ITEMS) {
      int n = B_COLUMN(e), k = B_TERM(e);
      int inside = first + k < end && firstColumn + n < columns;
      right[k * (COLUMNS + GAP) + n] = inside ? b[B_PLACE(first + k, firstColumn + n)] : 0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    addProducts(left, right, sums);
  }
  target += (part * points + point) * rows * columns;
  int row = firstRow + item / (COLUMNS / 4) * 4, column = firstColumn + item % (COLUMNS / 4) * 4;
  for (int i = 0; i < 4 && row + i < rows; i++) {
    global float *line = target + (row + i) * columns + column;
    float4 sum = sums[i];
    if (column < columns) line[0] = sum.x;
    if (column + 1 < columns) line[1] = sum.y;
    if (column + 2 < columns) line[2] = sum.z;
    if (column + 3 < columns) line[3] = sum.w;
  }
}

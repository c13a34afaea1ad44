// The transforms of Toom-Cook F(4×4, 2×2) for a 4×4 convolution of stride 2 and padding 1, with the algebra and
// matrices of Kernels/Convolution/PolyphaseConvolution.swift and CKernels/toom_cook.h.
//
//   V = Bᵀ d B    [point][high channel·4 + phase][column]     high side
//   D = A y Aᵀ    [point][low channel][column]                low side
//   U = G w Gᵀ    [point][low channel][high channel·4 + phase]
//
// A column is a (group, tile, lane), a tile 4×4 pixels of the low side. Each work-item transforms to or from the 25
// points of one position. `total` = elements per point: the stride between the points of a position.

typedef struct {
  int highChannels, lowChannels, lowHeight, lowWidth, groups, lanes;
} Tiling;

/// The position of a column: its group and lane, and its tile's row and column.
typedef struct {
  int group, row, column, lane;
} Tile;

static Tile tileOf(int column, Tiling t) {
  Tile tile;
  tile.lane = column % t.lanes;
  int number = column / t.lanes;
  tile.column = number % (t.lowWidth / 4);
  number /= t.lowWidth / 4;
  tile.row = number % (t.lowHeight / 4);
  tile.group = number / (t.lowHeight / 4);
  return tile;
}

// One-dimensional transforms. Elements are `step` (results `to`) apart: rows or columns of a private matrix.

/// Bᵀ d: inputs to points.
static void inputToPoints(float *p, int to, const float *d, int step) {
  float d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step];
  p[0] = (d0 + d3) - 1.5f * (d1 + d2);
  p[to] = (d1 + d3) - 2.5f * d2;
  p[2 * to] = (d3 - d2) - 2.0f * d1;
  p[3 * to] = d3 + 0.5f * (d2 - d1);
  p[4 * to] = (d1 + d4) - 1.5f * (d2 + d3);
}

/// B e: points to inputs.
static void pointsToInput(float *d, int to, const float *e, int step) {
  float e0 = e[0], e1 = e[step], e2 = e[2 * step], e3 = e[3 * step], e4 = e[4 * step];
  d[0] = e0;
  d[to] = (e1 + e4) - 2.0f * e2 - 0.5f * e3 - 1.5f * e0;
  d[2 * to] = 0.5f * e3 - e2 - 2.5f * e1 - 1.5f * (e0 + e4);
  d[3 * to] = (e0 + e1) + (e2 + e3) - 1.5f * e4;
  d[4 * to] = e4;
}

/// Aᵀ m: points to outputs.
static void pointsToOutput(float *y, int to, const float *m, int step) {
  float m0 = m[0], m1 = m[step], m2 = m[2 * step], m3 = m[3 * step], m4 = m[4 * step];
  y[0] = (m0 + m1) + (m2 + m3);
  y[to] = 0.5f * m2 - m1 + 2.0f * m3;
  y[2 * to] = 0.25f * m2 + m1 + 4.0f * m3;
  y[3 * to] = 0.125f * m2 - m1 + 8.0f * m3 + m4;
}

/// A y: outputs to points.
static void outputToPoints(float *p, int to, const float *y, int step) {
  float y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
  p[0] = y0;
  p[to] = (y0 + y2) - (y1 + y3);
  p[2 * to] = y0 + 0.5f * y1 + 0.25f * y2 + 0.125f * y3;
  p[3 * to] = y0 + 2.0f * y1 + 4.0f * y2 + 8.0f * y3;
  p[4 * to] = y3;
}

/// G w: taps to points.
static void tapsToPoints(float *p, int to, const float *w, int step) {
  float w0 = w[0], w1 = w[step];
  p[0] = w0;
  p[to] = (w1 - w0) * (2.0f / 9);
  p[2 * to] = w0 * (-8.0f / 9) - w1 * (4.0f / 9);
  p[3 * to] = w0 * (1.0f / 9) + w1 * (2.0f / 9);
  p[4 * to] = w1;
}

/// Gᵀ u: points to taps.
static void pointsToTaps(float *w, int to, const float *u, int step) {
  float u0 = u[0], u1 = u[step], u2 = u[2 * step], u3 = u[3 * step], u4 = u[4 * step];
  w[0] = u0 - u1 * (2.0f / 9) - u2 * (8.0f / 9) + u3 * (1.0f / 9);
  w[to] = u4 + u1 * (2.0f / 9) - u2 * (4.0f / 9) + u3 * (2.0f / 9);
}

/// V of one (high channel, phase, column). Phase (r, s) has the pixels in rows 2j + r − 1 and columns 2i + s − 1.
kernel void transformHigh(global float *points, global const float *high, Tiling t, int columns, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  Tile tile = tileOf(index % columns, t);
  int channel = index / columns / 4, phase = index / columns % 4;
  int height = 2 * t.lowHeight, width = 2 * t.lowWidth;
  global const float *plane =
      high + (tile.group * t.highChannels + channel) * height * width * t.lanes + tile.lane;
  float d[25], between[25], p[25];
  for (int j = 0; j < 5; j++)
    for (int i = 0; i < 5; i++) {
      int y = 8 * tile.row + 2 * j + phase / 2 - 1, x = 8 * tile.column + 2 * i + phase % 2 - 1;
      int inside = y >= 0 && y < height && x >= 0 && x < width;
      d[5 * j + i] = inside ? plane[(y * width + x) * t.lanes] : 0;
    }
  for (int i = 0; i < 5; i++) inputToPoints(between + i, 5, d + i, 5);
  for (int j = 0; j < 5; j++) inputToPoints(p + 5 * j, 1, between + 5 * j, 1);
  for (int point = 0; point < 25; point++) points[point * total + index] = p[point];
}

/// D of one (low channel, column).
kernel void transformLow(global float *points, global const float *low, Tiling t, int columns, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  Tile tile = tileOf(index % columns, t);
  int plane = tile.group * t.lowChannels + index / columns;
  global const float *corner =
      low + ((plane * t.lowHeight + 4 * tile.row) * t.lowWidth + 4 * tile.column) * t.lanes + tile.lane;
  float y[16], between[20], p[25];
  for (int j = 0; j < 4; j++)
    for (int i = 0; i < 4; i++) y[4 * j + i] = corner[(j * t.lowWidth + i) * t.lanes];
  for (int i = 0; i < 4; i++) outputToPoints(between + i, 4, y + i, 4);
  for (int j = 0; j < 5; j++) outputToPoints(p + 5 * j, 1, between + 4 * j, 1);
  for (int point = 0; point < 25; point++) points[point * total + index] = p[point];
}

/// low = Aᵀ Y A of one (low channel, column).
kernel void lowFromPoints(global float *low, global const float *points, Tiling t, int columns, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  Tile tile = tileOf(index % columns, t);
  int plane = tile.group * t.lowChannels + index / columns;
  global float *corner =
      low + ((plane * t.lowHeight + 4 * tile.row) * t.lowWidth + 4 * tile.column) * t.lanes + tile.lane;
  float m[25], between[20], y[16];
  for (int point = 0; point < 25; point++) m[point] = points[point * total + index];
  for (int i = 0; i < 5; i++) pointsToOutput(between + i, 5, m + i, 5);
  for (int j = 0; j < 4; j++) pointsToOutput(y + 4 * j, 1, between + 5 * j, 1);
  for (int j = 0; j < 4; j++)
    for (int i = 0; i < 4; i++) corner[(j * t.lowWidth + i) * t.lanes] = y[4 * j + i];
}

/// high = Σ B E Bᵀ of one (high channel, phase, column): 4×4 pixels of the phase, including what neighboring tiles add
/// to them, so that nothing is scattered.
///
/// Tiles overlap by one pixel of the phase: the last of a tile's five is the first of the next tile. A phase with r = 0
/// owns the last four, since its first pixel lies before the tile; one with r = 1 owns the first four. The first row of
/// B involves point 0 alone, the last one point 4 alone.
kernel void highFromPoints(global float *high, global const float *points, Tiling t, int columns, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  Tile tile = tileOf(index % columns, t);
  int channel = index / columns / 4, r = index / columns % 4 / 2, s = index / columns % 2;
  int tileColumns = t.lowWidth / 4, tileRows = t.lowHeight / 4, width = 2 * t.lowWidth;
  float e[25], between[25], d[25];
  for (int point = 0; point < 25; point++) e[point] = points[point * total + index];
  for (int i = 0; i < 5; i++) pointsToInput(between + i, 5, e + i, 5);

  // The row shared with the tile below (r = 0) or above (r = 1), and the neighbor's contribution to it.
  int sharedRow = r ? 0 : 4, rowPoint = r ? 4 : 0, below = (r ? -1 : 1);
  int hasRow = tile.row + below >= 0 && tile.row + below < tileRows;
  int nextRow = index + below * tileColumns * t.lanes;
  if (hasRow)
    for (int i = 0; i < 5; i++) between[5 * sharedRow + i] += points[(5 * rowPoint + i) * total + nextRow];
  for (int j = 0; j < 5; j++) pointsToInput(d + 5 * j, 1, between + 5 * j, 1);

  // Likewise the column shared with the tile to the right (s = 0) or left (s = 1).
  int sharedColumn = s ? 0 : 4, columnPoint = s ? 4 : 0, right = (s ? -1 : 1);
  if (tile.column + right >= 0 && tile.column + right < tileColumns) {
    int nextColumn = index + right * t.lanes;
    float neighbor[5], added[5];
    for (int j = 0; j < 5; j++) neighbor[j] = points[(5 * j + columnPoint) * total + nextColumn];
    pointsToInput(added, 1, neighbor, 1);
    if (hasRow)
      added[sharedRow] += points[(5 * rowPoint + columnPoint) * total + nextRow + right * t.lanes];
    for (int j = 0; j < 5; j++) d[5 * j + sharedColumn] += added[j];
  }

  int plane = tile.group * t.highChannels + channel;
  global float *target = high + plane * 4 * t.lowHeight * t.lowWidth * t.lanes + tile.lane;
  for (int j = 1 - r; j < 5 - r; j++)
    for (int i = 1 - s; i < 5 - s; i++) {
      int y = 8 * tile.row + 2 * j + r - 1, x = 8 * tile.column + 2 * i + s - 1;
      target[(y * width + x) * t.lanes] = d[5 * j + i];
    }
}

/// U of one (low channel, high channel, phase), from the taps (2a + r, 2b + s) of the phase.
kernel void transformWeights(global float *points, global const float *weights, int offset, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int r = index % 4 / 2, s = index % 2;
  global const float *taps = weights + offset + index / 4 * 16;
  float w[4], between[10], p[25];
  for (int a = 0; a < 2; a++)
    for (int b = 0; b < 2; b++) w[2 * a + b] = taps[(2 * a + r) * 4 + 2 * b + s];
  for (int b = 0; b < 2; b++) tapsToPoints(between + b, 2, w + b, 2);
  for (int j = 0; j < 5; j++) tapsToPoints(p + 5 * j, 1, between + 2 * j, 1);
  for (int point = 0; point < 25; point++) points[point * total + index] = p[point];
}

/// weights += Gᵀ dU G of one (low channel, high channel, phase).
kernel void addWeightsFromPoints(global float *weights, int offset, global const float *points, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int r = index % 4 / 2, s = index % 2;
  global float *taps = weights + offset + index / 4 * 16;
  float u[25], between[10], w[4];
  for (int point = 0; point < 25; point++) u[point] = points[point * total + index];
  for (int i = 0; i < 5; i++) pointsToTaps(between + i, 5, u + i, 5);
  for (int a = 0; a < 2; a++) pointsToTaps(w + 2 * a, 1, between + 5 * a, 1);
  for (int a = 0; a < 2; a++)
    for (int b = 0; b < 2; b++) taps[(2 * a + r) * 4 + 2 * b + s] += w[2 * a + b];
}

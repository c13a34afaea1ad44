// The three products of a convolution, as implicit matrix products: patches are gathered while a tile is loaded, and
// never stored. Any kernel, stride and padding; a linear layer is a special case.
//
//   high → low   low[l][column]  = Σ over (h, tap) of w[l][h][tap]·high[h][where column and tap meet]
//   low → high   high[h][column] = Σ over (l, tap) of w[l][h][tap]·low[l][where they meet]
//                one product for each of stride² phases: the high pixels of a phase meet the same taps
//   weights      dw[l][h][tap]   = Σ over columns of low[l][column]·high[h][where they meet]
//
// A column is a (group, pixel, lane). Each work-group computes a tile of ROWS×COLUMNS elements (see tile.cl), each
// work-item 4×4 of them, DEPTH terms of the sum at a time. The sum may be split into parts, which are stored one after
// another in `target` and added by `addParts` (elementwise.cl).
//
// The host supplies tables of taps: (offset, row, column, offset in the weights).

typedef struct {
  int highChannels, highHeight, highWidth;
  int lowChannels, lowHeight, lowWidth;
  int side, stride, padding;
  int groups, lanes;
} Geometry;

/// target[row·step + places[column]] = the work-item's sums, where row and column exist; places are -1 for columns that
/// do not.
static void storeTile(
    global float *target, float4 sums[4], int firstRow, int rows, int step, local const int *places) {
  int row = get_local_id(0) / (COLUMNS / 4) * 4, column = get_local_id(0) % (COLUMNS / 4) * 4;
  for (int i = 0; i < 4; i++) {
    if (firstRow + row + i >= rows) return;
    global float *line = target + (firstRow + row + i) * step;
    float4 sum = sums[i];
    if (places[column] >= 0) line[places[column]] = sum.x;
    if (places[column + 1] >= 0) line[places[column + 1]] = sum.y;
    if (places[column + 2] >= 0) line[places[column + 2]] = sum.z;
    if (places[column + 3] >= 0) line[places[column + 3]] = sum.w;
  }
}

/// b = the values of `source` under the taps from `first` to `end`, for each column; zero outside the image. A column
/// has a base offset, row and column in the source, to which each tap adds its own.
static void gatherTile(
    local float *b, global const float *source, int height, int width, global const int4 *taps, int first,
    int end, local const int *bases, local const int *rows, local const int *columns) {
  for (int e = get_local_id(0); e < COLUMNS * DEPTH; e += ITEMS) {
    int n = e % COLUMNS, k = e / COLUMNS;
    float value = 0;
    if (first + k < end) {
      int4 tap = taps[first + k];
      int row = rows[n] + tap.y, column = columns[n] + tap.z;
      if (row >= 0 && row < height && column >= 0 && column < width) value = source[bases[n] + tap.x];
    }
    b[k * (COLUMNS + GAP) + n] = value;
  }
}

/// groups: (columns/COLUMNS, low channels/ROWS, parts); taps: those of all high channels.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void highToLow(
    global float *target, global const float *high, global const float *weights, int weightOffset,
    global const int4 *taps, Geometry g, int targetCount) {
  local float a[DEPTH * (ROWS + GAP)], b[DEPTH * (COLUMNS + GAP)];
  local int bases[COLUMNS], rows[COLUMNS], columns[COLUMNS], places[COLUMNS];
  int item = get_local_id(0), firstRow = get_group_id(1) * ROWS;
  int lowPixels = g.lowHeight * g.lowWidth, highPixels = g.highHeight * g.highWidth;
  int depth = g.highChannels * g.side * g.side;
  for (int n = item; n < COLUMNS; n += ITEMS) {
    int column = get_group_id(0) * COLUMNS + n;
    int lane = column % g.lanes, pixel = column / g.lanes % lowPixels, group = column / g.lanes / lowPixels;
    int row = pixel / g.lowWidth * g.stride - g.padding;
    int place = pixel % g.lowWidth * g.stride - g.padding;
    int exists = group < g.groups;
    bases[n] = (group * g.highChannels * highPixels + row * g.highWidth + place) * g.lanes + lane;
    // For columns that do not exist, a row from which no tap reaches the image.
    rows[n] = exists ? row : -(1 << 20);
    columns[n] = place;
    places[n] = exists ? (group * g.lowChannels * lowPixels + pixel) * g.lanes + lane : -1;
  }
  float4 sums[4] = {(float4)(0), (float4)(0), (float4)(0), (float4)(0)};
  int start, end = termsOfPart(get_group_id(2), get_num_groups(2), depth, &start);
  for (int first = start; first < end; first += DEPTH) {
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int e = item; e < ROWS * DEPTH; e += ITEMS) {
      int k = e % DEPTH, m = e / DEPTH;
      int inside = first + k < end && firstRow + m < g.lowChannels;
      a[k * (ROWS + GAP) + m] = inside ? weights[weightOffset + (firstRow + m) * depth + first + k] : 0;
    }
    gatherTile(b, high, g.highHeight, g.highWidth, taps, first, end, bases, rows, columns);
    barrier(CLK_LOCAL_MEM_FENCE);
    addProducts(a, b, sums);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  storeTile(target + get_group_id(2) * targetCount, sums, firstRow, g.lowChannels, lowPixels * g.lanes, places);
}

/// groups: (columns/COLUMNS, high channels/ROWS, phases·parts); phases: (first row, first column, first tap, number of
/// taps) of each, with the first row and column on the high side.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void lowToHigh(
    global float *target, global const float *low, global const float *weights, int weightOffset,
    global const int4 *taps, global const int4 *phases, Geometry g, int targetCount, int parts) {
  local float a[DEPTH * (ROWS + GAP)], b[DEPTH * (COLUMNS + GAP)];
  local int bases[COLUMNS], rows[COLUMNS], columns[COLUMNS], places[COLUMNS];
  int item = get_local_id(0), firstRow = get_group_id(1) * ROWS;
  int4 phase = phases[get_group_id(2) / parts];
  taps += phase.z;
  int part = get_group_id(2) % parts, depth = phase.w;
  int lowPixels = g.lowHeight * g.lowWidth, highPixels = g.highHeight * g.highWidth, tapCount = g.side * g.side;
  int height = (g.highHeight - phase.x + g.stride - 1) / g.stride;
  int width = (g.highWidth - phase.y + g.stride - 1) / g.stride;
  for (int n = item; n < COLUMNS; n += ITEMS) {
    int column = get_group_id(0) * COLUMNS + n;
    int lane = column % g.lanes, pixel = column / g.lanes % (height * width);
    int group = column / g.lanes / (height * width);
    int y = phase.x + pixel / width * g.stride, x = phase.y + pixel % width * g.stride;
    // The low pixel under the phase's first tap.
    int row = (y + g.padding) / g.stride, place = (x + g.padding) / g.stride;
    int exists = group < g.groups;
    bases[n] = (group * g.lowChannels * lowPixels + row * g.lowWidth + place) * g.lanes + lane;
    rows[n] = exists ? row : -(1 << 20);
    columns[n] = place;
    places[n] =
        exists ? (group * g.highChannels * highPixels + y * g.highWidth + x) * g.lanes + lane : -1;
  }
  float4 sums[4] = {(float4)(0), (float4)(0), (float4)(0), (float4)(0)};
  int start, end = termsOfPart(part, parts, depth, &start);
  for (int first = start; first < end; first += DEPTH) {
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int e = item; e < ROWS * DEPTH; e += ITEMS) {
      int k = e % DEPTH, m = e / DEPTH;
      int inside = first + k < end && firstRow + m < g.highChannels;
      int place = weightOffset + (firstRow + m) * tapCount;
      a[k * (ROWS + GAP) + m] = inside ? weights[place + taps[first + k].w] : 0;
    }
    gatherTile(b, low, g.lowHeight, g.lowWidth, taps, first, end, bases, rows, columns);
    barrier(CLK_LOCAL_MEM_FENCE);
    addProducts(a, b, sums);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  storeTile(target + part * targetCount, sums, firstRow, g.highChannels, highPixels * g.lanes, places);
}

/// groups: (taps/COLUMNS, low channels/ROWS, parts); the terms of the sums are the columns; taps: as for highToLow.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void weightGradient(
    global float *target, global const float *high, global const float *low, global const int4 *taps,
    Geometry g) {
  local float a[DEPTH * (ROWS + GAP)], b[DEPTH * (COLUMNS + GAP)];
  local int offsets[COLUMNS], rows[COLUMNS], columns[COLUMNS], places[COLUMNS];
  int item = get_local_id(0), firstRow = get_group_id(1) * ROWS;
  int lowPixels = g.lowHeight * g.lowWidth, highPixels = g.highHeight * g.highWidth;
  int tapCount = g.highChannels * g.side * g.side;
  for (int n = item; n < COLUMNS; n += ITEMS) {
    int column = get_group_id(0) * COLUMNS + n;
    int4 tap = taps[min(column, tapCount - 1)];
    offsets[n] = tap.x;
    rows[n] = column < tapCount ? tap.y : -(1 << 20);
    columns[n] = tap.z;
    places[n] = column < tapCount ? column : -1;
  }
  float4 sums[4] = {(float4)(0), (float4)(0), (float4)(0), (float4)(0)};
  int start, end = termsOfPart(get_group_id(2), get_num_groups(2), g.groups * lowPixels * g.lanes, &start);
  // Each work-item loads terms of a single k, and steps through their pixels incrementally.
  int k = item % DEPTH, lane = (start + k) % g.lanes, advance = DEPTH / g.lanes;
  int x = (start + k) / g.lanes % g.lowWidth, y = (start + k) / g.lanes / g.lowWidth % g.lowHeight;
  int group = (start + k) / g.lanes / lowPixels;
  for (int first = start; first < end; first += DEPTH) {
    int exists = first + k < end;
    int row = y * g.stride - g.padding, column = x * g.stride - g.padding;
    int lowBase = (group * g.lowChannels * lowPixels + y * g.lowWidth + x) * g.lanes + lane;
    int highBase = (group * g.highChannels * highPixels + row * g.highWidth + column) * g.lanes + lane;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int m = item / DEPTH; m < ROWS; m += ITEMS / DEPTH) {
      int inside = exists && firstRow + m < g.lowChannels;
      a[k * (ROWS + GAP) + m] = inside ? low[lowBase + (firstRow + m) * lowPixels * g.lanes] : 0;
    }
    for (int n = item / DEPTH; n < COLUMNS; n += ITEMS / DEPTH) {
      int r = row + rows[n], c = column + columns[n];
      int inside = exists && r >= 0 && r < g.highHeight && c >= 0 && c < g.highWidth;
      b[k * (COLUMNS + GAP) + n] = inside ? high[highBase + offsets[n]] : 0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    addProducts(a, b, sums);
    for (x += advance; x >= g.lowWidth; x -= g.lowWidth) y++;
    for (; y >= g.lowHeight; y -= g.lowHeight) group++;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  storeTile(
      target + get_group_id(2) * g.lowChannels * tapCount, sums, firstRow, g.lowChannels, tapCount, places);
}

// The kernels, written for 16 lanes. Each variant_*.c includes this file once to compile it for one instruction set,
// and defines VARIANT_NAME, VARIANT (a C name) and WIDE_TILE: the most panels that a six-row tile of products covers, 4
// if 24 sums of 16 lanes fit the registers, otherwise 1.
#include "include/CKernels.h"
#include "toom_cook.h"

#define UNROLL _Pragma("GCC unroll 32")

INLINE lanes load(const float *from) { return *(const lanes *)from; }
INLINE void store(float *to, lanes values) { *(lanes *)to = values; }

// MARK: Products

enum { TILE_ROWS = 6 };

// One tile of `rows` × `panels`, both compile-time constants, so that its sums stay in registers.
INLINE void tile(
    const panel_product *p, const float *left, const float *right, float *result, const int rows, const int panels) {
  lanes sum[TILE_ROWS][WIDE_TILE];
  UNROLL for (int row = 0; row < rows; row++)
    UNROLL for (int panel = 0; panel < panels; panel++) sum[row][panel] = (lanes){0};

  const ptrdiff_t left_row = p->left_row, left_inner = p->left_inner;
  const ptrdiff_t right_panel = p->right_panel, right_inner = p->right_inner;
  for (ptrdiff_t outer = 0; outer < p->outer; outer++) {
    const float *a = left + outer * p->left_outer;
    const float *b = right + outer * p->right_outer;
    for (ptrdiff_t inner = 0; inner < p->inner; inner++) {
      lanes columns[WIDE_TILE];
      UNROLL for (int panel = 0; panel < panels; panel++) columns[panel] = load(b + panel * right_panel);
      UNROLL for (int row = 0; row < rows; row++) {
        const lanes factor = a[row * left_row] - (lanes){0};
        UNROLL for (int panel = 0; panel < panels; panel++)
          sum[row][panel] = factor * columns[panel] + sum[row][panel];
      }
      a += left_inner;
      b += right_inner;
    }
  }
  UNROLL for (int row = 0; row < rows; row++) {
    UNROLL for (int panel = 0; panel < panels; panel++) {
      float *target = result + row * p->result_row + panel * p->result_panel;
      store(target, p->accumulating ? load(target) + sum[row][panel] : sum[row][panel]);
    }
  }
}

// Separate functions, so that each loop has all registers to itself.
typedef void tile_function(const panel_product *p, const float *left, const float *right, float *result);
#define TILE(ROWS, PANELS)                                                           \
  static __attribute__((noinline)) void tile_##ROWS##_##PANELS(                      \
      const panel_product *p, const float *left, const float *right, float *result) { \
    tile(p, left, right, result, ROWS, PANELS);                                      \
  }
#define TILES(PANELS) \
  TILE(1, PANELS) TILE(2, PANELS) TILE(3, PANELS) TILE(4, PANELS) TILE(5, PANELS) TILE(6, PANELS)
#define TILE_FUNCTIONS(PANELS) \
  { tile_1_##PANELS, tile_2_##PANELS, tile_3_##PANELS, tile_4_##PANELS, tile_5_##PANELS, tile_6_##PANELS }
TILES(1)
#if WIDE_TILE == 4
TILES(2)
TILES(4)
static const int tile_panels[] = {4, 2, 1};
static tile_function *const tiles[][TILE_ROWS] = {TILE_FUNCTIONS(4), TILE_FUNCTIONS(2), TILE_FUNCTIONS(1)};
#else
static const int tile_panels[] = {1};
static tile_function *const tiles[][TILE_ROWS] = {TILE_FUNCTIONS(1)};
#endif

// Panels in the outer loop: a panel fetched from far away then serves all rows at once.
static void multiply(const panel_product *p) {
  int width = 0;
  for (ptrdiff_t panel = 0; panel < p->panels; panel += tile_panels[width]) {
    while (panel + tile_panels[width] > p->panels) width++;
    const float *right = p->right + panel * p->right_panel;
    float *result = p->result + panel * p->result_panel;
    for (ptrdiff_t row = 0; row < p->rows; row += TILE_ROWS) {
      const ptrdiff_t rows = p->rows - row < TILE_ROWS ? p->rows - row : TILE_ROWS;
      tiles[width][rows - 1](p, p->left + row * p->left_row, right, result + row * p->result_row);
    }
  }
}

// Interleaves the lanes of two vectors: first the lower halves of a pair, then the upper halves.
INLINE void interleave(lanes *to, const lanes *from) {
  UNROLL for (int i = 0; i < 8; i++) {
    const lanes a = from[i], b = from[i + 8];
    to[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    to[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
}

// Four rounds, each of which swaps one bit of the row index with one of the column index.
static void transpose(float *target, ptrdiff_t target_stride, const float *source, ptrdiff_t source_stride) {
  lanes a[16], b[16];
  UNROLL for (int i = 0; i < 16; i++) a[i] = load(source + i * source_stride);
  interleave(b, a);
  interleave(a, b);
  interleave(b, a);
  interleave(a, b);
  UNROLL for (int i = 0; i < 16; i++) store(target + i * target_stride, a[i]);
}

// MARK: Transforms of activations

enum { WIDTH = 16, PHASES = 4 };

static void high_to_points(float *points, const float *plane, const tile_grid *grid) {
  const ptrdiff_t pitch = (8 * grid->columns + 2) * WIDTH, step = grid->point_stride;
  for (ptrdiff_t row = 0; row < grid->rows; row++) {
    for (ptrdiff_t column = 0; column < grid->columns; column++) {
      for (int phase = 0; phase < PHASES; phase++) {
        const float *d = plane + (8 * row + phase / 2) * pitch + (8 * column + phase % 2) * WIDTH;
        lanes v[5][5], out[5];  // [column][point of the column]
        UNROLL for (int i = 0; i < 5; i++) {
          const float *top = d + 2 * i * WIDTH;
          toom_input(v[i], load(top), load(top + 2 * pitch), load(top + 4 * pitch), load(top + 6 * pitch),
              load(top + 8 * pitch));
        }
        float *target = points + phase * WIDTH;
        UNROLL for (int j = 0; j < 5; j++) {
          toom_input(out, v[0][j], v[1][j], v[2][j], v[3][j], v[4][j]);
          UNROLL for (int i = 0; i < 5; i++) store(target + (5 * j + i) * step, out[i]);
        }
      }
      points += grid->tile_stride;
    }
  }
}

static void points_to_high(float *plane, const float *points, const tile_grid *grid) {
  const ptrdiff_t pitch = (8 * grid->columns + 2) * WIDTH, step = grid->point_stride;
  for (ptrdiff_t row = 0; row < grid->rows; row++) {
    for (ptrdiff_t column = 0; column < grid->columns; column++) {
      for (int phase = 0; phase < PHASES; phase++) {
        const float *e = points + phase * WIDTH;
        lanes v[5][5], out[5];  // [column][row]
        UNROLL for (int i = 0; i < 5; i++)
          toom_input_transposed(v[i], load(e + i * step), load(e + (5 + i) * step), load(e + (10 + i) * step),
              load(e + (15 + i) * step), load(e + (20 + i) * step));
        float *corner = plane + (8 * row + phase / 2) * pitch + (8 * column + phase % 2) * WIDTH;
        UNROLL for (int j = 0; j < 5; j++) {
          toom_input_transposed(out, v[0][j], v[1][j], v[2][j], v[3][j], v[4][j]);
          float *line = corner + 2 * j * pitch;
          UNROLL for (int i = 0; i < 5; i++) store(line + 2 * i * WIDTH, load(line + 2 * i * WIDTH) + out[i]);
        }
      }
      points += grid->tile_stride;
    }
  }
}

static void low_to_points(float *points, const float *plane, const tile_grid *grid) {
  const ptrdiff_t pitch = 4 * grid->columns * WIDTH, step = grid->point_stride;
  for (ptrdiff_t row = 0; row < grid->rows; row++) {
    for (ptrdiff_t column = 0; column < grid->columns; column++) {
      const float *y = plane + 4 * row * pitch + 4 * column * WIDTH;
      lanes v[4][5], out[5];  // [column][point of the column]
      UNROLL for (int i = 0; i < 4; i++) {
        const float *top = y + i * WIDTH;
        toom_output_transposed(v[i], load(top), load(top + pitch), load(top + 2 * pitch), load(top + 3 * pitch));
      }
      UNROLL for (int j = 0; j < 5; j++) {
        toom_output_transposed(out, v[0][j], v[1][j], v[2][j], v[3][j]);
        UNROLL for (int i = 0; i < 5; i++) store(points + (5 * j + i) * step, out[i]);
      }
      points += grid->tile_stride;
    }
  }
}

static void points_to_low(float *plane, const float *points, const tile_grid *grid) {
  const ptrdiff_t pitch = 4 * grid->columns * WIDTH, step = grid->point_stride;
  for (ptrdiff_t row = 0; row < grid->rows; row++) {
    for (ptrdiff_t column = 0; column < grid->columns; column++) {
      lanes v[5][4], out[4];  // [column of points][row]
      UNROLL for (int i = 0; i < 5; i++)
        toom_output(v[i], load(points + i * step), load(points + (5 + i) * step), load(points + (10 + i) * step),
            load(points + (15 + i) * step), load(points + (20 + i) * step));
      float *corner = plane + 4 * row * pitch + 4 * column * WIDTH;
      UNROLL for (int j = 0; j < 4; j++) {
        toom_output(out, v[0][j], v[1][j], v[2][j], v[3][j], v[4][j]);
        UNROLL for (int i = 0; i < 4; i++) store(corner + j * pitch + i * WIDTH, out[i]);
      }
      points += grid->tile_stride;
    }
  }
}

// MARK: Transforms of weights
//
// Tap (a, b) of phase (row, column) is the weight at (2a + row, 2b + column) of a 4×4 kernel. Four kernels fill the
// lanes: lane 4k + 2·row + column belongs to kernel k.

// Gathers the four taps of four kernels, from the 16 weights of each.
INLINE void taps_of_weights(lanes tap[2][2], const float *weights) {
  const lanes k0 = load(weights), k1 = load(weights + 16), k2 = load(weights + 32), k3 = load(weights + 48);
  // Rows 0 and 1 of two kernels, then rows 2 and 3.
  const lanes top0 = __builtin_shufflevector(k0, k1, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const lanes top1 = __builtin_shufflevector(k2, k3, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const lanes low0 = __builtin_shufflevector(k0, k1, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  const lanes low1 = __builtin_shufflevector(k2, k3, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
#define LEFT 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29
#define RIGHT 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31
  tap[0][0] = __builtin_shufflevector(top0, top1, LEFT);
  tap[0][1] = __builtin_shufflevector(top0, top1, RIGHT);
  tap[1][0] = __builtin_shufflevector(low0, low1, LEFT);
  tap[1][1] = __builtin_shufflevector(low0, low1, RIGHT);
}

// The inverse of `taps_of_weights`: adds the taps to the weights.
INLINE void add_taps(float *weights, lanes tap[2][2]) {
  // Two rows each of two kernels, from the left and the right tap.
#define FIRST 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23
#define SECOND 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31
  const lanes top0 = __builtin_shufflevector(tap[0][0], tap[0][1], FIRST);
  const lanes top1 = __builtin_shufflevector(tap[0][0], tap[0][1], SECOND);
  const lanes low0 = __builtin_shufflevector(tap[1][0], tap[1][1], FIRST);
  const lanes low1 = __builtin_shufflevector(tap[1][0], tap[1][1], SECOND);
#define LOWER 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define UPPER 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
  store(weights, load(weights) + __builtin_shufflevector(top0, low0, LOWER));
  store(weights + 16, load(weights + 16) + __builtin_shufflevector(top0, low0, UPPER));
  store(weights + 32, load(weights + 32) + __builtin_shufflevector(top1, low1, LOWER));
  store(weights + 48, load(weights + 48) + __builtin_shufflevector(top1, low1, UPPER));
}

// Rows of weights are too far apart for the hardware prefetcher.
enum { ROWS_AHEAD = 4 };

INLINE void foresee(const float *weights, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += 16) __builtin_prefetch(weights + i);
}

static void weights_to_points(const weight_rows *r, float *points, const float *weights) {
  for (ptrdiff_t row = 0; row < r->rows; row++) {
    foresee(weights + ROWS_AHEAD * r->weights_row, 16 * r->kernels);
    for (ptrdiff_t kernel = 0; kernel < r->kernels; kernel += 4) {
      lanes tap[2][2], v[2][5], out[5];  // v: [column of taps][point of the column]
      taps_of_weights(tap, weights + 16 * kernel);
      UNROLL for (int b = 0; b < 2; b++) toom_filter(v[b], tap[0][b], tap[1][b]);
      float *target = points + PHASES * kernel;
      UNROLL for (int j = 0; j < 5; j++) {
        toom_filter(out, v[0][j], v[1][j]);
        UNROLL for (int i = 0; i < 5; i++) store(target + (5 * j + i) * r->point_stride, out[i]);
      }
    }
    points += r->points_row;
    weights += r->weights_row;
  }
}

static void points_to_weights(const weight_rows *r, float *weights, const float *points) {
  for (ptrdiff_t row = 0; row < r->rows; row++) {
    foresee(weights + ROWS_AHEAD * r->weights_row, 16 * r->kernels);
    for (ptrdiff_t kernel = 0; kernel < r->kernels; kernel += 4) {
      const float *source = points + PHASES * kernel;
      const ptrdiff_t step = r->point_stride;
      lanes v[5][2], tap[2][2];  // v: [column of points][tap of the column]
      UNROLL for (int i = 0; i < 5; i++)
        toom_filter_transposed(v[i], load(source + i * step), load(source + (5 + i) * step),
            load(source + (10 + i) * step), load(source + (15 + i) * step), load(source + (20 + i) * step));
      UNROLL for (int a = 0; a < 2; a++)
        toom_filter_transposed(tap[a], v[0][a], v[1][a], v[2][a], v[3][a], v[4][a]);
      add_taps(weights + 16 * kernel, tap);
    }
    points += r->points_row;
    weights += r->weights_row;
  }
}

const processor_kernels VARIANT = {
    VARIANT_NAME,
    multiply,
    transpose,
    high_to_points,
    points_to_high,
    low_to_points,
    points_to_low,
    weights_to_points,
    points_to_weights,
};

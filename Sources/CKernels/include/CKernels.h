// The innermost loops of the engine. They are in C because Swift compiles a whole module for one instruction set; here
// the same source is compiled for several, and the widest one that the processor supports is chosen at run time. With
// AVX-512, the products are 1.1 to 1.4 times as fast as with AVX2, on two threads.
//
// All variants give the same bits: each result is the same chain of operations, whatever the vector width.
#pragma once
#include <stddef.h>

/// C = A·B, where B and C are stored in panels of 16 columns.
///
/// result(row, panel)[0..<16] = Σ over outer, inner of left(row, outer, inner) · right(panel, outer, inner)[0..<16]
///
/// Strides are in floats. Inner positions come in `outer` runs of `inner` each; a sum is one chain of fused
/// multiply-adds, in this order.
typedef struct panel_product {
  const float *_Nonnull left;
  ptrdiff_t left_row, left_outer, left_inner;
  const float *_Nonnull right;
  ptrdiff_t right_panel, right_outer, right_inner;
  float *_Nonnull result;
  ptrdiff_t result_row, result_panel;
  ptrdiff_t rows, panels, outer, inner;
  /// Whether the sums are added to the previous values of `result`.
  int accumulating;
} panel_product;

/// The tiles of one channel of one group of 16 images, and the strides of their 25 points.
typedef struct tile_grid {
  ptrdiff_t rows, columns;
  /// Strides from one tile to the next, and from one point to the next.
  ptrdiff_t tile_stride, point_stride;
} tile_grid;

/// Rows of 4×4 kernels, as weights and as points. `kernels`, a multiple of 4, are consecutive in each row; strides in
/// floats lead from one row to the next and from one point to the next.
typedef struct weight_rows {
  ptrdiff_t rows, kernels;
  ptrdiff_t weights_row, points_row, point_stride;
} weight_rows;

/// The functions compiled for one instruction set.
///
/// The transforms are those of toom_cook.h. A *high plane* is one channel of 16 images with a border of one pixel,
/// (8·rows + 2) × (8·columns + 2) × 16 floats; a *low plane* has no border, 4·rows × 4·columns × 16. Points of the high
/// side store the four phases of a tile consecutively, 16 floats each.
typedef struct processor_kernels {
  const char *_Nonnull name;

  void (*_Nonnull multiply)(const panel_product *_Nonnull product);
  /// target[column][row] = source[row][column] for 16 × 16 floats; strides lead from one row to the next.
  void (*_Nonnull transpose)(
      float *_Nonnull target, ptrdiff_t target_stride, const float *_Nonnull source, ptrdiff_t source_stride);

  /// points = Bᵀ d B of each tile and phase.
  void (*_Nonnull high_to_points)(
      float *_Nonnull points, const float *_Nonnull plane, const tile_grid *_Nonnull grid);
  /// plane += B e Bᵀ of each tile and phase; neighboring tiles of a phase overlap by one pixel.
  void (*_Nonnull points_to_high)(
      float *_Nonnull plane, const float *_Nonnull points, const tile_grid *_Nonnull grid);
  /// points = A y Aᵀ of each tile.
  void (*_Nonnull low_to_points)(
      float *_Nonnull points, const float *_Nonnull plane, const tile_grid *_Nonnull grid);
  /// plane = Aᵀ m A of each tile.
  void (*_Nonnull points_to_low)(
      float *_Nonnull plane, const float *_Nonnull points, const tile_grid *_Nonnull grid);
  /// points = G w Gᵀ of each kernel; a point has four phases per kernel.
  void (*_Nonnull weights_to_points)(
      const weight_rows *_Nonnull rows, float *_Nonnull points, const float *_Nonnull weights);
  /// weights += Gᵀ u G of each kernel.
  void (*_Nonnull points_to_weights)(
      const weight_rows *_Nonnull rows, float *_Nonnull weights, const float *_Nonnull points);
} processor_kernels;

/// The functions for the widest instruction set that this processor supports.
const processor_kernels *_Nonnull widest_processor_kernels(void);

/// The number of variants that this processor can run, and the variant at an index, widest first.
ptrdiff_t processor_kernels_count(void);
const processor_kernels *_Nonnull processor_kernels_at(ptrdiff_t index);

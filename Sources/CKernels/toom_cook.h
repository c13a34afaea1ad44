// The one-dimensional transforms of the Toom-Cook algorithm F(4, 2), as used in Winograd's minimal filtering (Lavin and
// Gray, Fast algorithms for convolutional neural networks, CVPR 2016): four outputs of a two-tap filter from five
// products instead of eight.
//
//     y[i] = w[0]·d[i] + w[1]·d[i + 1],  i = 0…3:    y = Aᵀ[(G w) ⊙ (Bᵀ d)]
//
// with the points 0, −1, 1/2, 2, ∞:
//
//     Bᵀ = [ 1 −3/2 −3/2   1   0 ]   G = [  1    0  ]   A = [ 1   0   0   0  ]
//          [ 0   1  −5/2   1   0 ]       [−2/9  2/9 ]       [ 1  −1   1  −1  ]
//          [ 0  −2   −1    1   0 ]       [−8/9 −4/9 ]       [ 1  1/2 1/4 1/8 ]
//          [ 0 −1/2  1/2   1   0 ]       [ 1/9  2/9 ]       [ 1   2   4   8  ]
//          [ 0   1  −3/2 −3/2  1 ]       [  0    1  ]       [ 0   0   0   1  ]
//
// The six functions below apply the three matrices and their transposes. In two dimensions, each is applied to the
// columns, then to the rows. Vector lanes are independent.
#pragma once

#define INLINE static inline __attribute__((always_inline))

// Sixteen floats with no alignment requirement; the compiler maps them to the instruction set's vectors.
typedef float lanes __attribute__((vector_size(64), aligned(4)));

// Bᵀ d: inputs to points.
INLINE void toom_input(lanes *p, const lanes d0, const lanes d1, const lanes d2, const lanes d3, const lanes d4) {
  p[0] = (d0 + d3) - 1.5f * (d1 + d2);
  p[1] = (d1 + d3) - 2.5f * d2;
  p[2] = (d3 - d2) - 2.0f * d1;
  p[3] = d3 + 0.5f * (d2 - d1);
  p[4] = (d1 + d4) - 1.5f * (d2 + d3);
}

// B e: points to gradients of the inputs.
INLINE void toom_input_transposed(
    lanes *d, const lanes e0, const lanes e1, const lanes e2, const lanes e3, const lanes e4) {
  d[0] = e0;
  d[1] = (e1 + e4) - 2.0f * e2 - 0.5f * e3 - 1.5f * e0;
  d[2] = 0.5f * e3 - e2 - 2.5f * e1 - 1.5f * (e0 + e4);
  d[3] = (e0 + e1) + (e2 + e3) - 1.5f * e4;
  d[4] = e4;
}

// Aᵀ m: points to outputs.
INLINE void toom_output(lanes *y, const lanes m0, const lanes m1, const lanes m2, const lanes m3, const lanes m4) {
  y[0] = (m0 + m1) + (m2 + m3);
  y[1] = 0.5f * m2 - m1 + 2.0f * m3;
  y[2] = 0.25f * m2 + m1 + 4.0f * m3;
  y[3] = 0.125f * m2 - m1 + 8.0f * m3 + m4;
}

// A y: gradients of the outputs to points.
INLINE void toom_output_transposed(lanes *p, const lanes y0, const lanes y1, const lanes y2, const lanes y3) {
  p[0] = y0;
  p[1] = (y0 + y2) - (y1 + y3);
  p[2] = y0 + 0.5f * y1 + 0.25f * y2 + 0.125f * y3;
  p[3] = y0 + 2.0f * y1 + 4.0f * y2 + 8.0f * y3;
  p[4] = y3;
}

// G w: taps to points.
INLINE void toom_filter(lanes *p, const lanes w0, const lanes w1) {
  p[0] = w0;
  p[1] = (w1 - w0) * (2.0f / 9);
  p[2] = w0 * (-8.0f / 9) - w1 * (4.0f / 9);
  p[3] = w0 * (1.0f / 9) + w1 * (2.0f / 9);
  p[4] = w1;
}

// Gᵀ u: points to gradients of the taps.
INLINE void toom_filter_transposed(
    lanes *w, const lanes u0, const lanes u1, const lanes u2, const lanes u3, const lanes u4) {
  w[0] = u0 - u1 * (2.0f / 9) - u2 * (8.0f / 9) + u3 * (1.0f / 9);
  w[1] = u4 + u1 * (2.0f / 9) - u2 * (4.0f / 9) + u3 * (2.0f / 9);
}

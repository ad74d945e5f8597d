// Minimal filtering F(m, 3) of a line: m results of a filter of 3 taps by m + 2 products.
// Included by sources that are compiled once for each set of instructions; nothing of the standard library in here,
// lest the linker keep its templates for the wrong one.
#pragma once

#include "vectors.h"

#define CONTRASTIVE_INLINE __attribute__((always_inline)) static inline

namespace contrastive {
namespace {

// y = A' (Gg · B'd); the gradient in the taps is G' (Ay · B'd). A point is a number that the polynomials are taken at.
template <int m>
struct Filtering;

// At 0, 1, −1 and infinity (Lavin & Gray 2016).
template <>
struct Filtering<2> {
  // B'd
  CONTRASTIVE_INLINE void input(const Vec* d, Vec* v) {
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[1] - d[3];
  }
  // Gg
  CONTRASTIVE_INLINE void filter(const Vec* g, Vec* u) {
    const Vec even = (g[0] + g[2]) * 0.5f, odd = g[1] * 0.5f;
    u[0] = g[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = g[2];
  }
  // A'm
  CONTRASTIVE_INLINE void output(const Vec* m, Vec* y) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] - m[3];
  }
  // Ay
  CONTRASTIVE_INLINE void gradient(const Vec* y, Vec* w) {
    w[0] = y[0];
    w[1] = y[0] + y[1];
    w[2] = y[0] - y[1];
    w[3] = -y[1];
  }
  // G's
  CONTRASTIVE_INLINE void taps(const Vec* s, Vec* g) {
    const Vec even = (s[1] + s[2]) * 0.5f;
    g[0] = s[0] + even;
    g[1] = (s[1] - s[2]) * 0.5f;
    g[2] = even + s[3];
  }
};

// At 0, ±5/8, ±3/2 and infinity: with the usual ±1 and ±2 the largest errors are three to five times as large. All
// constants but those of G are exact.
template <>
struct Filtering<4> {
  static constexpr float a = 0.625f, b = 1.5f, a2 = a * a, b2 = b * b, a3 = a2 * a, b3 = b2 * b;
  static constexpr float of_zero = 1 / (a2 * b2), of_a = 1 / (2 * a2 * (a2 - b2)), of_b = 1 / (2 * b2 * (b2 - a2));

  CONTRASTIVE_INLINE void input(const Vec* d, Vec* v) {
    const Vec even_a = d[4] - b2 * d[2], odd_a = d[3] - b2 * d[1], even_b = d[4] - a2 * d[2], odd_b = d[3] - a2 * d[1];
    v[0] = a2 * b2 * d[0] + (d[4] - (a2 + b2) * d[2]);
    v[1] = even_a + a * odd_a;
    v[2] = even_a - a * odd_a;
    v[3] = even_b + b * odd_b;
    v[4] = even_b - b * odd_b;
    v[5] = a2 * b2 * d[1] + (d[5] - (a2 + b2) * d[3]);
  }
  CONTRASTIVE_INLINE void filter(const Vec* g, Vec* u) {
    const Vec even_a = of_a * g[0] + a2 * of_a * g[2], odd_a = a * of_a * g[1], even_b = of_b * g[0] + b2 * of_b * g[2],
              odd_b = b * of_b * g[1];
    u[0] = of_zero * g[0];
    u[1] = even_a + odd_a;
    u[2] = even_a - odd_a;
    u[3] = even_b + odd_b;
    u[4] = even_b - odd_b;
    u[5] = g[2];
  }
  CONTRASTIVE_INLINE void output(const Vec* m, Vec* y) {
    const Vec even_a = m[1] + m[2], odd_a = m[1] - m[2], even_b = m[3] + m[4], odd_b = m[3] - m[4];
    y[0] = m[0] + even_a + even_b;
    y[1] = a * odd_a + b * odd_b;
    y[2] = a2 * even_a + b2 * even_b;
    y[3] = a3 * odd_a + b3 * odd_b + m[5];
  }
  CONTRASTIVE_INLINE void gradient(const Vec* y, Vec* w) {
    const Vec even_a = y[0] + a2 * y[2], odd_a = y[1] + a2 * y[3], even_b = y[0] + b2 * y[2], odd_b = y[1] + b2 * y[3];
    w[0] = y[0];
    w[1] = even_a + a * odd_a;
    w[2] = even_a - a * odd_a;
    w[3] = even_b + b * odd_b;
    w[4] = even_b - b * odd_b;
    w[5] = y[3];
  }
  CONTRASTIVE_INLINE void taps(const Vec* s, Vec* g) {
    const Vec even_a = of_a * (s[1] + s[2]), odd_a = of_a * (s[1] - s[2]), even_b = of_b * (s[3] + s[4]),
              odd_b = of_b * (s[3] - s[4]);
    g[0] = of_zero * s[0] + even_a + even_b;
    g[1] = a * odd_a + b * odd_b;
    g[2] = a2 * even_a + b2 * even_b + s[5];
  }
};

// Transforms a square of I×I vectors both ways, into O×O.
template <int I, int O, void (*transform)(const Vec*, Vec*), class Get, class Put>
CONTRASTIVE_INLINE void both_ways(Get get, Put put) {
  Vec half[O][I];
#pragma GCC unroll 6
  for (int j = 0; j < I; j++) {
    Vec from[I], to[O];
#pragma GCC unroll 6
    for (int i = 0; i < I; i++) from[i] = get(i, j);
    transform(from, to);
#pragma GCC unroll 6
    for (int i = 0; i < O; i++) half[i][j] = to[i];
  }
#pragma GCC unroll 6
  for (int i = 0; i < O; i++) {
    Vec to[O];
    transform(half[i], to);
#pragma GCC unroll 6
    for (int j = 0; j < O; j++) put(i, j, to[j]);
  }
}

}  // namespace
}  // namespace contrastive

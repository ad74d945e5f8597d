// Products of matrices, from registers up: the right one packed in panels of columns.
// Included by sources that are compiled once for each set of instructions; nothing of the standard library in here,
// lest the linker keep its templates for the wrong one.
#pragma once

#include "vectors.h"

namespace contrastive {
namespace {

#if defined(__AVX512F__)
constexpr int rows = 12, rows_t = 8;  // that a block of registers holds
#else
constexpr int rows = 6, rows_t = 4;
#endif
constexpr int columns = 2 * lanes;  // of a panel; the last one may have half as many

// c[R][V·lanes] = a[R][depth] · b[depth][V·lanes]
template <int R, int V>
void product(const float* a, long lda, const float* b, long depth, float* c, long ldc) {
  Vec sum[R][V];
#pragma GCC unroll 16
  for (int i = 0; i < R; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) sum[i][j] = Vec{};
  for (long k = 0; k < depth; k++) {
    Vec right[V];
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) right[j] = load(b + (k * V + j) * lanes);
#pragma GCC unroll 16
    for (int i = 0; i < R; i++) {
      const float left = a[i * lda + k];
#pragma GCC unroll 2
      for (int j = 0; j < V; j++) sum[i][j] += left * right[j];
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < R; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) store(c + i * ldc + j * lanes, sum[i][j]);
}

typedef void (*Product)(const float*, long, const float*, long, float*, long);
template <int V>
constexpr Product products[] = {
    product<1, V>, product<2, V>, product<3, V>, product<4, V>,  product<5, V>,  product<6, V>,
#if defined(__AVX512F__)
    product<7, V>, product<8, V>, product<9, V>, product<10, V>, product<11, V>, product<12, V>,
#endif
};

// out[count][k] = planes[count][c] · panels, for one of the sixteen points.
void multiply(const float* a, long c, const float* panels, long k, long count, float* out) {
  for (long column = 0; column < k; column += columns) {
    const bool wide = column + columns <= k;
    const float* panel = panels + column * c;
    for (long row = 0; row < count; row += rows) {
      const long n = least(rows, count - row);
      (wide ? products<2>[n - 1] : products<1>[n - 1])(a + row * c, c, panel, c, out + row * k + column, k);
    }
  }
}

// sum[rows_t][V·lanes] (+)= a[count][rows_t]' · b[count][V·lanes]
template <int V>
void accumulate(const float* a, long lda, const float* b, long ldb, long count, float* c, long ldc, bool fresh) {
  Vec sum[rows_t][V];
#pragma GCC unroll 8
  for (int i = 0; i < rows_t; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) sum[i][j] = fresh ? Vec{} : load(c + i * ldc + j * lanes);
  for (long t = 0; t < count; t++) {
    Vec right[V];
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) right[j] = load(b + t * ldb + j * lanes);
#pragma GCC unroll 8
    for (int i = 0; i < rows_t; i++) {
      const float left = a[t * lda + i];
#pragma GCC unroll 2
      for (int j = 0; j < V; j++) sum[i][j] += left * right[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows_t; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) store(c + i * ldc + j * lanes, sum[i][j]);
}

// sums[c][k] (+)= a[count][c]' b[count][k], in one panel of columns.
inline void accumulate_panel(const float* a, long c, const float* b, long k, long count, float* sums, long column,
                             bool fresh) {
  const auto block = column + columns <= k ? accumulate<2> : accumulate<1>;
  for (long row = 0; row < c; row += rows_t) block(a + row, c, b + column, k, count, sums + row * k + column, k, fresh);
}

}  // namespace
}  // namespace contrastive

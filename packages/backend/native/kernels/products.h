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
constexpr int group = 16;           // columns that lie side by side

// A matrix in groups of columns: rows and groups so many floats apart. By rows, groups are `group` apart.
template <class Float>
struct Grouped {
  Float* at;
  long row_apart, group_apart;
  Float* column(long c) const { return at + c / group * group_apart + c % group; }
  Grouped row(long r) const { return {at + r * row_apart, row_apart, group_apart}; }
  Grouped from_column(long c) const { return {column(c), row_apart, group_apart}; }
  operator Grouped<const Float>() const { return {at, row_apart, group_apart}; }
};
typedef Grouped<float> Matrix;
typedef Grouped<const float> View;

template <class Float>
Grouped<Float> by_rows(Float* at, long width) {
  return {at, width, group};
}

// out[R][V·lanes] (+)= a[R][depth] · b[depth][V·lanes]
template <int R, int V>
void product(View a, const float* b, long depth, Matrix out, bool fresh) {
  Vec sum[R][V];
#pragma GCC unroll 16
  for (int i = 0; i < R; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) sum[i][j] = fresh ? Vec{} : load(out.row(i).column(j * lanes));
  for (long start = 0; start < depth; start += group, a.at += a.group_apart) {
    for (int k = 0; k < group; k++, b += V * lanes) {
      Vec right[V];
#pragma GCC unroll 2
      for (int j = 0; j < V; j++) right[j] = load(b + j * lanes);
#pragma GCC unroll 16
      for (int i = 0; i < R; i++) {
        const float left = a.at[i * a.row_apart + k];
#pragma GCC unroll 2
        for (int j = 0; j < V; j++) sum[i][j] += left * right[j];
      }
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < R; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) store(out.row(i).column(j * lanes), sum[i][j]);
}

typedef void (*Product)(View, const float*, long, Matrix, bool);
template <int V>
constexpr Product products[] = {
    product<1, V>, product<2, V>, product<3, V>, product<4, V>,  product<5, V>,  product<6, V>,
#if defined(__AVX512F__)
    product<7, V>, product<8, V>, product<9, V>, product<10, V>, product<11, V>, product<12, V>,
#endif
};

// out[count][k] (+)= a[count][depth] · panels; depth and k are multiples of a group.
void multiply(View a, long depth, const float* panels, long k, long count, Matrix out, bool fresh = true) {
  for (long column = 0; column < k; column += columns) {
    const auto& of_width = column + columns <= k ? products<2> : products<1>;
    for (long row = 0; row < count; row += rows) {
      const Matrix to{out.row(row).column(column), out.row_apart, out.group_apart};
      of_width[least(rows, count - row) - 1](a.row(row), panels + column * depth, depth, to, fresh);
    }
  }
}

// sums[rows_t][V·lanes] (+)= a[count][rows_t]' · b[count][V·lanes]
template <int V>
void accumulate(View a, View b, long count, float* sums, long apart, bool fresh) {
  Vec sum[rows_t][V];
#pragma GCC unroll 8
  for (int i = 0; i < rows_t; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) sum[i][j] = fresh ? Vec{} : load(sums + i * apart + j * lanes);
  for (long t = 0; t < count; t++, a.at += a.row_apart, b.at += b.row_apart) {
    Vec right[V];
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) right[j] = load(b.column(j * lanes));
#pragma GCC unroll 8
    for (int i = 0; i < rows_t; i++) {
      const float left = a.at[i];
#pragma GCC unroll 2
      for (int j = 0; j < V; j++) sum[i][j] += left * right[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows_t; i++)
#pragma GCC unroll 2
    for (int j = 0; j < V; j++) store(sums + i * apart + j * lanes, sum[i][j]);
}

// sums[c][k] (+)= a[count][c]' b[count][k], by rows so far apart.
inline void accumulate_all(View a, long c, View b, long k, long count, float* sums, long apart, bool fresh) {
  for (long column = 0; column < k; column += columns) {
    const auto block = column + columns <= k ? accumulate<2> : accumulate<1>;
    const View right{b.column(column), b.row_apart, b.group_apart};
    for (long row = 0; row < c; row += rows_t)
      block({a.column(row), a.row_apart, a.group_apart}, right, count, sums + row * apart + column, apart, fresh);
  }
}

}  // namespace
}  // namespace contrastive

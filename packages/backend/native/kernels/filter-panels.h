// Filters as the right side of products: the planes of their transforms, packed in panels.
// Included by sources that are compiled once for each set of instructions; nothing of the standard library in here,
// lest the linker keep its templates for the wrong one.
#pragma once

#include "filtering.h"
#include "products.h"

namespace contrastive {
namespace {

struct Filter {
  const float* taps;  // [3, 3, in, out]
  long in, out;
  bool turned;  // by half a turn, with in and out exchanged, as the gradient in the images takes it
  long depth() const { return turned ? out : in; }
  long width() const { return turned ? in : out; }
};

// Puts the rows from one on, as many as a vector has lanes: what the taps are to as many channels `in`, turned.
template <int m, class Put>
void turned_rows(const Filter& filter, long channel, long row, Put put) {
  const long size = filter.in * filter.out;
  float turned[9][lanes][lanes];
  for (int tap = 0; tap < 9; tap++) {
    for (int c = 0; c < lanes; c++) {
      const Vec v = load(filter.taps + (8 - tap) * size + (channel + c) * filter.out + row);
      for (int k = 0; k < lanes; k++) turned[tap][k][c] = v[k];
    }
  }
  for (int k = 0; k < lanes; k++)
    both_ways<3, m + 2, Filtering<m>::filter>([&](int i, int j) { return load(turned[3 * i + j][k]); }, put(row + k));
}

// GgG' for some channels of the result from one on, of the rows from a first one on: planes of [panel][depth][columns],
// so many floats apart.
template <int m>
void filter_panels(const Filter& filter, long channel, long some, long first, long depth, float* panels, long apart) {
  const long size = filter.in * filter.out;
  for (long l = 0; l < some; l += lanes) {
    const long start = l / columns * columns, width = least(columns, some - start);
    float* to = panels + start * depth + l - start;
    const auto put = [=](long row) {
      return [=](int i, int j, Vec v) { store(to + ((m + 2) * i + j) * apart + row * width, v); };
    };
    if (filter.turned) {
      for (long row = 0; row < depth; row += lanes)
        turned_rows<m>(filter, channel + l, first + row, [&](long r) { return put(r - first); });
      continue;
    }
    for (long row = 0; row < depth; row++) {
      const float* from = filter.taps + (first + row) * filter.out + channel + l;
      both_ways<3, m + 2, Filtering<m>::filter>([=](int i, int j) { return load(from + (3 * i + j) * size); },
                                                put(row));
    }
  }
}

}  // namespace
}  // namespace contrastive

// The gradient of a 3×3 convolution in its filter: G'(Σ V·W)G, with sums over the tiles of the inputs' planes V and
// those W of the results' gradients.
// Included by sources that are compiled once for each set of instructions; nothing of the standard library in here,
// lest the linker keep its templates for the wrong one.
#pragma once

#include "convolution.h"
#include "pool.h"
#include "products.h"
#include "tiles.h"

namespace contrastive {
namespace {

// Of the filter, as much as is summed at a time: the sums of all points stay in a core's cache.
constexpr long tall = 64, wide = 32, sums_apart = tall * wide + group;

template <int m>
struct FilterGradient {
  ConvolutionShape shape;
  Tiles<m> tiles;
  const float *x, *dy;
  float* dfilter;
  long chunk;                // tiles at a time
  float* planes = nullptr;   // together: of the chunk, for all threads
  long first = 0;            // together: the chunk's first tile
  float* partial = nullptr;  // by parts: a gradient for each, and its tiles
  long each = 0;
  static constexpr long points = Tiles<m>::points;

  long filter_size() const { return 9 * shape.in * shape.out; }
  long planes_size() const { return Planes::size(points, chunk, shape.in) + Planes::size(points, chunk, shape.out); }
  Planes v(float* at) const { return {at, chunk, shape.in}; }
  Planes w(float* at) const { return {at + Planes::size(points, chunk, shape.in), chunk, shape.out}; }
  long across() const { return (shape.out + wide - 1) / wide; }
  long blocks() const { return (shape.in + tall - 1) / tall * across(); }
};

template <int m>
void transform_tiles(const FilterGradient<m>& job, long from, long count, float* planes, long offset) {
  input_planes(job.tiles, job.x, job.shape.in, from, count, job.v(planes), offset);
  gradient_planes(job.tiles, job.dy, job.shape.out, from, count, job.w(planes), offset);
}

// A block of the gradient, by the planes of so many tiles; added to what was there if it is not fresh.
template <int m>
void add_block(const FilterGradient<m>& job, long item, float* planes, long count, bool fresh, float* sums,
               float* dfilter) {
  constexpr int side = Tiles<m>::side;
  const long in = job.shape.in, out = job.shape.out, c = item / job.across() * tall, k = item % job.across() * wide,
             high = least(tall, in - c), some = least(wide, out - k);
  for (long p = 0; p < job.points; p++) {
    accumulate_all(job.v(planes).matrix(p).from_column(c), high, job.w(planes).matrix(p).from_column(k), some, count,
                   sums + p * sums_apart, wide, true);
  }
  for (long row = 0; row < high; row++) {
    for (long l = 0; l < some; l += lanes) {
      float* corner = dfilter + (c + row) * out + k + l;
      both_ways<side, 3, Filtering<m>::taps>(
          [=](int i, int j) { return load(sums + (side * i + j) * sums_apart + row * wide + l); },
          [=](int i, int j, Vec v) {
            float* at = corner + (3 * i + j) * in * out;
            store(at, fresh ? v : load(at) + v);
          });
    }
  }
}

// Few channels: each part of the tiles has a gradient of its own, and a chunk stays in a core's cache. The parts do not
// depend on the number of threads.
template <int m>
void gradient_part(void* context, long part, int thread) {
  const FilterGradient<m>& job = *static_cast<FilterGradient<m>*>(context);
  const long begin = part * job.each, end = least(job.tiles.total, begin + job.each);
  for (long first = begin; first < end; first += job.chunk) {
    const long count = least(job.chunk, end - first);
    transform_tiles(job, first, count, scratch(0, thread), 0);
    for (long item = 0; item < job.blocks(); item++) {
      add_block(job, item, scratch(0, thread), count, first == begin, scratch(1, thread),
                job.partial + part * job.filter_size());
    }
  }
}

template <int m>
void add_parts(void* context, long row, int) {
  const FilterGradient<m>& job = *static_cast<FilterGradient<m>*>(context);
  const long width = job.shape.out, parts = (job.tiles.total + job.each - 1) / job.each;
  for (long l = row * width; l < (row + 1) * width; l += lanes) {
    Vec total = load(job.partial + l);
    for (long part = 1; part < parts; part++) total += load(job.partial + part * job.filter_size() + l);
    store(job.dfilter + l, total);
  }
}

// Many channels: all threads transform a chunk, then share out its products.
constexpr long piece = 8;  // tiles

template <int m>
void transform_piece(void* context, long item, int) {
  const FilterGradient<m>& job = *static_cast<FilterGradient<m>*>(context);
  const long offset = item * piece, count = least(least(job.chunk, job.tiles.total - job.first) - offset, piece);
  transform_tiles(job, job.first + offset, count, job.planes, offset);
}

template <int m>
void gradient_block(void* context, long item, int thread) {
  const FilterGradient<m>& job = *static_cast<FilterGradient<m>*>(context);
  add_block(job, item, job.planes, least(job.chunk, job.tiles.total - job.first), job.first == 0, scratch(1, thread),
            job.dfilter);
}

template <int m>
void backward_filter(const ConvolutionShape& shape, const float* x, const float* dy, float* dfilter) {
  const bool by_parts = shape.in * shape.out <= 4096;
  FilterGradient<m> job{shape, Tiles<m>(shape), x, dy, dfilter, (by_parts ? 1728 : 4608) / Tiles<m>::points};
  for (int thread = 0; thread < thread_count(); thread++) {
    if (by_parts) reserve_scratch(0, thread, job.planes_size());
    reserve_scratch(1, thread, job.points * sums_apart);
  }
  if (by_parts) {
    constexpr long parts = 16;
    job.each = (job.tiles.total + parts - 1) / parts;
    if (job.each < 32) job.each = 32;  // else adding up would take longer
    job.partial = reserve_scratch(2, 0, parts * job.filter_size());
    parallel_for((job.tiles.total + job.each - 1) / job.each, gradient_part<m>, &job);
    parallel_for(9 * shape.in, add_parts<m>, &job);
    return;
  }
  job.chunk = least(job.tiles.total, job.chunk);
  job.planes = reserve_scratch(2, 0, job.planes_size());
  for (; job.first < job.tiles.total; job.first += job.chunk) {
    parallel_for((least(job.chunk, job.tiles.total - job.first) + piece - 1) / piece, transform_piece<m>, &job);
    parallel_for(job.blocks(), gradient_block<m>, &job);
  }
}

}  // namespace
}  // namespace contrastive

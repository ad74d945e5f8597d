// 3×3 convolutions with stride 1. Compiled once for each set of instructions.
#include "convolution.h"
#include "pool.h"
#include "products.h"
#include "tiles.h"

namespace contrastive {
namespace {

struct Convolution {
  ConvolutionShape shape;
  Tiles tiles;
  long chunk;
  const float *x, *panels;
  float* y;
};

void convolve_chunk(void* context, long item, int thread) {
  const Convolution& job = *static_cast<Convolution*>(context);
  const long c = job.shape.in, k = job.shape.out, first = item * job.chunk,
             count = least(job.chunk, job.tiles.total - first);
  const long plane = job.chunk * c + line, result = job.chunk * k + line;
  float* v = scratch(0, thread);
  float* m = scratch(1, thread);
  input_planes(job.tiles, job.x, c, first, count, v, plane);
  for (int p = 0; p < 16; p++) multiply(v + p * plane, c, job.panels + p * c * k, k, count, m + p * result);
  output_pixels(job.tiles, m, result, k, first, count, job.y);
}

struct Panels {
  const float* filter;
  float* panels;
  long in, out;  // of the filter as it is stored
};

// [p][panel of out][in][columns]
void forward_panels(void* context, long c, int) {
  const Panels& job = *static_cast<Panels*>(context);
  for (long k = 0; k < job.out; k += lanes) {
    const long start = k / columns * columns, width = least(columns, job.out - start);
    float* to = job.panels + start * job.in + c * width + (k - start);
    transform_filter([&](int i, int j) { return load(job.filter + ((3 * i + j) * job.in + c) * job.out + k); },
                     [&](int p, Vec v) { store(to + p * job.in * job.out, v); });
  }
}

// The filter turned by half a turn, in and out exchanged: [p][panel of in][out][columns]
void backward_panels(void* context, long c, int) {
  const Panels& job = *static_cast<Panels*>(context);
  const long start = c / columns * columns, width = least(columns, job.in - start);
  for (long k = 0; k < job.out; k += lanes) {
    float* to = job.panels + start * job.out + k * width + (c - start);
    transform_filter(
        [&](int i, int j) { return load(job.filter + ((3 * (2 - i) + 2 - j) * job.in + c) * job.out + k); },
        [&](int p, Vec v) {
          float* at = to + p * job.in * job.out;
          for (int l = 0; l < lanes; l++) at[l * width] = v[l];
        });
  }
}

long chunk_for(const ConvolutionShape& s) {
  const long fits = 196608 / (16 * (s.in + s.out)) / rows * rows;
  return fits < 5 * rows ? 5 * rows : fits > 20 * rows ? 20 * rows : fits;
}

// The planes of a chunk of tiles, for every thread: of the inputs, and of the results or of their gradients.
void reserve_planes(const ConvolutionShape& shape) {
  const long chunk = chunk_for(shape);
  for (int thread = 0; thread < thread_count(); thread++) {
    reserve_scratch(0, thread, 16 * (chunk * shape.in + line));
    reserve_scratch(1, thread, 16 * (chunk * shape.out + line));
  }
}

void convolve(const ConvolutionShape& shape, const float* x, const float* panels, float* y) {
  reserve_planes(shape);
  Convolution job{shape, Tiles(shape), chunk_for(shape), x, panels, y};
  parallel_for((job.tiles.total + job.chunk - 1) / job.chunk, convolve_chunk, &job);
}

void forward(const ConvolutionShape& shape, const float* x, const float* filter, float* y) {
  Panels job{filter, reserve_scratch(2, 0, 16 * shape.in * shape.out), shape.in, shape.out};
  parallel_for(shape.in, forward_panels, &job);
  convolve(shape, x, job.panels, y);
}

void backward_input(const ConvolutionShape& shape, const float* dy, const float* filter, float* dx) {
  Panels job{filter, reserve_scratch(2, 0, 16 * shape.in * shape.out), shape.in, shape.out};
  parallel_for(shape.in, backward_panels, &job);
  convolve({shape.batch, shape.height, shape.width, shape.out, shape.in}, dy, job.panels, dx);
}

struct FilterGradient {
  ConvolutionShape shape;
  Tiles tiles;
  const float *x, *dy;
  float* dfilter;
  float* sums = nullptr;
  long parts = 1, each = 0;               // by parts: tiles of each
  long first = 0, count = 0, piece = 32;  // together: the tiles in v and g, and how many are transformed at once
  float *v = nullptr, *g = nullptr;
  long v_plane = 0, g_plane = 0;
};

// sums[p] (+)= v[p]' g[p] in one panel of columns.
void sum_panel(const FilterGradient& job, const float* v, long v_plane, const float* g, long g_plane, long count,
               float* sums, long p, long column, bool fresh) {
  const long c = job.shape.in, k = job.shape.out;
  accumulate_panel(v + p * v_plane, c, g + p * g_plane, k, count, sums + p * c * k, column, fresh);
}

// Few channels: each part of the tiles has sums of its own, and a chunk stays in a core's cache. The parts do not
// depend on the number of threads.
void gradient_part(void* context, long part, int thread) {
  const FilterGradient& job = *static_cast<FilterGradient*>(context);
  const long c = job.shape.in, k = job.shape.out, chunk = chunk_for(job.shape),
             end = least(job.tiles.total, (part + 1) * job.each);
  const long v_plane = chunk * c + line, g_plane = chunk * k + line;
  float *v = scratch(0, thread), *g = scratch(1, thread);
  for (long first = part * job.each; first < end; first += chunk) {
    const long count = least(chunk, end - first);
    input_planes(job.tiles, job.x, c, first, count, v, v_plane);
    gradient_planes(job.tiles, job.dy, k, first, count, g, g_plane);
    for (long p = 0; p < 16; p++) {
      for (long column = 0; column < k; column += columns) {
        sum_panel(job, v, v_plane, g, g_plane, count, job.sums + part * 16 * c * k, p, column,
                  first == part * job.each);
      }
    }
  }
}

// Many channels: all threads transform a chunk, then share out its products.
void gradient_planes_piece(void* context, long item, int) {
  const FilterGradient& job = *static_cast<FilterGradient*>(context);
  const long offset = item * job.piece, count = least(job.piece, job.count - offset);
  input_planes(job.tiles, job.x, job.shape.in, job.first + offset, count, job.v + offset * job.shape.in, job.v_plane);
  gradient_planes(job.tiles, job.dy, job.shape.out, job.first + offset, count, job.g + offset * job.shape.out,
                  job.g_plane);
}

void gradient_products(void* context, long item, int) {
  const FilterGradient& job = *static_cast<FilterGradient*>(context);
  const long panels = (job.shape.out + columns - 1) / columns;
  sum_panel(job, job.v, job.v_plane, job.g, job.g_plane, job.count, job.sums, item / panels, item % panels * columns,
            job.first == 0);
}

// G'sG
void filter_from_sums(void* context, long c, int) {
  const FilterGradient& job = *static_cast<FilterGradient*>(context);
  const long in = job.shape.in, out = job.shape.out;
  for (long k = 0; k < out; k += lanes) {
    Vec t[3][4];
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      const auto sum = [&](int i) {
        const float* from = job.sums + ((4 * i + j) * in + c) * out + k;
        Vec total = load(from);
        for (long part = 1; part < job.parts; part++) total += load(from + part * 16 * in * out);
        return total;
      };
      const Vec s1 = sum(1), s2 = sum(2), even = (s1 + s2) * 0.5f, odd = (s1 - s2) * 0.5f;
      t[0][j] = sum(0) + even;
      t[1][j] = odd;
      t[2][j] = even + sum(3);
    }
#pragma GCC unroll 3
    for (int i = 0; i < 3; i++) {
      const Vec even = (t[i][1] + t[i][2]) * 0.5f, odd = (t[i][1] - t[i][2]) * 0.5f;
      float* to = job.dfilter + (3 * i * in + c) * out + k;
      store(to, t[i][0] + even);
      store(to + in * out, odd);
      store(to + 2 * in * out, even + t[i][3]);
    }
  }
}

void backward_filter(const ConvolutionShape& shape, const float* x, const float* dy, float* dfilter) {
  const long size = shape.in * shape.out;
  FilterGradient job{shape, Tiles(shape), x, dy, dfilter};
  if (size <= 16384) {
    job.parts = size <= 4096 ? 16 : 8;
    job.each = (job.tiles.total + job.parts - 1) / job.parts;
    job.parts = (job.tiles.total + job.each - 1) / job.each;
    job.sums = reserve_scratch(2, 0, job.parts * 16 * size);
    reserve_planes(shape);
    parallel_for(job.parts, gradient_part, &job);
  } else {
    const long chunk = least(job.tiles.total, 512);
    job.v_plane = chunk * shape.in + line;
    job.g_plane = chunk * shape.out + line;
    job.v = reserve_scratch(3, 0, 16 * (job.v_plane + job.g_plane));
    job.g = job.v + 16 * job.v_plane;
    job.sums = reserve_scratch(2, 0, 16 * size);
    for (; job.first < job.tiles.total; job.first += chunk) {
      job.count = least(chunk, job.tiles.total - job.first);
      parallel_for((job.count + job.piece - 1) / job.piece, gradient_planes_piece, &job);
      parallel_for(16 * ((shape.out + columns - 1) / columns), gradient_products, &job);
    }
  }
  parallel_for(shape.in, filter_from_sums, &job);
}

}  // namespace

const WinogradKernels CONTRASTIVE_SET(winograd) = {instructions, forward, backward_input, backward_filter};

}  // namespace contrastive

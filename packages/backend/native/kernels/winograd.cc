// Compiled once for each set of instructions; nothing of the standard library in here, lest the linker keep its templates for the wrong one.
#include "convolution.h"
#include "pool.h"

namespace contrastive {
namespace {

#if defined(__AVX512F__)
constexpr int lanes = 16, rows = 12, rows_t = 8;
#define SET "Avx512"
#define KERNELS avx512_kernels
#else
constexpr int lanes = 8, rows = 6, rows_t = 4;
#define SET "Avx2"
#define KERNELS avx2_kernels
#endif
typedef float Vec __attribute__((vector_size(lanes * 4), aligned(4), may_alias));

constexpr int columns = 2 * lanes;  // of a panel
constexpr long line = 16;           // floats of a cache line: planes are shifted by one, or all sixteen would fall on the same set

// What lies outside the image.
const float zeros[most_channels] = {};

inline Vec load(const float* p) { return *reinterpret_cast<const Vec*>(p); }
inline void store(float* p, Vec v) { *reinterpret_cast<Vec*>(p) = v; }
inline long least(long a, long b) { return a < b ? a : b; }

struct Tiles {
  long height, width, across, per_image, total;
  explicit Tiles(const ConvolutionShape& s) : height(s.height), width(s.width), across((s.width + 1) / 2), per_image((s.height + 1) / 2 * across), total(s.batch * per_image) {}
};

// Walks the tiles from one on, without a division each.
struct Place {
  const Tiles& tiles;
  long image, top, left;
  Place(const Tiles& all, long tile) : tiles(all), image(tile / all.per_image), top(tile % all.per_image / all.across * 2), left(tile % all.per_image % all.across * 2) {}
  void advance() {
    left += 2;
    if (left < tiles.width) return;
    left = 0;
    top += 2;
    if (top < tiles.height) return;
    top = 0;
    image++;
  }
  // Number of the pixel at the tile's top left, among all of the batch.
  long pixel() const { return (image * tiles.height + top) * tiles.width + left; }
};

// B'dB
template <class Get, class Put>
inline void transform_input(Get get, Put put) {
  Vec t[4][4];
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    const Vec d0 = get(0, j), d1 = get(1, j), d2 = get(2, j), d3 = get(3, j);
    t[0][j] = d0 - d2; t[1][j] = d1 + d2; t[2][j] = d2 - d1; t[3][j] = d1 - d3;
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    put(4 * i, t[i][0] - t[i][2]); put(4 * i + 1, t[i][1] + t[i][2]); put(4 * i + 2, t[i][2] - t[i][1]); put(4 * i + 3, t[i][1] - t[i][3]);
  }
}

void input_planes(const Tiles& tiles, const float* x, long channels, long first, long count, float* planes, long plane) {
  Place place(tiles, first);
  const long row = tiles.width * channels;
  for (long t = 0; t < count; t++, place.advance()) {
    const float* corner = x + place.pixel() * channels - row - channels;
    float* out = planes + t * channels;
    const auto put = [=](long c) { return [=](int p, Vec v) { store(out + p * plane + c, v); }; };
    if (place.top > 0 && place.left > 0 && place.top + 2 < tiles.height && place.left + 2 < tiles.width) {
      for (long c = 0; c < channels; c += lanes) {
        transform_input([=](int i, int j) { return load(corner + i * row + j * channels + c); }, put(c));
      }
      continue;
    }
    const float* pixel[4][4];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        const long y = place.top + i - 1, c = place.left + j - 1;
        pixel[i][j] = y >= 0 && y < tiles.height && c >= 0 && c < tiles.width ? corner + i * row + j * channels : zeros;
      }
    }
    for (long c = 0; c < channels; c += lanes) transform_input([&](int i, int j) { return load(pixel[i][j] + c); }, put(c));
  }
}

// A'mA, to the pixels that exist.
void output_pixels(const Tiles& tiles, const float* planes, long plane, long channels, long first, long count, float* y) {
  Place place(tiles, first);
  for (long t = 0; t < count; t++, place.advance()) {
    const bool below = place.top + 1 < tiles.height, beside = place.left + 1 < tiles.width;
    float* out = y + place.pixel() * channels;
    const float* in = planes + t * channels;
    for (long c = 0; c < channels; c += lanes) {
      Vec s[2][4];
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++) {
        const Vec m0 = load(in + j * plane + c), m1 = load(in + (4 + j) * plane + c), m2 = load(in + (8 + j) * plane + c), m3 = load(in + (12 + j) * plane + c);
        s[0][j] = m0 + m1 + m2; s[1][j] = m1 - m2 - m3;
      }
      store(out + c, s[0][0] + s[0][1] + s[0][2]);
      if (beside) store(out + channels + c, s[0][1] - s[0][2] - s[0][3]);
      if (below) store(out + tiles.width * channels + c, s[1][0] + s[1][1] + s[1][2]);
      if (below && beside) store(out + (tiles.width + 1) * channels + c, s[1][1] - s[1][2] - s[1][3]);
    }
  }
}

// A dy A', zeros where no pixel exists.
void gradient_planes(const Tiles& tiles, const float* dy, long channels, long first, long count, float* planes, long plane) {
  Place place(tiles, first);
  for (long t = 0; t < count; t++, place.advance()) {
    const bool below = place.top + 1 < tiles.height, beside = place.left + 1 < tiles.width;
    const float* p00 = dy + place.pixel() * channels;
    const float* p01 = beside ? p00 + channels : zeros;
    const float* p10 = below ? p00 + tiles.width * channels : zeros;
    const float* p11 = below && beside ? p00 + (tiles.width + 1) * channels : zeros;
    float* out = planes + t * channels;
    for (long c = 0; c < channels; c += lanes) {
      const Vec a = load(p00 + c), b = load(p01 + c), d = load(p10 + c), e = load(p11 + c);
      const Vec left_[4] = {a, a + d, a - d, -d}, right_[4] = {b, b + e, b - e, -e};
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) {
        store(out + (4 * i) * plane + c, left_[i]); store(out + (4 * i + 1) * plane + c, left_[i] + right_[i]);
        store(out + (4 * i + 2) * plane + c, left_[i] - right_[i]); store(out + (4 * i + 3) * plane + c, -right_[i]);
      }
    }
  }
}

// GgG'
template <class Get, class Put>
inline void transform_filter(Get get, Put put) {
  Vec t[4][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; j++) {
    const Vec g0 = get(0, j), g1 = get(1, j), g2 = get(2, j), even = (g0 + g2) * 0.5f, odd = g1 * 0.5f;
    t[0][j] = g0; t[1][j] = even + odd; t[2][j] = even - odd; t[3][j] = g2;
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    const Vec even = (t[i][0] + t[i][2]) * 0.5f, odd = t[i][1] * 0.5f;
    put(4 * i, t[i][0]); put(4 * i + 1, even + odd); put(4 * i + 2, even - odd); put(4 * i + 3, t[i][2]);
  }
}

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
  product<1, V>, product<2, V>, product<3, V>, product<4, V>, product<5, V>, product<6, V>,
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

struct Convolution {
  ConvolutionShape shape;
  Tiles tiles;
  long chunk;
  const float *x, *panels;
  float* y;
};

void convolve_chunk(void* context, long item, int thread) {
  const Convolution& job = *static_cast<Convolution*>(context);
  const long c = job.shape.in, k = job.shape.out, first = item * job.chunk, count = least(job.chunk, job.tiles.total - first);
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
    transform_filter([&](int i, int j) { return load(job.filter + ((3 * (2 - i) + 2 - j) * job.in + c) * job.out + k); },
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

float* reserve(int slot, long floats) {
  reserve_scratch(slot, 0, floats);
  return scratch(slot, 0);
}

void convolve(const ConvolutionShape& shape, const float* x, const float* panels, float* y) {
  reserve_planes(shape);
  Convolution job{shape, Tiles(shape), chunk_for(shape), x, panels, y};
  parallel_for((job.tiles.total + job.chunk - 1) / job.chunk, convolve_chunk, &job);
}

void forward(const ConvolutionShape& shape, const float* x, const float* filter, float* y) {
  Panels job{filter, reserve(2, 16 * shape.in * shape.out), shape.in, shape.out};
  parallel_for(shape.in, forward_panels, &job);
  convolve(shape, x, job.panels, y);
}

void backward_input(const ConvolutionShape& shape, const float* dy, const float* filter, float* dx) {
  Panels job{filter, reserve(2, 16 * shape.in * shape.out), shape.in, shape.out};
  parallel_for(shape.in, backward_panels, &job);
  convolve({shape.batch, shape.height, shape.width, shape.out, shape.in}, dy, job.panels, dx);
}

struct FilterGradient {
  ConvolutionShape shape;
  Tiles tiles;
  const float *x, *dy;
  float *sums, *dfilter;
  long parts, each;           // by parts: tiles of each
  long first, count, piece;   // together: the tiles in v and g, and how many are transformed at once
  float *v, *g;
  long v_plane, g_plane;
};

// sums[p] (+)= v[p]' g[p] in one panel of columns
void sum_panel(const FilterGradient& job, const float* v, long v_plane, const float* g, long g_plane, long count, float* sums, long p, long column, bool fresh) {
  const long c = job.shape.in, k = job.shape.out;
  const bool wide = column + columns <= k;
  for (long row = 0; row < c; row += rows_t) {
    (wide ? accumulate<2> : accumulate<1>)(v + p * v_plane + row, c, g + p * g_plane + column, k, count, sums + (p * c + row) * k + column, k, fresh);
  }
}

// Few channels: each part of the tiles has sums of its own, and a chunk stays in a core's cache. The parts do not depend on the number of threads.
void gradient_part(void* context, long part, int thread) {
  const FilterGradient& job = *static_cast<FilterGradient*>(context);
  const long c = job.shape.in, k = job.shape.out, chunk = chunk_for(job.shape), end = least(job.tiles.total, (part + 1) * job.each);
  const long v_plane = chunk * c + line, g_plane = chunk * k + line;
  float *v = scratch(0, thread), *g = scratch(1, thread);
  for (long first = part * job.each; first < end; first += chunk) {
    const long count = least(chunk, end - first);
    input_planes(job.tiles, job.x, c, first, count, v, v_plane);
    gradient_planes(job.tiles, job.dy, k, first, count, g, g_plane);
    for (long p = 0; p < 16; p++) {
      for (long column = 0; column < k; column += columns) {
        sum_panel(job, v, v_plane, g, g_plane, count, job.sums + part * 16 * c * k, p, column, first == part * job.each);
      }
    }
  }
}

// Many channels: all threads transform a chunk, then share out its products.
void gradient_planes_piece(void* context, long item, int) {
  const FilterGradient& job = *static_cast<FilterGradient*>(context);
  const long offset = item * job.piece, count = least(job.piece, job.count - offset);
  input_planes(job.tiles, job.x, job.shape.in, job.first + offset, count, job.v + offset * job.shape.in, job.v_plane);
  gradient_planes(job.tiles, job.dy, job.shape.out, job.first + offset, count, job.g + offset * job.shape.out, job.g_plane);
}

void gradient_products(void* context, long item, int) {
  const FilterGradient& job = *static_cast<FilterGradient*>(context);
  const long panels = (job.shape.out + columns - 1) / columns;
  sum_panel(job, job.v, job.v_plane, job.g, job.g_plane, job.count, job.sums, item / panels, item % panels * columns, job.first == 0);
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
      t[0][j] = sum(0) + even; t[1][j] = odd; t[2][j] = even + sum(3);
    }
#pragma GCC unroll 3
    for (int i = 0; i < 3; i++) {
      const Vec even = (t[i][1] + t[i][2]) * 0.5f, odd = (t[i][1] - t[i][2]) * 0.5f;
      float* to = job.dfilter + (3 * i * in + c) * out + k;
      store(to, t[i][0] + even); store(to + in * out, odd); store(to + 2 * in * out, even + t[i][3]);
    }
  }
}

void backward_filter(const ConvolutionShape& shape, const float* x, const float* dy, float* dfilter) {
  const long size = shape.in * shape.out;
  FilterGradient job{shape, Tiles(shape), x, dy, nullptr, dfilter, 1, 0, 0, 0, 32, nullptr, nullptr, 0, 0};
  if (size <= 16384) {
    job.parts = size <= 4096 ? 16 : 8;
    job.each = (job.tiles.total + job.parts - 1) / job.parts;
    job.parts = (job.tiles.total + job.each - 1) / job.each;
    job.sums = reserve(2, job.parts * 16 * size);
    reserve_planes(shape);
    parallel_for(job.parts, gradient_part, &job);
  } else {
    const long chunk = least(job.tiles.total, 512);
    job.v_plane = chunk * shape.in + line;
    job.g_plane = chunk * shape.out + line;
    job.v = reserve(3, 16 * (job.v_plane + job.g_plane));
    job.g = job.v + 16 * job.v_plane;
    job.sums = reserve(2, 16 * size);
    for (; job.first < job.tiles.total; job.first += chunk) {
      job.count = least(chunk, job.tiles.total - job.first);
      parallel_for((job.count + job.piece - 1) / job.piece, gradient_planes_piece, &job);
      parallel_for(16 * ((shape.out + columns - 1) / columns), gradient_products, &job);
    }
  }
  parallel_for(shape.in, filter_from_sums, &job);
}

}  // namespace

const ConvolutionKernels KERNELS = {SET, forward, backward_input, backward_filter};

}  // namespace contrastive

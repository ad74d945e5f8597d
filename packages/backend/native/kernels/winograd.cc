// 3×3 convolutions with stride 1. Compiled once for each set of instructions.
#include "convolution.h"
#include "filter-gradient.h"
#include "filter-panels.h"
#include "pool.h"
#include "products.h"
#include "tiles.h"

namespace contrastive {
namespace {

constexpr long block = 32;         // channels of the result at a time
constexpr long in_cache = 160000;  // floats of a thread's planes

template <int m>
struct Convolution {
  Filter filter;
  Tiles<m> tiles;
  const float* x;
  float* y;
  bool few;
  long chunk;               // tiles at a time
  float* shared = nullptr;  // of few tiles all planes, else all panels
  static constexpr long points = Tiles<m>::points;

  Convolution(const ConvolutionShape& shape, const Filter& f, const float* from, float* to)
      : filter(f), tiles(shape), x(from), y(to), few(4 * tiles.total <= f.width()) {
    const long fits = in_cache / (points * (f.depth() + block)) / rows * rows;
    chunk = few || fits < 4 * rows ? 4 * rows : fits > 20 * rows ? 20 * rows : fits;
  }
  long chunks() const { return (tiles.total + chunk - 1) / chunk; }
  long count(long item) const { return least(chunk, tiles.total - item * chunk); }
  long planes_size() const { return Planes::size(points, chunk, filter.depth()); }
  long blocks() const { return (filter.width() + block - 1) / block; }
  long some(long item) const { return least(block, filter.width() - item * block); }
  // Of the panels, rows that are made and used at a time, so that they stay in a core's cache.
  long piece() const { return few ? least(128, filter.depth()) : filter.depth(); }
  // The planes of a block's panels are shifted by a line too.
  long panel_apart() const { return piece() * block + group; }
  long panels_size() const { return points * panel_apart(); }
  long results_size() const { return Planes::size(points, chunk, block); }

  Planes transform_chunk(long item, float* memory) const {
    const Planes planes(memory, chunk, filter.depth());
    input_planes(tiles, x, filter.depth(), item * chunk, count(item), planes);
    return planes;
  }
  // The panels of a block, of the rows from one on; and how many these are.
  long transform_block(long item, long row, float* panels) const {
    const long depth = least(piece(), filter.depth() - row);
    filter_panels<m>(filter, item * block, some(item), row, depth, panels, panel_apart());
    return depth;
  }
  // A chunk's results in a block, of so many rows from one on, added to those of earlier rows.
  void multiply_block(long tile_item, const Planes& inputs, long item, long row, long depth, const float* panels,
                      float* memory) const {
    const Planes results(memory, chunk, block);
    for (long p = 0; p < points; p++) {
      multiply(inputs.matrix(p).from_column(row), depth, panels + p * panel_apart(), some(item), count(tile_item),
               results.matrix(p), row == 0);
    }
    if (row + depth < filter.depth()) return;
    output_pixels(tiles, results, filter.width(), some(item), tile_item * chunk, count(tile_item), y + item * block);
  }
};

// Many tiles: after the panels, every thread takes a chunk of tiles, whose planes stay in its core's cache.
template <int m>
void panels_of_block(void* context, long item, int) {
  const Convolution<m>& job = *static_cast<Convolution<m>*>(context);
  job.transform_block(item, 0, job.shared + item * job.panels_size());
}

template <int m>
void convolve_chunk(void* context, long item, int thread) {
  const Convolution<m>& job = *static_cast<Convolution<m>*>(context);
  const Planes inputs = job.transform_chunk(item, scratch(0, thread));
  for (long i = 0; i < job.blocks(); i++) {
    job.multiply_block(item, inputs, i, 0, job.filter.depth(), job.shared + i * job.panels_size(), scratch(1, thread));
  }
}

// Few tiles: after their planes, every thread takes a block of channels. The panels of all would be more than the
// planes of all.
template <int m>
void planes_of_chunk(void* context, long item, int) {
  const Convolution<m>& job = *static_cast<Convolution<m>*>(context);
  job.transform_chunk(item, job.shared + item * job.planes_size());
}

template <int m>
void convolve_block(void* context, long item, int thread) {
  const Convolution<m>& job = *static_cast<Convolution<m>*>(context);
  float *panels = scratch(0, thread), *results = scratch(1, thread);
  for (long row = 0; row < job.filter.depth(); row += job.piece()) {
    const long depth = job.transform_block(item, row, panels);
    for (long i = 0; i < job.chunks(); i++) {
      const Planes inputs(job.shared + i * job.planes_size(), job.chunk, job.filter.depth());
      job.multiply_block(i, inputs, item, row, depth, panels, results + i * job.results_size());
    }
  }
}

template <int m>
void convolve(const ConvolutionShape& shape, const float* x, const Filter& filter, float* y) {
  Convolution<m> job(shape, filter, x, y);
  for (int thread = 0; thread < thread_count(); thread++) {
    reserve_scratch(0, thread, job.few ? job.panels_size() : job.planes_size());
    reserve_scratch(1, thread, (job.few ? job.chunks() : 1) * job.results_size());
  }
  job.shared = reserve_scratch(2, 0, job.few ? job.chunks() * job.planes_size() : job.blocks() * job.panels_size());
  parallel_for(job.few ? job.chunks() : job.blocks(), job.few ? planes_of_chunk<m> : panels_of_block<m>, &job);
  parallel_for(job.few ? job.blocks() : job.chunks(), job.few ? convolve_block<m> : convolve_chunk<m>, &job);
}

template <int m>
void forward(const ConvolutionShape& shape, const float* x, const float* filter, float* y) {
  convolve<m>(shape, x, {filter, shape.in, shape.out, false}, y);
}

template <int m>
void backward_input(const ConvolutionShape& shape, const float* dy, const float* filter, float* dx) {
  convolve<m>(shape, dy, {filter, shape.in, shape.out, true}, dx);
}

}  // namespace

const WinogradKernels CONTRASTIVE_SET(winograd_2) = {instructions, forward<2>, backward_input<2>, backward_filter<2>};
const WinogradKernels CONTRASTIVE_SET(winograd_4) = {instructions, forward<4>, backward_input<4>, backward_filter<4>};

}  // namespace contrastive

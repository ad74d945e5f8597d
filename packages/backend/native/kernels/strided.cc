// Convolutions with a stride and no padding. Compiled once for each set of instructions.
#include "convolution.h"
#include "pool.h"
#include "products.h"

namespace contrastive {
namespace {

constexpr long chunk = 4 * rows;  // pixels of the result at a time

struct Job {
  StridedShape shape;
  long pixels, rows, across, depth;
  const float *x = nullptr, *dy = nullptr, *panels = nullptr;
  float *y = nullptr, *dx = nullptr, *sums = nullptr, *dfilter = nullptr;
  long parts = 0, each = 0;  // of the pixels, for the gradient in the filter

  explicit Job(const StridedShape& s)
      : shape(s), pixels(s.batch * s.rows() * s.across()), rows(s.rows()), across(s.across()), depth(s.depth()) {}

  // The first number under the filter, in an image of the size of x.
  long under(long pixel) const {
    const long image = pixel / (rows * across), place = pixel % (rows * across);
    return ((image * shape.height + place / across * shape.stride) * shape.width + place % across * shape.stride) *
           shape.in;
  }
};

// patches [count][depth] of x
void copy_patches(const Job& job, long first, long count, float* patches) {
  const long run = job.shape.kernel * job.shape.in, row = job.shape.width * job.shape.in;
  for (long t = 0; t < count; t++) {
    const float* from = job.x + job.under(first + t);
    float* to = patches + t * job.depth;
    for (long i = 0; i < job.shape.kernel; i++, from += row, to += run) {
      for (long c = 0; c < run; c += 16) {
        for (long l = 0; l < 16; l += lanes) store(to + c + l, load(from + c + l));
      }
    }
  }
}

void reserve_patches(long depth) {
  for (int thread = 0; thread < thread_count(); thread++) reserve_scratch(0, thread, chunk * depth);
}

// panels [panel][depth][columns] of a matrix [depth][width]
void pack(const float* matrix, long depth, long width, float* panels) {
  for (long start = 0; start < width; start += columns) {
    const long wide = least(columns, width - start);
    for (long row = 0; row < depth; row++) {
      for (long l = 0; l < wide; l += lanes)
        store(panels + start * depth + row * wide + l, load(matrix + row * width + start + l));
    }
  }
}

// The same of a matrix [width][depth], turned.
void pack_turned(const float* matrix, long depth, long width, float* panels) {
  for (long start = 0; start < width; start += columns) {
    const long wide = least(columns, width - start);
    for (long column = 0; column < wide; column++) {
      for (long row = 0; row < depth; row++)
        panels[start * depth + row * wide + column] = matrix[(start + column) * depth + row];
    }
  }
}

void forward_chunk(void* context, long item, int thread) {
  const Job& job = *static_cast<Job*>(context);
  const long first = item * chunk, count = least(chunk, job.pixels - first);
  float* patches = scratch(0, thread);
  copy_patches(job, first, count, patches);
  multiply(by_rows(patches, job.depth), job.depth, job.panels, job.shape.out, count,
           by_rows(job.y + first * job.shape.out, job.shape.out));
}

void forward(const StridedShape& shape, const float* x, const float* filter, float* y) {
  Job job(shape);
  float* panels = reserve_scratch(2, 0, job.depth * shape.out);
  pack(filter, job.depth, shape.out, panels);
  reserve_patches(job.depth);
  job.x = x;
  job.panels = panels;
  job.y = y;
  parallel_for((job.pixels + chunk - 1) / chunk, forward_chunk, &job);
}

void backward_image(void* context, long image, int thread) {
  const Job& job = *static_cast<Job*>(context);
  const StridedShape& shape = job.shape;
  const long size = shape.height * shape.width * shape.in, of_image = job.rows * job.across;
  const long run = shape.kernel * shape.in, row = shape.width * shape.in;
  float* dx = job.dx + image * size;
  for (long i = 0; i < size; i += lanes) store(dx + i, Vec{});
  float* patches = scratch(0, thread);
  for (long place = 0; place < of_image; place += chunk) {
    const long first = image * of_image + place, count = least(chunk, of_image - place);
    multiply(by_rows(job.dy + first * shape.out, shape.out), shape.out, job.panels, job.depth, count,
             by_rows(patches, job.depth));
    for (long t = 0; t < count; t++) {
      const float* from = patches + t * job.depth;
      float* to = job.dx + job.under(first + t);
      for (long i = 0; i < shape.kernel; i++, from += run, to += row) {
        for (long c = 0; c < run; c += lanes) store(to + c, load(to + c) + load(from + c));
      }
    }
  }
}

void backward_input(const StridedShape& shape, const float* dy, const float* filter, float* dx) {
  Job job(shape);
  float* panels = reserve_scratch(2, 0, job.depth * shape.out);
  pack_turned(filter, shape.out, job.depth, panels);
  reserve_patches(job.depth);
  job.dy = dy;
  job.panels = panels;
  job.dx = dx;
  parallel_for(shape.batch, backward_image, &job);
}

void gradient_part(void* context, long part, int thread) {
  const Job& job = *static_cast<Job*>(context);
  const long k = job.shape.out, begin = part * job.each, end = least(job.pixels, begin + job.each);
  float* patches = scratch(0, thread);
  float* sums = job.sums + part * job.depth * k;
  for (long first = begin; first < end; first += chunk) {
    const long count = least(chunk, end - first);
    copy_patches(job, first, count, patches);
    accumulate_all(by_rows(patches, job.depth), job.depth, by_rows(job.dy + first * k, k), k, count, sums, k,
                   first == begin);
  }
}

void add_parts(void* context, long row, int) {
  const Job& job = *static_cast<Job*>(context);
  const long k = job.shape.out;
  for (long c = 0; c < k; c += lanes) {
    const float* from = job.sums + row * k + c;
    Vec total = load(from);
    for (long part = 1; part < job.parts; part++) total += load(from + part * job.depth * k);
    store(job.dfilter + row * k + c, total);
  }
}

void backward_filter(const StridedShape& shape, const float* x, const float* dy, float* dfilter) {
  Job job(shape);
  constexpr long most = 8;  // whatever the number of threads, so that the sums do not depend on it
  job.each = (job.pixels + most - 1) / most;
  job.parts = (job.pixels + job.each - 1) / job.each;
  job.x = x;
  job.dy = dy;
  job.sums = reserve_scratch(2, 0, job.parts * job.depth * shape.out);
  job.dfilter = dfilter;
  reserve_patches(job.depth);
  parallel_for(job.parts, gradient_part, &job);
  parallel_for(job.depth, add_parts, &job);
}

}  // namespace

const StridedKernels CONTRASTIVE_SET(strided) = {forward, backward_input, backward_filter};

}  // namespace contrastive

// Batch normalisation with what follows it. Compiled once for each set of instructions.
#include "norm.h"

#include "pool.h"
#include "vectors.h"

namespace contrastive {
namespace {

constexpr long most_parts = 64;  // whatever the number of threads, so that the sums do not depend on it

// Rows are taken in blocks whose sums are float32, and blocks in parts, whose sums are float64.
struct Blocks {
  long rows, block, each, parts;  // rows of a block, rows of a part
  explicit Blocks(const NormShape& shape) : rows(shape.rows) {
    const long fits = 8192 / shape.channels;
    block = fits < 32 ? 32 : fits > 256 ? 256 : fits;
    const long blocks = (rows + block - 1) / block;
    each = (blocks + most_parts - 1) / most_parts * block;
    parts = (rows + each - 1) / each;
  }
};

inline Vec load_some(const float* p, long count) {
  Vec v{};
  __builtin_memcpy(&v, p, static_cast<unsigned long>(count) * sizeof(float));
  return v;
}
inline void store_some(float* p, Vec v, long count) {
  __builtin_memcpy(p, &v, static_cast<unsigned long>(count) * sizeof(float));
}

// As many columns as a vector holds, or the rest of them.
struct Whole {
  static Vec get(const float* p) { return load(p); }
  static void put(float* p, Vec value) { store(p, value); }
};
struct Rest {
  const long count;
  Vec get(const float* p) const { return load_some(p, count); }
  void put(float* p, Vec value) const { store_some(p, value, count); }
};

// Calls body(columns, first) for all columns.
template <class Body>
inline void over_columns(long channels, Body body) {
  long first = 0;
  for (; first + lanes <= channels; first += lanes) body(Whole{}, first);
  if (first < channels) body(Rest{channels - first}, first);
}

inline Vec positive(Vec v) { return v < 0 ? Vec{} : v; }  // what is no number stays none

struct Moments {
  NormShape shape;
  Blocks blocks;
  const float* x;
  double* sums;  // [part][2][channels]: means and sums of squared deviations
};

// Each block by its own mean, which is near its values, merged as Chan, Golub & LeVeque (1979) do: no digits are lost
// where the mean is far from 0.
void moments_part(void* context, long part, int thread) {
  const Moments& job = *static_cast<Moments*>(context);
  const long c = job.shape.channels, begin = part * job.blocks.each, end = least(job.shape.rows, begin + job.blocks.each);
  double *means = job.sums + 2 * part * c, *squares = means + c;
  float *mean = scratch(3, thread), *rest = mean + c, *square = rest + c;
  for (long i = 0; i < 2 * c; i++) means[i] = 0;
  for (long first = begin; first < end; first += job.blocks.block) {
    const long count = least(job.blocks.block, end - first);
    for (long i = 0; i < 3 * c; i++) mean[i] = 0;
    for (long row = first; row < first + count; row++) {
      over_columns(c, [&](auto columns, long k) { columns.put(mean + k, columns.get(mean + k) + columns.get(job.x + row * c + k)); });
    }
    const float share = 1 / static_cast<float>(count);
    for (long i = 0; i < c; i++) mean[i] *= share;
    for (long row = first; row < first + count; row++) {
      over_columns(c, [&](auto columns, long k) {
        const Vec away = columns.get(job.x + row * c + k) - columns.get(mean + k);
        columns.put(rest + k, columns.get(rest + k) + away);
        columns.put(square + k, columns.get(square + k) + away * away);
      });
    }
    const double before = static_cast<double>(first - begin), here = static_cast<double>(count), all = before + here;
    for (long i = 0; i < c; i++) {
      const double left = rest[i] / here, away = mean[i] + left - means[i];
      means[i] += away * here / all;
      squares[i] += square[i] - left * left * here + away * away * before * here / all;
    }
  }
}

// y = (x − mean) · scale + shift, all [channels].
struct Affine {
  const float *mean, *scale, *shift;
};

struct Apply {
  NormShape shape;
  bool relu;
  const float *x, *shortcut;
  Affine affine;
  float* y;
  long block;
};

void apply_block(void* context, long item, int) {
  const Apply& job = *static_cast<Apply*>(context);
  const long c = job.shape.channels, first = item * job.block, end = least(job.shape.rows, first + job.block);
  const auto [mean, scale, shift] = job.affine;
  for (long row = first; row < end; row++) {
    const float* x = job.x + row * c;
    const float* shortcut = job.shortcut == nullptr ? nullptr : job.shortcut + row * c;
    float* y = job.y + row * c;
    over_columns(c, [&](auto columns, long k) {
      Vec value = (columns.get(x + k) - columns.get(mean + k)) * columns.get(scale + k) + columns.get(shift + k);
      if (shortcut != nullptr) value += columns.get(shortcut + k);
      columns.put(y + k, job.relu ? positive(value) : value);
    });
  }
}

// Scale and shift of each channel, into scratch memory.
Affine affine_of(long channels, const float* gamma, const float* beta, const float* statistics) {
  float* scale = reserve_scratch(1, 0, 2 * channels);
  float* shift = scale + channels;
  for (long i = 0; i < channels; i++) {
    const double factor = static_cast<double>(gamma[i]) * statistics[channels + i];
    scale[i] = static_cast<float>(factor);
    shift[i] = static_cast<float>(beta[i] - factor * statistics[2 * channels + i]);
  }
  return {statistics, scale, shift};
}

void apply(const NormShape& shape, bool relu, const float* x, const float* shortcut, const Affine& affine, float* y) {
  Apply job{shape, relu, x, shortcut, affine, y, Blocks(shape).block};
  parallel_for((shape.rows + job.block - 1) / job.block, apply_block, &job);
}

// Of all parts in float64, and of a block for each thread.
double* reserve_sums(const NormShape& shape, const Blocks& blocks) {
  for (int thread = 0; thread < thread_count(); thread++) reserve_scratch(3, thread, 3 * shape.channels);
  return reinterpret_cast<double*>(reserve_scratch(0, 0, 4 * blocks.parts * shape.channels));
}

// Calls put(channel, mean, sum of squared deviations) for each channel.
template <class Put>
void over_moments(const NormShape& shape, const float* x, Put put) {
  const long c = shape.channels;
  const Blocks blocks(shape);
  Moments job{shape, blocks, x, reserve_sums(shape, blocks)};
  parallel_for(blocks.parts, moments_part, &job);
  for (long i = 0; i < c; i++) {
    double mean = job.sums[i], squares = job.sums[c + i], before = static_cast<double>(least(blocks.each, blocks.rows));
    for (long part = 1; part < blocks.parts; part++) {
      const double here = static_cast<double>(least(blocks.each, blocks.rows - part * blocks.each));
      const double away = job.sums[2 * part * c + i] - mean;
      mean += away * here / (before + here);
      squares += job.sums[(2 * part + 1) * c + i] + away * away * before * here / (before + here);
      before += here;
    }
    put(i, mean, squares);
  }
}

void forward(const NormForward& call) {
  const long c = call.shape.channels;
  const double total = static_cast<double>(call.shape.rows), rate = call.rate;
  over_moments(call.shape, call.x, [&](long i, double mean, double squares) {
    const double unbiased = squares / (total > 1 ? total - 1 : 1);
    call.statistics[i] = static_cast<float>(mean);
    call.statistics[c + i] = static_cast<float>(1 / __builtin_sqrt(squares / total + call.epsilon));
    call.statistics[2 * c + i] = static_cast<float>(mean - static_cast<double>(call.statistics[i]));
    call.new_mean[i] = static_cast<float>(call.running_mean[i] + rate * (mean - call.running_mean[i]));
    call.new_variance[i] = static_cast<float>(call.running_variance[i] + rate * (unbiased - call.running_variance[i]));
  });
  apply(call.shape, call.relu, call.x, call.shortcut, affine_of(c, call.gamma, call.beta, call.statistics), call.y);
}

void moments(const NormMoments& call) {
  const double total = static_cast<double>(call.shape.rows);
  over_moments(call.shape, call.x, [&](long i, double mean, double squares) {
    const long c = call.shape.channels;
    call.moments[i] = static_cast<float>(mean);
    call.moments[c + i] = static_cast<float>(squares / total);
    call.moments[2 * c + i] = static_cast<float>(mean - static_cast<double>(call.moments[i]));
  });
}

void again(const NormAgain& call) {
  apply(call.shape, call.relu, call.x, nullptr,
        affine_of(call.shape.channels, call.gamma, call.beta, call.statistics), call.y);
}

struct Sums {
  const NormBackward& call;
  Blocks blocks;
  Affine affine;
  double* sums;  // [part][2][channels]: of dz, and of dz · (x − mean)
};

// dz, which is dy where ReLU let pass.
template <class Columns>
inline Vec gradient(const Sums& job, Columns columns, long at, long k, Vec away) {
  const NormBackward& call = job.call;
  const Vec dy = columns.get(call.dy + at);
  if (!call.relu) return dy;
  const Vec y = call.y != nullptr ? columns.get(call.y + at)
                                  : away * columns.get(job.affine.scale + k) + columns.get(job.affine.shift + k);
  return y > 0 ? dy : Vec{};
}

void sums_part(void* context, long part, int thread) {
  const Sums& job = *static_cast<Sums*>(context);
  const NormBackward& call = job.call;
  const long c = call.shape.channels, begin = part * job.blocks.each,
             end = least(call.shape.rows, begin + job.blocks.each);
  double* totals = job.sums + 2 * part * c;
  float *total = scratch(3, thread), *product = total + c;
  for (long i = 0; i < 2 * c; i++) totals[i] = 0;
  for (long first = begin; first < end; first += job.blocks.block) {
    for (long i = 0; i < 2 * c; i++) total[i] = 0;
    for (long row = first; row < least(end, first + job.blocks.block); row++) {
      over_columns(c, [&](auto columns, long k) {
        const long at = row * c + k;
        const Vec away = columns.get(call.x + at) - columns.get(job.affine.mean + k);
        const Vec dz = gradient(job, columns, at, k, away);
        if (call.dshortcut != nullptr) columns.put(call.dshortcut + at, dz);
        columns.put(total + k, columns.get(total + k) + dz);
        columns.put(product + k, columns.get(product + k) + dz * away);
      });
    }
    for (long i = 0; i < 2 * c; i++) totals[i] += total[i];
  }
}

struct Result {
  const Sums& sums;
  const float *gain, *slope, *offset;  // dx = gain · dz + slope · (x − mean) + offset
};

void result_block(void* context, long item, int) {
  const Result& job = *static_cast<Result*>(context);
  const NormBackward& call = job.sums.call;
  const long c = call.shape.channels, block = job.sums.blocks.block, first = item * block,
             end = least(call.shape.rows, first + block);
  for (long row = first; row < end; row++) {
    over_columns(c, [&](auto columns, long k) {
      const long at = row * c + k;
      const Vec away = columns.get(call.x + at) - columns.get(job.sums.affine.mean + k);
      const Vec dz = call.dshortcut != nullptr ? columns.get(call.dshortcut + at)
                                               : gradient(job.sums, columns, at, k, away);
      columns.put(call.dx + at, dz * columns.get(job.gain + k) + away * columns.get(job.slope + k) +
                                    columns.get(job.offset + k));
    });
  }
}

// With x̂ = (x − μ)/σ: dβ = Σ dz, dγ = Σ dz·x̂, dx = γ/σ · (dz − dβ/m − x̂·dγ/m).
void backward(const NormBackward& call) {
  const long c = call.shape.channels;
  const Blocks blocks(call.shape);
  Sums job{call, blocks, affine_of(c, call.gamma, call.beta, call.statistics), reserve_sums(call.shape, blocks)};
  if (call.dgamma != nullptr) parallel_for(blocks.parts, sums_part, &job);
  float* gain = reserve_scratch(2, 0, 3 * c);
  const double total = static_cast<double>(call.shape.rows);
  for (long i = 0; i < c; i++) {
    const double inverse = call.statistics[c + i], lost = call.statistics[2 * c + i];
    double dz = 0, dgamma = 0;
    if (call.dgamma == nullptr) {
      dz = call.given_dbeta[i];
      dgamma = call.given_dgamma[i];
    } else {
      double product = 0;
      for (long part = 0; part < blocks.parts; part++) {
        dz += job.sums[2 * part * c + i];
        product += job.sums[(2 * part + 1) * c + i];
      }
      dgamma = (product - lost * dz) * inverse;
      call.dbeta[i] = static_cast<float>(dz);
      call.dgamma[i] = static_cast<float>(dgamma);
    }
    const double scale = call.gamma[i] * inverse, slope = -scale * inverse * dgamma / total;
    gain[i] = static_cast<float>(scale);
    gain[c + i] = static_cast<float>(slope);
    gain[2 * c + i] = static_cast<float>(-scale * dz / total - slope * lost);
  }
  if (call.dx == nullptr) return;
  Result result{job, gain, gain + c, gain + 2 * c};
  parallel_for((call.shape.rows + blocks.block - 1) / blocks.block, result_block, &result);
}

}  // namespace

const NormKernels CONTRASTIVE_SET(norm) = {forward, again, moments, backward};

}  // namespace contrastive

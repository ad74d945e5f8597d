// Batch normalisation of channels-last values, the sum with a shortcut and ReLU, as one operation each way.
#pragma once

namespace contrastive {

// Sizes of values [rows, channels], rows being all but the last axis.
struct NormShape {
  long rows, channels;
};

// What is known of a batch's channels: statistics [3, channels] are the mean, 1/√(biased variance + ε), and what the
// mean lost when it was rounded.
struct NormForward {
  NormShape shape;
  float epsilon, rate;  // running ← running + rate · (batch − running), by the unbiased variance
  bool relu;
  const float *x, *shortcut;  // shortcut [rows, channels], or null
  const float *gamma, *beta, *running_mean, *running_variance;
  float *y, *statistics, *new_mean, *new_variance;
};

// What one process knows of the statistics of several.
struct NormMoments {
  NormShape shape;
  const float* x;
  float* moments;  // [3, channels]: the mean, the biased variance, and what the mean lost when it was rounded
};

struct NormAgain {
  NormShape shape;
  bool relu;
  const float *x, *gamma, *beta, *statistics;
  float* y;
};

struct NormBackward {
  NormShape shape;
  bool relu;
  const float *dy, *x, *gamma, *beta, *statistics;
  const float* y;    // where there was a shortcut, else null: ReLU's side is then computed from x
  float* dshortcut;  // with y
  // Null where not asked for: dx, or dγ and dβ together, which are then given.
  float *dx, *dgamma, *dbeta;
  const float *given_dgamma, *given_dbeta;
};

// Built for one set of instructions. Kernels use the pool of threads and its scratch memory, so one call runs at a time;
// they throw std::bad_alloc. No result depends on the number of threads.
struct NormKernels {
  // y = x̂·γ + β (+ shortcut), or its positive part.
  void (*forward)(const NormForward&);
  // The same from the statistics of an earlier call, without a shortcut.
  void (*again)(const NormAgain&);
  void (*moments)(const NormMoments&);
  void (*backward)(const NormBackward&);
};

extern const NormKernels avx512_norm;
extern const NormKernels avx2_norm;

}  // namespace contrastive

// Registers normalisation, each way and again, with and without an addition before its ReLU.
#include "norm.h"
#include "operation.h"
#include "register.h"

namespace contrastive {
namespace {

NormShape norm_shape(Call& call, int x, int vector) {
  require(call.rank(x) >= 2 && call.rank(vector) == 1, "expected values [n, …, c] and vectors [c]");
  const long channels = call.dim(vector, 0);
  require(channels > 0 && call.dim(x, call.rank(x) - 1) == channels, "the values have other channels than γ");
  require(call.size(x) > 0, "expected at least one value a channel");
  return {call.size(x) / channels, channels};
}

// Attributes epsilon, rate and relu; inputs x, γ, β, running mean and variance, and a shortcut; outputs y, new running
// mean and variance, statistics.
template <const NormKernels& kernels, bool shortcut>
void norm(Call& call) {
  const NormShape shape = norm_shape(call, 0, 1);
  for (const int vector : {2, 3, 4}) require(call.size(vector) == shape.channels, "expected vectors [c]");
  require(!shortcut || call.size(5) == call.size(0), "the shortcut has another size than the values");
  NormForward job{};
  job.shape = shape;
  job.epsilon = call.settings.epsilon;
  job.rate = call.settings.rate;
  job.relu = call.settings.relu != 0;
  job.x = call.input(0);
  job.shortcut = shortcut ? call.input(5) : nullptr;
  job.gamma = call.input(1);
  job.beta = call.input(2);
  job.running_mean = call.input(3);
  job.running_variance = call.input(4);
  job.y = call.output_like(0, 0);
  job.new_mean = call.output(1, {shape.channels});
  job.new_variance = call.output(2, {shape.channels});
  job.statistics = call.output(3, {3, shape.channels});
  kernels.forward(job);
}

// Attribute relu; inputs x, γ, β and statistics, output y.
template <const NormKernels& kernels>
void norm_again(Call& call) {
  const NormShape shape = norm_shape(call, 0, 1);
  require(call.size(2) == shape.channels && call.size(3) == 3 * shape.channels, "expected statistics [3, c]");
  kernels.again({shape, call.settings.relu != 0, call.input(0), call.input(1), call.input(2), call.input(3),
                 call.output_like(0, 0)});
}

// Attribute epsilon; input such moments of n processes with as many values each, [3n, c]; outputs the statistics, the
// mean and the biased variance of all values.
void norm_merged(Call& call) {
  require(call.rank(0) == 2 && call.dim(0, 0) > 0 && call.dim(0, 0) % 3 == 0, "expected moments [3n, c]");
  const long n = call.dim(0, 0) / 3, c = call.dim(0, 1);
  const float* moments = call.input(0);
  float* statistics = call.output(0, {3, c});
  float* means = call.output(1, {c});
  float* variances = call.output(2, {c});
  for (long i = 0; i < c; i++) {
    const auto mean_of = [&](long process) {
      const float* own = moments + 3 * process * c + i;
      return static_cast<double>(own[0]) + own[2 * c];
    };
    double mean = 0, variance = 0;
    for (long process = 0; process < n; process++) mean += mean_of(process) / static_cast<double>(n);
    for (long process = 0; process < n; process++) {
      const double away = mean_of(process) - mean;
      variance += (moments[(3 * process + 1) * c + i] + away * away) / static_cast<double>(n);
    }
    statistics[i] = means[i] = static_cast<float>(mean);
    statistics[c + i] = static_cast<float>(1 / __builtin_sqrt(variance + call.settings.epsilon));
    statistics[2 * c + i] = static_cast<float>(mean - static_cast<double>(means[i]));
    variances[i] = static_cast<float>(variance);
  }
}

// What each way back is given: the attribute relu and inputs dy, x, γ, β, statistics.
NormBackward norm_gradient(Call& call) {
  const NormShape shape = norm_shape(call, 1, 2);
  require(call.size(0) == call.size(1), "values and gradient differ in size");
  require(call.size(3) == shape.channels && call.size(4) == 3 * shape.channels, "expected statistics [3, c]");
  NormBackward job{};
  job.shape = shape;
  job.relu = call.settings.relu != 0;
  job.dy = call.input(0);
  job.x = call.input(1);
  job.gamma = call.input(2);
  job.beta = call.input(3);
  job.statistics = call.input(4);
  return job;
}

// Input x; output the mean, the biased variance and what the mean lost, [3, c].
template <const NormKernels& kernels>
void norm_moments(Call& call) {
  require(call.rank(0) >= 2 && call.size(0) > 0, "expected values [n, …, c]");
  const long channels = call.dim(0, call.rank(0) - 1);
  kernels.moments({{call.size(0) / channels, channels}, call.input(0), call.output(0, {3, channels})});
}

// Attribute relu; inputs dy, x, γ, β, statistics, and y where there was a shortcut; outputs dx, dγ, dβ, dshortcut.
template <const NormKernels& kernels, bool shortcut>
void norm_backward(Call& call) {
  NormBackward job = norm_gradient(call);
  require(!shortcut || call.size(5) == call.size(1), "values and result differ in size");
  job.y = shortcut ? call.input(5) : nullptr;
  job.dx = call.output_like(0, 1);
  job.dgamma = call.output(1, {job.shape.channels});
  job.dbeta = call.output(2, {job.shape.channels});
  job.dshortcut = shortcut ? call.output_like(3, 1) : nullptr;
  kernels.backward(job);
}

// The same in two halves, between which others add their sums. Outputs dγ and dβ.
template <const NormKernels& kernels>
void norm_sums(Call& call) {
  NormBackward job = norm_gradient(call);
  job.dgamma = call.output(0, {job.shape.channels});
  job.dbeta = call.output(1, {job.shape.channels});
  kernels.backward(job);
}

// Inputs dγ and dβ too, of as many values as x has; output dx.
template <const NormKernels& kernels>
void norm_of_sums(Call& call) {
  NormBackward job = norm_gradient(call);
  require(call.size(5) == job.shape.channels && call.size(6) == job.shape.channels, "expected vectors [c]");
  job.given_dgamma = call.input(5);
  job.given_dbeta = call.input(6);
  job.dx = call.output_like(0, 1);
  kernels.backward(job);
}

// ReLU is an attribute of all.
template <const NormKernels& kernels>
void register_set(const char* instructions) {
  const std::string prefix = std::string("Contrastive") + instructions + "Norm";
  const char *mean = "running_mean: float", *variance = "running_variance: float", *statistics = "statistics: float";
  const std::initializer_list<const char*> results = {"y: float", "new_mean: float", "new_variance: float", statistics};
  register_operation<norm<kernels, false>, Takes::norm>(
      prefix.c_str(), {"x: float", "gamma: float", "beta: float", mean, variance}, results);
  register_operation<norm<kernels, true>, Takes::norm>(
      (prefix + "Add").c_str(), {"x: float", "gamma: float", "beta: float", mean, variance, "shortcut: float"}, results);
  register_operation<norm_again<kernels>, Takes::norm>(
      (prefix + "Again").c_str(), {"x: float", "gamma: float", "beta: float", statistics}, {"y: float"});
  register_operation<norm_backward<kernels, false>, Takes::norm>(
      (prefix + "Grad").c_str(), {"dy: float", "x: float", "gamma: float", "beta: float", statistics},
      {"dx: float", "dgamma: float", "dbeta: float"});
  register_operation<norm_backward<kernels, true>, Takes::norm>(
      (prefix + "AddGrad").c_str(), {"dy: float", "x: float", "gamma: float", "beta: float", statistics, "y: float"},
      {"dx: float", "dgamma: float", "dbeta: float", "dshortcut: float"});
  register_operation<norm_moments<kernels>, Takes::norm>((prefix + "Moments").c_str(), {"x: float"}, {"moments: float"});
  register_operation<norm_merged, Takes::norm>(
      (prefix + "Merged").c_str(), {"moments: float"}, {statistics, "mean: float", "variance: float"});
  register_operation<norm_sums<kernels>, Takes::norm>(
      (prefix + "GradSums").c_str(), {"dy: float", "x: float", "gamma: float", "beta: float", statistics},
      {"dgamma: float", "dbeta: float"});
  register_operation<norm_of_sums<kernels>, Takes::norm>(
      (prefix + "GradOfSums").c_str(),
      {"dy: float", "x: float", "gamma: float", "beta: float", statistics, "dgamma: float", "dbeta: float"},
      {"dx: float"});
}

}  // namespace

void register_norms(bool avx512) {
  if (avx512) register_set<avx512_norm>("Avx512");
  else register_set<avx2_norm>("Avx2");
}

}  // namespace contrastive

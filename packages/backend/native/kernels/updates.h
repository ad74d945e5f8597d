// Updates of all weights of a network in one pass over memory, which the threads share whatever the weights' sizes.
#pragma once

#include <vector>

namespace contrastive {

struct SgdSettings {
  float learning_rate, momentum;
  bool nesterov;
};

struct SgdParameter {
  long size;
  float weight_decay;
  const float *w, *g, *v;
  float *new_w, *new_v;
};

// Stochastic gradient descent: v' = m·v + g + λ·w; w' = w − η·v', or w − η·(g + λ·w + m·v') with Nesterov.
void sgd_update(const std::vector<SgdParameter>&, const SgdSettings&);

struct FollowingParameter {
  long size;
  const float *target, *source;
  float* new_target;
};

// target' = stays·target + comes·source.
void momentum_update(const std::vector<FollowingParameter>&, float stays, float comes);

}  // namespace contrastive

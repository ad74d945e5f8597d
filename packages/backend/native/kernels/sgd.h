// Stochastic gradient descent with momentum and weight decay in one pass over memory.
#pragma once

namespace contrastive {

struct SgdSettings {
  float learning_rate, momentum, weight_decay;
  bool nesterov;
};

// v' = m·v + g + λ·w; w' = w − η·v', or w − η·(g + λ·w + m·v') with Nesterov. All of `size`.
void sgd_update(long size, const float* w, const float* g, const float* v, const SgdSettings&, float* new_w,
                float* new_v);

}  // namespace contrastive

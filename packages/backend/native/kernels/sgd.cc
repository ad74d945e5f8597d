#include "sgd.h"

#include "pool.h"

namespace contrastive {
namespace {

constexpr long piece = 1 << 16;

struct Update {
  long size;
  const float *w, *g, *v;
  SgdSettings with;
  float *new_w, *new_v;
};

void update_piece(void* context, long item, int) {
  const Update& job = *static_cast<const Update*>(context);
  const auto [rate, momentum, decay, nesterov] = job.with;
  const long first = item * piece, last = first + piece < job.size ? first + piece : job.size;
  for (long i = first; i < last; i++) {
    const float gradient = job.g[i] + decay * job.w[i];
    const float velocity = momentum * job.v[i] + gradient;
    job.new_v[i] = velocity;
    job.new_w[i] = job.w[i] - rate * (nesterov ? gradient + momentum * velocity : velocity);
  }
}

}  // namespace

void sgd_update(long size, const float* w, const float* g, const float* v, const SgdSettings& with, float* new_w,
                float* new_v) {
  Update job{size, w, g, v, with, new_w, new_v};
  if (size <= piece)
    update_piece(&job, 0, 0);
  else
    parallel_for((size + piece - 1) / piece, update_piece, &job);
}

}  // namespace contrastive

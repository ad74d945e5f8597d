#include "updates.h"

#include <cstddef>

#include "pool.h"

namespace contrastive {
namespace {

constexpr long most_at_once = 1 << 16;

// Calls body(parameter, first, last) for pieces of all parameters, on all threads where there is enough to do.
template <typename Parameter, typename Body>
void for_pieces(const std::vector<Parameter>& parameters, const Body& body) {
  struct Piece {
    const Parameter& of;
    const long first, last;
  };
  struct Job {
    std::vector<Piece> pieces;
    const Body& body;
  } job{{}, body};
  long total = 0;
  for (const Parameter& parameter : parameters) {
    total += parameter.size;
    for (long first = 0; first < parameter.size; first += most_at_once) {
      const long end = first + most_at_once;
      job.pieces.push_back({parameter, first, end < parameter.size ? end : parameter.size});
    }
  }
  const auto run = [](void* context, long item, int) {
    const Job& job = *static_cast<const Job*>(context);
    const Piece& piece = job.pieces[static_cast<size_t>(item)];
    job.body(piece.of, piece.first, piece.last);
  };
  const long pieces = static_cast<long>(job.pieces.size());
  if (total > most_at_once) return parallel_for(pieces, run, &job);
  for (long item = 0; item < pieces; item++) run(&job, item, 0);
}

}  // namespace

void sgd_update(const std::vector<SgdParameter>& parameters, const SgdSettings& settings) {
  for_pieces(parameters, [&settings](const SgdParameter& of, long first, long last) {
    const auto [rate, momentum, nesterov] = settings;
    const auto [size, decay, w, g, v, new_w, new_v] = of;
    for (long i = first; i < last; i++) {
      const float gradient = g[i] + decay * w[i];
      const float velocity = momentum * v[i] + gradient;
      new_v[i] = velocity;
      new_w[i] = w[i] - rate * (nesterov ? gradient + momentum * velocity : velocity);
    }
  });
}

void momentum_update(const std::vector<FollowingParameter>& parameters, float stays, float comes) {
  for_pieces(parameters, [stays, comes](const FollowingParameter& of, long first, long last) {
    const auto [size, target, source, new_target] = of;
    for (long i = first; i < last; i++) new_target[i] = stays * target[i] + comes * source[i];
  });
}

}  // namespace contrastive

// Registers the updates of many parameters at once: of SGD, and of a network that follows another.
#include "operation.h"
#include "register.h"
#include "updates.h"

namespace contrastive {
namespace {

// Inputs n parameters, n gradients, n velocities and [learning rate, momentum, nesterov, n weight decays]; outputs n
// new parameters and n new velocities.
void sgd(Call& call) {
  const int n = (call.inputs() - 1) / 3;
  require(call.size(3 * n) == 3 + n, "expected [learning rate, momentum, nesterov] and the weight decay of each");
  const float* settings = call.input(3 * n);
  std::vector<SgdParameter> parameters;
  for (int i = 0; i < n; i++) {
    const long size = call.size(i);
    require(call.size(n + i) == size && call.size(2 * n + i) == size,
            "parameter, gradient and velocity differ in size");
    parameters.push_back({size, settings[3 + i], call.input(i), call.input(n + i), call.input(2 * n + i),
                          call.output_like(i, i), call.output_like(n + i, i)});
  }
  sgd_update(parameters, {settings[0], settings[1], settings[2] != 0});
}

// Inputs n targets, n sources and [stays, comes]; outputs n new targets.
void momentum(Call& call) {
  const int n = (call.inputs() - 1) / 2;
  require(call.size(2 * n) == 2, "expected [stays, comes]");
  std::vector<FollowingParameter> parameters;
  for (int i = 0; i < n; i++) {
    const long size = call.size(i);
    require(call.size(n + i) == size, "target and source differ in size");
    parameters.push_back({size, call.input(i), call.input(n + i), call.output_like(i, i)});
  }
  momentum_update(parameters, call.input(2 * n)[0], call.input(2 * n)[1]);
}

}  // namespace

void register_updates() {
  register_operation<sgd>(
      "ContrastiveSgd",
      {"parameters: N * float", "gradients: N * float", "velocities: N * float", "settings: float"},
      {"new_parameters: N * float", "new_velocities: N * float"});
  register_operation<momentum>("ContrastiveMomentum",
                               {"targets: N * float", "sources: N * float", "settings: float"},
                               {"new_targets: N * float"});
}

}  // namespace contrastive

// Registers new tensors for numbers that come from outside of TensorFlow: from other processes.
#include <cstdint>

#include "operation.h"
#include "register.h"

namespace contrastive {
namespace {

// An address, least significant 16 bits first: numbers that float holds exactly.
void write_address(const float* data, float* out) {
  const auto address = reinterpret_cast<uintptr_t>(data);
  for (int i = 0; i < 4; i++) out[i] = static_cast<float>((address >> (16 * i)) & 0xffff);
}

// Inputs n tensors; outputs n new ones of their shapes, which nothing is written to, and where all of them lie in
// memory, [2n, 4]: the inputs, then the outputs.
void received(Call& call) {
  const int n = call.inputs();
  float* const addresses = call.output(n, {2 * n, 4});
  for (int i = 0; i < n; i++) {
    write_address(call.input(i), addresses + 4 * i);
    write_address(call.output_like(i, i), addresses + 4 * (n + i));
  }
}

}  // namespace

void register_received() {
  register_operation<received>("ContrastiveReceived", {"tensors: N * float"},
                               {"received: N * float", "addresses: float"});
}

}  // namespace contrastive

// Registers our kernels with TensorFlow as operations of the CPU, and tells JavaScript what was registered:
//   {instructions: ('Avx2' | 'Avx512')[], operations: number}; the better set of instructions last, none where the
//   processor has neither; `operations` changes with their inputs, so that no other version of JavaScript calls them.
// The operations of a set carry its name: ContrastiveAvx2Convolution (tiles of 2×2), ContrastiveAvx2Convolution4x4, …
#include <node_api.h>

#include <exception>
#include <mutex>
#include <vector>

#include "register.h"

namespace contrastive {
namespace {

constexpr int operations_version = 4;  // OPERATIONS of load-kernels.ts
std::vector<const char*> registered;

void register_all() {
  register_updates();
  register_addresses();
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
  register_convolutions(false);
  register_norms(false);
  registered.push_back("Avx2");
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return;
  register_convolutions(true);
  register_norms(true);
  registered.push_back("Avx512");
}

napi_value init(napi_env env, napi_value exports) {
  static std::once_flag once;
  try {
    std::call_once(once, register_all);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
  napi_value value;
  napi_value list;
  napi_create_array(env, &list);
  for (size_t i = 0; i < registered.size(); i++) {
    napi_create_string_utf8(env, registered[i], NAPI_AUTO_LENGTH, &value);
    napi_set_element(env, list, static_cast<uint32_t>(i), value);
  }
  napi_set_named_property(env, exports, "instructions", list);
  napi_create_int32(env, operations_version, &value);
  napi_set_named_property(env, exports, "operations", value);
  return exports;
}

}  // namespace
}  // namespace contrastive

NAPI_MODULE(NODE_GYP_MODULE_NAME, contrastive::init)

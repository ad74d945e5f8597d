// Registers our kernels with TensorFlow as operations of the CPU, and tells JavaScript what was registered:
//   {instructions: ('Avx2' | 'Avx512')[], operations: number}; the better set of instructions last, none where the
//   processor has neither; `operations` changes with their inputs, so that no other version of JavaScript calls them.
// The operations of a set carry its name: ContrastiveAvx2Convolution (tiles of 2×2), ContrastiveAvx2Convolution4x4, …
#include <node_api.h>

#include <initializer_list>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "convolution.h"
#include "norm.h"
#include "pool.h"
#include "tensorflow.h"
#include "updates.h"

namespace contrastive {
namespace {

constexpr int operations_version = 2;  // OPERATIONS of load-kernels.ts
std::vector<const char*> registered;
std::mutex one_at_a_time;  // the pool and its memory serve one call

struct Status {
  TF_Status* const value = TF_NewStatus();
  ~Status() { TF_DeleteStatus(value); }
  void check() const {
    if (TF_GetCode(value) != TF_OK) throw std::runtime_error(TF_Message(value));
  }
};

// Attributes of the convolutions with a stride, and of normalisation.
struct Settings {
  int64_t stride = 1, kernel = 1, height = 1, width = 1, relu = 0;
  float epsilon = 0, rate = 0;
};

// One call of an operation: its inputs, freed with it, and its outputs.
class Call {
 public:
  Call(TF_OpKernelContext* context, const Settings& settings)
      : settings(settings),
        context_(context),
        inputs_(TF_NumInputs(context)),
        tensors_(static_cast<size_t>(inputs_ + TF_NumOutputs(context))) {}
  const Settings& settings;
  Call(const Call&) = delete;
  ~Call() {
    for (TF_Tensor* tensor : tensors_) {
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    }
  }

  int inputs() const { return inputs_; }
  const float* input(int index) {
    TF_Tensor*& tensor = at(index);
    if (tensor == nullptr) {
      const Status status;
      TF_GetInput(context_, index, &tensor, status.value);
      status.check();
    }
    return static_cast<const float*>(TF_TensorData(tensor));
  }

  int rank(int index) { return input(index), TF_NumDims(at(index)); }
  long dim(int index, int axis) { return input(index), static_cast<long>(TF_Dim(at(index), axis)); }
  long size(int index) {
    long product = 1;
    for (int axis = 0; axis < rank(index); axis++) product *= dim(index, axis);
    return product;
  }

  float* output(int index, std::initializer_list<int64_t> dims) {
    return allocate(index, dims.begin(), static_cast<int>(dims.size()));
  }
  float* output_like(int index, int input_index) {
    int64_t dims[8];
    const int count = rank(input_index);
    if (count > 8) throw std::invalid_argument("more than 8 dimensions");
    for (int axis = 0; axis < count; axis++) dims[axis] = dim(input_index, axis);
    return allocate(index, dims, count);
  }

 private:
  TF_OpKernelContext* const context_;
  const int inputs_;
  std::vector<TF_Tensor*> tensors_;  // inputs, then outputs; null until asked for
  TF_Tensor*& at(int index) { return tensors_[static_cast<size_t>(index)]; }
  TF_Tensor*& output_slot(int index) { return at(inputs_ + index); }

  float* allocate(int index, const int64_t* dims, int rank) {
    size_t bytes = sizeof(float);
    for (int axis = 0; axis < rank; axis++) bytes *= static_cast<size_t>(dims[axis]);
    const Status status;
    output_slot(index) = TF_AllocateOutput(context_, index, TF_FLOAT, dims, rank, bytes, status.value);
    status.check();
    return static_cast<float*>(TF_TensorData(output_slot(index)));
  }
};

void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(what);
}

// The shape of a convolution, sizes by the index of the input that has them.
ConvolutionShape convolution_shape(Call& call, int images, long in, long out) {
  require(call.rank(images) == 4, "expected images [n, h, w, c]");
  require(in % 16 == 0 && out % 16 == 0 && in <= most_channels && out <= most_channels,
          "expected multiples of 16 channels, up to 16384");
  const ConvolutionShape shape{call.dim(images, 0), call.dim(images, 1), call.dim(images, 2), in, out};
  require(shape.batch > 0 && shape.height > 0 && shape.width > 0, "expected at least one image of at least one pixel");
  return shape;
}

void require_filter(Call& call, int index) {
  require(call.rank(index) == 4 && call.dim(index, 0) == 3 && call.dim(index, 1) == 3,
          "expected a filter [3, 3, in, out]");
}

// Inputs x and filter, output y.
template <const WinogradKernels& kernels>
void forward(Call& call) {
  require_filter(call, 1);
  const ConvolutionShape shape = convolution_shape(call, 0, call.dim(1, 2), call.dim(1, 3));
  require(call.dim(0, 3) == shape.in, "the images have other channels than the filter");
  kernels.forward(shape, call.input(0), call.input(1),
                  call.output(0, {shape.batch, shape.height, shape.width, shape.out}));
}

// Inputs dy and filter, output dx.
template <const WinogradKernels& kernels>
void backward_input(Call& call) {
  require_filter(call, 1);
  const ConvolutionShape shape = convolution_shape(call, 0, call.dim(1, 2), call.dim(1, 3));
  require(call.dim(0, 3) == shape.out, "the gradient has other channels than the filter");
  kernels.backward_input(shape, call.input(0), call.input(1),
                         call.output(0, {shape.batch, shape.height, shape.width, shape.in}));
}

// Inputs x and dy, output dfilter.
template <const WinogradKernels& kernels>
void backward_filter(Call& call) {
  require(call.rank(0) == 4 && call.rank(1) == 4, "expected images [n, h, w, c]");
  const ConvolutionShape shape = convolution_shape(call, 0, call.dim(0, 3), call.dim(1, 3));
  require(call.dim(1, 0) == shape.batch && call.dim(1, 1) == shape.height && call.dim(1, 2) == shape.width,
          "images and gradient differ in size");
  kernels.backward_filter(shape, call.input(0), call.input(1), call.output(0, {3, 3, shape.in, shape.out}));
}

void require_strided(const StridedShape& shape) {
  require(shape.batch > 0 && shape.stride >= 1 && shape.kernel >= 1 && shape.height >= shape.kernel &&
              shape.width >= shape.kernel,
          "expected images as large as the filter");
  require(shape.in % 16 == 0 && shape.out % 16 == 0, "expected multiples of 16 channels");
}

// Attribute stride; inputs x and filter, output y.
template <const StridedKernels& kernels>
void strided_forward(Call& call) {
  require(call.rank(0) == 4 && call.rank(1) == 4, "expected images [n, h, w, c] and a filter [k, k, in, out]");
  const StridedShape shape{call.dim(0, 0), call.dim(0, 1), call.dim(0, 2),      call.dim(1, 2),
                           call.dim(1, 3), call.dim(1, 0), call.settings.stride};
  require_strided(shape);
  require(call.dim(0, 3) == shape.in && call.dim(1, 1) == shape.kernel,
          "the images have other channels than the filter, or that is no square");
  kernels.forward(shape, call.input(0), call.input(1),
                  call.output(0, {shape.batch, shape.rows(), shape.across(), shape.out}));
}

// Attributes stride, height and width (of dx); inputs dy and filter, output dx.
template <const StridedKernels& kernels>
void strided_backward_input(Call& call) {
  require(call.rank(0) == 4 && call.rank(1) == 4, "expected a gradient [n, h, w, c] and a filter [k, k, in, out]");
  const auto& [stride, kernel, height, width, relu, epsilon, rate] = call.settings;
  const StridedShape shape{call.dim(0, 0), height, width, call.dim(1, 2), call.dim(1, 3), call.dim(1, 0), stride};
  require_strided(shape);
  require(call.dim(0, 3) == shape.out && call.dim(1, 1) == shape.kernel,
          "the gradient has other channels than the filter, or that is no square");
  require(call.dim(0, 1) == shape.rows() && call.dim(0, 2) == shape.across(), "images and gradient differ in size");
  kernels.backward_input(shape, call.input(0), call.input(1),
                         call.output(0, {shape.batch, shape.height, shape.width, shape.in}));
}

// Attributes stride and kernel; inputs x and dy, output dfilter.
template <const StridedKernels& kernels>
void strided_backward_filter(Call& call) {
  require(call.rank(0) == 4 && call.rank(1) == 4, "expected images [n, h, w, c]");
  const StridedShape shape{call.dim(0, 0), call.dim(0, 1),       call.dim(0, 2),      call.dim(0, 3),
                           call.dim(1, 3), call.settings.kernel, call.settings.stride};
  require_strided(shape);
  require(call.dim(1, 0) == shape.batch && call.dim(1, 1) == shape.rows() && call.dim(1, 2) == shape.across(),
          "images and gradient differ in size");
  kernels.backward_filter(shape, call.input(0), call.input(1),
                          call.output(0, {shape.kernel, shape.kernel, shape.in, shape.out}));
}

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

// Attribute relu; inputs dy, x, γ, β, statistics, and y where there was a shortcut; outputs dx, dγ, dβ, dshortcut.
template <const NormKernels& kernels, bool shortcut>
void norm_backward(Call& call) {
  const NormShape shape = norm_shape(call, 1, 2);
  require(call.size(0) == call.size(1), "values and gradient differ in size");
  require(call.size(3) == shape.channels && call.size(4) == 3 * shape.channels, "expected statistics [3, c]");
  require(!shortcut || call.size(5) == call.size(1), "values and result differ in size");
  NormBackward job{};
  job.shape = shape;
  job.relu = call.settings.relu != 0;
  job.dy = call.input(0);
  job.x = call.input(1);
  job.gamma = call.input(2);
  job.beta = call.input(3);
  job.statistics = call.input(4);
  job.y = shortcut ? call.input(5) : nullptr;
  job.dx = call.output_like(0, 1);
  job.dgamma = call.output(1, {shape.channels});
  job.dbeta = call.output(2, {shape.channels});
  job.dshortcut = shortcut ? call.output_like(3, 1) : nullptr;
  kernels.backward(job);
}

// The attributes that an operation has.
enum class Takes { nothing, strides, norm };

constexpr const char* strides[] = {"stride", "kernel", "height", "width"};
constexpr const char* numbers[] = {"epsilon", "rate"};

template <Takes takes>
void* create(TF_OpKernelConstruction* construction) {
  auto* const settings = new Settings;
  const Status status;
  const auto whole = [&](const char* name, int64_t* value) {
    if (TF_GetCode(status.value) == TF_OK) TF_OpKernelConstruction_GetAttrInt64(construction, name, value, status.value);
  };
  const auto number = [&](const char* name, float* value) {
    if (TF_GetCode(status.value) == TF_OK) TF_OpKernelConstruction_GetAttrFloat(construction, name, value, status.value);
  };
  if (takes == Takes::strides) {
    int64_t* const values[] = {&settings->stride, &settings->kernel, &settings->height, &settings->width};
    for (int i = 0; i < 4; i++) whole(strides[i], values[i]);
  } else if (takes == Takes::norm) {
    float* const values[] = {&settings->epsilon, &settings->rate};
    for (int i = 0; i < 2; i++) number(numbers[i], values[i]);
    whole("relu", &settings->relu);
  }
  if (TF_GetCode(status.value) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.value);
  return settings;
}

void destroy(void* settings) { delete static_cast<Settings*>(settings); }

template <void (*body)(Call&)>
void compute(void* settings, TF_OpKernelContext* context) {
  TF_Code code = TF_OK;
  std::string message;
  {
    const std::lock_guard<std::mutex> lock(one_at_a_time);
    Call call(context, *static_cast<Settings*>(settings));
    try {
      body(call);
    } catch (const std::bad_alloc&) {
      code = TF_RESOURCE_EXHAUSTED;
      message = "out of memory";
    } catch (const std::invalid_argument& error) {
      code = TF_INVALID_ARGUMENT;
      message = error.what();
    } catch (const std::exception& error) {
      code = TF_INTERNAL;
      message = error.what();
    }
  }
  if (code == TF_OK) return;
  const Status status;
  TF_SetStatus(status.value, code, message.c_str());
  TF_OpKernelContext_Failure(context, status.value);
}

template <void (*body)(Call&), Takes takes = Takes::nothing>
void register_operation(const char* name, std::initializer_list<const char*> inputs,
                        std::initializer_list<const char*> outputs) {
  TF_OpDefinitionBuilder* const definition = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  if (std::string(*inputs.begin()).find(": N * ") != std::string::npos)  // lists of n tensors
    TF_OpDefinitionBuilderAddAttr(definition, "N: int >= 1");
  const auto attribute = [&](const char* attribute, const char* rest) {
    TF_OpDefinitionBuilderAddAttr(definition, (std::string(attribute) + rest).c_str());
  };
  if (takes == Takes::strides) {
    for (const char* one : strides) attribute(one, ": int = 1");
  } else if (takes == Takes::norm) {
    for (const char* one : numbers) attribute(one, ": float = 0");
    attribute("relu", ": int = 0");
  }
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, TF_ShapeInferenceContextSetUnknownShape);
  const Status status;
  TF_RegisterOpDefinition(definition, status.value);
  status.check();
  TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", create<takes>, compute<body>, destroy),
                           status.value);
  status.check();
}

template <const WinogradKernels& kernels>
void register_winograd(const char* kind) {
  const std::string prefix = std::string("Contrastive") + kernels.instructions + kind;
  register_operation<forward<kernels>>(prefix.c_str(), {"x: float", "filter: float"}, {"y: float"});
  register_operation<backward_input<kernels>>((prefix + "InputGrad").c_str(), {"dy: float", "filter: float"},
                                              {"dx: float"});
  register_operation<backward_filter<kernels>>((prefix + "FilterGrad").c_str(), {"x: float", "dy: float"},
                                               {"dfilter: float"});
}

template <const WinogradKernels& tiles_2, const WinogradKernels& tiles_4, const StridedKernels& strided>
void register_convolution() {
  register_winograd<tiles_2>("Convolution");
  register_winograd<tiles_4>("Convolution4x4");
  const std::string other = std::string("Contrastive") + tiles_2.instructions + "StridedConvolution";
  register_operation<strided_forward<strided>, Takes::strides>(other.c_str(), {"x: float", "filter: float"},
                                                               {"y: float"});
  register_operation<strided_backward_input<strided>, Takes::strides>((other + "InputGrad").c_str(),
                                                            {"dy: float", "filter: float"}, {"dx: float"});
  register_operation<strided_backward_filter<strided>, Takes::strides>((other + "FilterGrad").c_str(), {"x: float", "dy: float"},
                                                             {"dfilter: float"});
  registered.push_back(tiles_2.instructions);
}

// ReLU is an attribute of all.
template <const NormKernels& kernels>
void register_norm(const char* instructions) {
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
}

void register_all() {
  register_operation<sgd>(
      "ContrastiveSgd",
      {"parameters: N * float", "gradients: N * float", "velocities: N * float", "settings: float"},
      {"new_parameters: N * float", "new_velocities: N * float"});
  register_operation<momentum>("ContrastiveMomentum",
                               {"targets: N * float", "sources: N * float", "settings: float"},
                               {"new_targets: N * float"});
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
  register_convolution<avx2_winograd_2, avx2_winograd_4, avx2_strided>();
  register_norm<avx2_norm>("Avx2");
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return;
  register_convolution<avx512_winograd_2, avx512_winograd_4, avx512_strided>();
  register_norm<avx512_norm>("Avx512");
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

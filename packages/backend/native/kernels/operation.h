// Operations of TensorFlow whose kernels are functions of a Call.
#pragma once

#include <initializer_list>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensorflow.h"

namespace contrastive {

inline std::mutex one_at_a_time;  // the pool and its memory serve one call

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

inline void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(what);
}

// The attributes that an operation has.
enum class Takes { nothing, strides, norm };

inline constexpr const char* strides[] = {"stride", "kernel", "height", "width"};
inline constexpr const char* numbers[] = {"epsilon", "rate"};

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

inline void destroy(void* settings) { delete static_cast<Settings*>(settings); }

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

}  // namespace contrastive

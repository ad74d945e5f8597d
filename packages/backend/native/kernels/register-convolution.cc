// Registers convolutions: ContrastiveAvx2Convolution (tiles of 2×2), …Convolution4x4 and …StridedConvolution.
#include "convolution.h"
#include "operation.h"
#include "register.h"

namespace contrastive {
namespace {

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
void register_set() {
  register_winograd<tiles_2>("Convolution");
  register_winograd<tiles_4>("Convolution4x4");
  const std::string other = std::string("Contrastive") + tiles_2.instructions + "StridedConvolution";
  register_operation<strided_forward<strided>, Takes::strides>(other.c_str(), {"x: float", "filter: float"},
                                                               {"y: float"});
  register_operation<strided_backward_input<strided>, Takes::strides>((other + "InputGrad").c_str(),
                                                            {"dy: float", "filter: float"}, {"dx: float"});
  register_operation<strided_backward_filter<strided>, Takes::strides>((other + "FilterGrad").c_str(), {"x: float", "dy: float"},
                                                             {"dfilter: float"});
}

}  // namespace

void register_convolutions(bool avx512) {
  if (avx512) register_set<avx512_winograd_2, avx512_winograd_4, avx512_strided>();
  else register_set<avx2_winograd_2, avx2_winograd_4, avx2_strided>();
}

}  // namespace contrastive

// Convolutions of channels-last images, forward and backward.
#pragma once

namespace contrastive {

constexpr long most_channels = 16384;

// Sizes of a convolution of 3×3 with stride 1 and a zero on every side; numbers of channels are multiples of 16, and no
// larger than that.
struct ConvolutionShape {
  long batch, height, width, in, out;
};

// By minimal filtering F(m×m, 3×3) (Lavin & Gray 2016, arXiv:1509.09308) of tiles of 2×2 or 4×4 pixels, built for one
// set of instructions. Kernels use the pool of threads and its scratch memory, so one call runs at a time; they throw
// std::bad_alloc.
struct WinogradKernels {
  const char* instructions;
  // y [n, h, w, out] of x [n, h, w, in] and filter [3, 3, in, out].
  void (*forward)(const ConvolutionShape&, const float* x, const float* filter, float* y);
  // dx [n, h, w, in] of dy [n, h, w, out] and filter.
  void (*backward_input)(const ConvolutionShape&, const float* dy, const float* filter, float* dx);
  // dfilter [3, 3, in, out] of x and dy.
  void (*backward_filter)(const ConvolutionShape&, const float* x, const float* dy, float* dfilter);
};

extern const WinogradKernels avx512_winograd_2, avx512_winograd_4;
extern const WinogradKernels avx2_winograd_2, avx2_winograd_4;

// Sizes of a convolution with a stride, without padding: square filters; numbers of channels are multiples of 16.
struct StridedShape {
  long batch, height, width, in, out, kernel, stride;
  // In place, so that no copy of one set of instructions serves another.
  __attribute__((always_inline)) long rows() const { return (height - kernel) / stride + 1; }
  __attribute__((always_inline)) long across() const { return (width - kernel) / stride + 1; }
  // Numbers that one pixel of the result is made of.
  __attribute__((always_inline)) long depth() const { return kernel * kernel * in; }
};

// By products of matrices: the numbers under the filter are copied side by side, a piece of the images at a time.
struct StridedKernels {
  // y [n, rows, across, out] of x [n, h, w, in] and filter [kernel, kernel, in, out].
  void (*forward)(const StridedShape&, const float* x, const float* filter, float* y);
  // dx [n, h, w, in] of dy [n, rows, across, out] and filter.
  void (*backward_input)(const StridedShape&, const float* dy, const float* filter, float* dx);
  // dfilter [kernel, kernel, in, out] of x and dy.
  void (*backward_filter)(const StridedShape&, const float* x, const float* dy, float* dfilter);
};

extern const StridedKernels avx512_strided;
extern const StridedKernels avx2_strided;

}  // namespace contrastive

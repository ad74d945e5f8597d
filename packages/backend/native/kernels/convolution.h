// Convolutions of 3×3 with stride 1 and a zero on every side, channels last: minimal filtering F(2×2, 3×3) (Lavin & Gray 2016, arXiv:1509.09308).
#pragma once

namespace contrastive {

constexpr long most_channels = 16384;

// Sizes of one convolution; both numbers of channels are multiples of 16, and no larger than that.
struct ConvolutionShape {
  long batch, height, width, in, out;
};

// One build of the kernels, for one set of instructions. They use the pool of threads and its scratch memory, so one call runs at a time; they throw std::bad_alloc.
struct ConvolutionKernels {
  const char* instructions;
  // y [n, h, w, out] of x [n, h, w, in] and filter [3, 3, in, out].
  void (*forward)(const ConvolutionShape&, const float* x, const float* filter, float* y);
  // dx [n, h, w, in] of dy [n, h, w, out] and filter.
  void (*backward_input)(const ConvolutionShape&, const float* dy, const float* filter, float* dx);
  // dfilter [3, 3, in, out] of x and dy.
  void (*backward_filter)(const ConvolutionShape&, const float* x, const float* dy, float* dfilter);
};

extern const ConvolutionKernels avx512_kernels;
extern const ConvolutionKernels avx2_kernels;

}  // namespace contrastive

// Deformable convolution (Dai et al., arXiv 1703.06211) and its second version with a mask (Zhu et al., arXiv 1811.11168): each tap of the
// kernel reads its input at a place of its own, between the pixels:
//   y(p) = bias + sum over taps n of W_n . m_n(p) x(p * stride - padding + n * dilation + offset_n(p)),
// where x between four pixels is their bilinear interpolation, and 0 outside of the picture.
//
// Layouts are those of torchvision.ops.deform_conv2d: offsets [N, offset groups * taps * 2, H', W'] as (dy, dx) side by side, masks
// [N, offset groups * taps, H', W'] or none; an offset group moves its own share of the input's channels.
#pragma once

#include <array>
#include <cstdint>

#include <ATen/ATen.h>

namespace panoptes::deform {

using Pair = std::array<int64_t, 2>;  // y, x

struct Inputs {
  at::Tensor x, offset, mask, weight, bias;  // mask and bias may be undefined
};

// Sizes and steps. A place is an output pixel of any of the pictures, counted row by row.
struct Geometry {
  int64_t pictures, channels, height, width, outputs, out_height, out_width, groups, offset_groups;
  Pair kernel, stride, padding, dilation;

  // Throws std::invalid_argument, with the shapes, where they do not go together.
  Geometry(const Inputs& inputs, Pair stride, Pair padding, Pair dilation);

  int64_t taps() const { return kernel[0] * kernel[1]; }
  int64_t places() const { return pictures * out_height * out_width; }
  int64_t group_channels() const { return channels / groups; }
  int64_t group_outputs() const { return outputs / groups; }
  int64_t offset_channels() const { return channels / offset_groups; }
};

// Which gradients are wanted, and the gradients, under the places that their tensors have.
struct Wanted {
  bool x, offset, mask, weight, bias;
  bool moves() const { return offset || mask; }
};

// Everything below takes and gives pictures whose channels lie side by side (NHWC) and contiguous weights [O, C / groups, kh, kw], all of
// one type.

// For float tensors of the CPU, where can_run_fast().
bool can_run_fast(const Inputs& inputs);
at::Tensor fast_forward(const Inputs& inputs, const Geometry& geometry);
Inputs fast_backward(const Inputs& inputs, const Geometry& geometry, const at::Tensor& dy, const Wanted& wanted);

// For any device and float type, of libtorch's operators.
at::Tensor composed_forward(const Inputs& inputs, const Geometry& geometry);
Inputs composed_backward(const Inputs& inputs, const Geometry& geometry, const at::Tensor& dy, const Wanted& wanted);

}  // namespace panoptes::deform

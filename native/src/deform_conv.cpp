// Deformable convolution as one operator with gradients; deform_conv_fast.cpp and deform_conv_composed.cpp compute it.
#include "deform_conv.h"
#include "shim.h"

#include <sstream>
#include <stdexcept>
#include <vector>

#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

using namespace panoptes;
using namespace panoptes::deform;

namespace {

void require(bool right, const Inputs& inputs, const char* what) {
  if (right) return;
  std::ostringstream text;
  text << "deform_conv2d: " << what << " (x " << inputs.x.sizes() << ", offset " << inputs.offset.sizes();
  if (inputs.mask.defined()) text << ", mask " << inputs.mask.sizes();
  text << ", weight " << inputs.weight.sizes();
  if (inputs.bias.defined()) text << ", bias " << inputs.bias.sizes();
  text << ')';
  throw std::invalid_argument(text.str());
}

int64_t out_size(int64_t size, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
  return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
}

Pair pair(c10::IntArrayRef values, size_t first) { return {values[first], values[first + 1]}; }

// Autocast would choose another type for the products of the composed way.
struct NoAutocast {
  c10::impl::ExcludeDispatchKeyGuard guard{c10::autocast_dispatch_keyset};
};

// An autograd function takes no undefined tensor: an empty one stands for it.
at::Tensor or_nothing(const at::Tensor& tensor, const at::Tensor& like) {
  return tensor.defined() ? tensor : at::empty({0}, like.options());
}
at::Tensor or_undefined(const at::Tensor& tensor) { return tensor.dim() == 1 && tensor.numel() == 0 ? at::Tensor() : tensor; }

struct Convolution : torch::autograd::Function<Convolution> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& offset,
                            const at::Tensor& mask, const at::Tensor& weight, const at::Tensor& bias, std::vector<int64_t> steps,
                            bool fast) {
    NoAutocast no_autocast;
    context->save_for_backward({x, offset, mask, weight, bias});
    context->saved_data["steps"] = steps;
    context->saved_data["fast"] = fast;
    std::vector<int64_t> wanted;
    for (auto* tensor : {&x, &offset, &mask, &weight, &bias}) wanted.push_back(tensor->requires_grad() ? 1 : 0);
    context->saved_data["wanted"] = wanted;
    Inputs inputs{x, offset, or_undefined(mask), weight, or_undefined(bias)};
    Geometry geometry(inputs, pair(steps, 0), pair(steps, 2), pair(steps, 4));
    return fast ? fast_forward(inputs, geometry) : composed_forward(inputs, geometry);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    NoAutocast no_autocast;
    at::AutoGradMode no_grad(false);
    auto saved = context->get_saved_variables();
    auto steps = context->saved_data["steps"].toIntVector();
    auto flags = context->saved_data["wanted"].toIntVector();
    Inputs inputs{saved[0], saved[1], or_undefined(saved[2]), saved[3], or_undefined(saved[4])};
    Geometry geometry(inputs, pair(steps, 0), pair(steps, 2), pair(steps, 4));
    Wanted wanted{flags[0] != 0, flags[1] != 0, flags[2] != 0, flags[3] != 0, flags[4] != 0};
    at::Tensor dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    Inputs result = context->saved_data["fast"].toBool() ? fast_backward(inputs, geometry, dy, wanted)
                                                         : composed_backward(inputs, geometry, dy, wanted);
    return {result.x, result.offset, result.mask, result.weight, result.bias, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

Geometry::Geometry(const Inputs& inputs, Pair stride, Pair padding, Pair dilation) : stride(stride), padding(padding), dilation(dilation) {
  const auto &x = inputs.x, &weight = inputs.weight, &offset = inputs.offset, &mask = inputs.mask;
  require(x.dim() == 4 && weight.dim() == 4 && offset.dim() == 4, inputs, "x, offset and weight have four dimensions");
  for (int i = 0; i < 2; i++) {
    require(stride[i] > 0 && padding[i] >= 0 && dilation[i] > 0 && weight.size(2 + i) > 0, inputs, "steps and kernel are positive");
  }
  pictures = x.size(0), channels = x.size(1), height = x.size(2), width = x.size(3), outputs = weight.size(0);
  kernel = {weight.size(2), weight.size(3)};
  require(weight.size(1) > 0 && channels > 0 && channels % weight.size(1) == 0, inputs, "weight's second size divides x's channels");
  groups = channels / weight.size(1);
  require(outputs > 0 && outputs % groups == 0, inputs, "the groups divide the outputs");
  require(offset.size(1) > 0 && offset.size(1) % (2 * taps()) == 0, inputs, "offset has two channels for each tap and offset group");
  offset_groups = offset.size(1) / (2 * taps());
  require(channels % offset_groups == 0, inputs, "the offset groups divide x's channels");
  require(dilation[0] * (kernel[0] - 1) < height + 2 * padding[0] && dilation[1] * (kernel[1] - 1) < width + 2 * padding[1], inputs,
          "the kernel is not larger than the padded picture");
  out_height = out_size(height, kernel[0], stride[0], padding[0], dilation[0]);
  out_width = out_size(width, kernel[1], stride[1], padding[1], dilation[1]);
  require(offset.size(0) == pictures && offset.size(2) == out_height && offset.size(3) == out_width, inputs,
          "offset has the output's places");
  require(!mask.defined() || mask.sizes() == at::IntArrayRef({pictures, offset_groups * taps(), out_height, out_width}), inputs,
          "mask has a channel for each tap and offset group, and the output's places");
  require(!inputs.bias.defined() || inputs.bias.sizes() == at::IntArrayRef({outputs}), inputs, "bias has a number for each output");
}

// steps: stride, padding and dilation, each as y and x. Mask and bias may be null. The result's channels lie side by side, its type is x's.
// 16-bit numbers are computed with in 32: their places between the pixels would be too coarse.
PANOPTES_EXPORT int panoptes_deform_conv2d(void* x_handle, void* offset_handle, void* mask_handle, void* weight_handle, void* bias_handle,
                                           const int64_t* steps, int composed, void** result) {
  return guarded([&] {
    at::Tensor x = borrow(x_handle);
    Inputs inputs{x, borrow(offset_handle), borrow(mask_handle), borrow(weight_handle), borrow(bias_handle)};
    std::vector<int64_t> all(steps, steps + 6);
    Geometry geometry(inputs, pair(all, 0), pair(all, 2), pair(all, 4));
    auto type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    for (auto* tensor : {&inputs.x, &inputs.offset, &inputs.mask}) {
      if (tensor->defined()) *tensor = tensor->to(type).contiguous(at::MemoryFormat::ChannelsLast);
    }
    for (auto* tensor : {&inputs.weight, &inputs.bias}) {
      if (tensor->defined()) *tensor = tensor->to(type).contiguous();
    }
    bool fast = composed == 0 && can_run_fast(inputs);
    at::Tensor mask = or_nothing(inputs.mask, inputs.x), bias = or_nothing(inputs.bias, inputs.x);
    at::Tensor y = Convolution::apply(inputs.x, inputs.offset, mask, inputs.weight, bias, all, fast);
    *result = give(y.to(x.scalar_type()));
  });
}

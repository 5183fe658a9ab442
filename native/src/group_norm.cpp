// Group normalisation with an optional ReLU behind it, for float tensors of the CPU whose channels lie side by side (NHWC). libtorch's own
// backward pass answers in NCHW whatever it is given, so that every convolution before it would reorder its gradients.
#include "shim.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

using namespace panoptes;

namespace {

// Places that one task walks through. Fixed, so that sums do not depend on the number of threads.
constexpr int64_t kPlaces = 512;

// Places summed up in float before the sum goes on in double.
constexpr int64_t kRun = 32;

struct Shape {
  int64_t pictures, channels, places, groups, blocks;

  Shape(const at::Tensor& x, int64_t group_count)
      : pictures(x.size(0)),
        channels(x.size(1)),
        places(x.size(2) * x.size(3)),
        groups(group_count),
        blocks((places + kPlaces - 1) / kPlaces) {}

  int64_t group_size() const { return channels / groups; }

  // Calls task(picture, block, first place, count) for all blocks, on libtorch's threads.
  template <class Task>
  void for_each_block(const Task& task) const {
    // A task is worth a thread from some ten thousand numbers on.
    int64_t grain = std::max<int64_t>(1, 16384 / (channels * std::min(places, kPlaces)));
    at::parallel_for(0, pictures * blocks, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        int64_t block = i % blocks;
        int64_t first = block * kPlaces;
        task(i / blocks, block, first, std::min(kPlaces, places - first));
      }
    });
  }
};

// Sums of x and of its square for each channel over some places.
PANOPTES_VECTORISED void sum_moments(const float* __restrict x, int64_t count, int64_t channels, float* __restrict sum, float* __restrict square) {
  for (int64_t i = 0; i < count; i++, x += channels) {
    for (int64_t c = 0; c < channels; c++) {
      sum[c] += x[c];
      square[c] += x[c] * x[c];
    }
  }
}

// Sums of dy and of dy * x for each channel over some places.
PANOPTES_VECTORISED void sum_products(const float* __restrict x, const float* __restrict dy, int64_t count, int64_t channels, float* __restrict plain,
                                      float* __restrict product) {
  for (int64_t i = 0; i < count; i++, x += channels, dy += channels) {
    for (int64_t c = 0; c < channels; c++) {
      plain[c] += dy[c];
      product[c] += dy[c] * x[c];
    }
  }
}

// The same where the result y of a ReLU let dy through.
PANOPTES_VECTORISED void sum_products_relu(const float* __restrict x, const float* __restrict y, const float* __restrict dy, int64_t count,
                                           int64_t channels, float* __restrict plain, float* __restrict product) {
  for (int64_t i = 0; i < count; i++, x += channels, y += channels, dy += channels) {
    for (int64_t c = 0; c < channels; c++) {
      float d = y[c] > 0 ? dy[c] : 0.0f;
      plain[c] += d;
      product[c] += d * x[c];
    }
  }
}

// y = x * scale + shift, each channel with its own; not below `least`. What is no number stays none.
PANOPTES_VECTORISED void apply(const float* __restrict x, float* __restrict y, int64_t count, int64_t channels, const float* __restrict scale,
                               const float* __restrict shift, float least) {
  for (int64_t i = 0; i < count; i++, x += channels, y += channels) {
    for (int64_t c = 0; c < channels; c++) {
      float value = x[c] * scale[c] + shift[c];
      y[c] = value < least ? least : value;
    }
  }
}

// dx = dy * scale + x * slope + shift, each channel with its own.
PANOPTES_VECTORISED void apply_gradient(const float* __restrict x, const float* __restrict dy, float* __restrict dx, int64_t count, int64_t channels,
                                        const float* __restrict scale, const float* __restrict slope, const float* __restrict shift) {
  for (int64_t i = 0; i < count; i++, x += channels, dy += channels, dx += channels) {
    for (int64_t c = 0; c < channels; c++) dx[c] = dy[c] * scale[c] + x[c] * slope[c] + shift[c];
  }
}

// The same where the result y of a ReLU let dy through.
PANOPTES_VECTORISED void apply_gradient_relu(const float* __restrict x, const float* __restrict y, const float* __restrict dy, float* __restrict dx,
                                             int64_t count, int64_t channels, const float* __restrict scale, const float* __restrict slope,
                                             const float* __restrict shift) {
  for (int64_t i = 0; i < count; i++, x += channels, y += channels, dy += channels, dx += channels) {
    for (int64_t c = 0; c < channels; c++) dx[c] = (y[c] > 0 ? dy[c] : 0.0f) * scale[c] + x[c] * slope[c] + shift[c];
  }
}

// Two sums for each channel over one block, `run(place, count, first sum, second sum)` adding a few places at a time in float.
template <class Run>
void sum_block(int64_t channels, int64_t count, double* sums, const Run& run) {
  std::vector<float> part(2 * channels);
  std::fill(sums, sums + 2 * channels, 0.0);
  for (int64_t start = 0; start < count; start += kRun) {
    std::fill(part.begin(), part.end(), 0.0f);
    run(start, std::min(kRun, count - start), part.data(), part.data() + channels);
    for (int64_t c = 0; c < 2 * channels; c++) sums[c] += part[c];
  }
}

// Sums of a picture's blocks, in their order: [pictures, 2, channels].
std::vector<double> add_blocks(const Shape& shape, const std::vector<double>& sums) {
  int64_t width = 2 * shape.channels;
  std::vector<double> total(shape.pictures * width, 0.0);
  for (int64_t n = 0; n < shape.pictures; n++) {
    for (int64_t b = 0; b < shape.blocks; b++) {
      for (int64_t c = 0; c < width; c++) total[n * width + c] += sums[(n * shape.blocks + b) * width + c];
    }
  }
  return total;
}

// Normalises; returns the result, and mean and 1 / deviation of each picture and group: [pictures, groups].
std::tuple<at::Tensor, at::Tensor, at::Tensor> forward_pass(
    const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t groups, double epsilon, bool relu) {
  Shape shape(x, groups);
  const float* in = x.data_ptr<float>();
  int64_t channels = shape.channels;
  std::vector<double> sums(shape.pictures * shape.blocks * 2 * channels);
  shape.for_each_block([&](int64_t n, int64_t block, int64_t first, int64_t count) {
    const float* rows = in + (n * shape.places + first) * channels;
    sum_block(channels, count, &sums[(n * shape.blocks + block) * 2 * channels], [&](int64_t i, int64_t rest, float* sum, float* square) {
      sum_moments(rows + i * channels, rest, channels, sum, square);
    });
  });

  std::vector<double> total = add_blocks(shape, sums);
  at::Tensor mean = at::empty({shape.pictures, groups}, x.options());
  at::Tensor inverse = at::empty({shape.pictures, groups}, x.options());
  std::vector<float> scales(shape.pictures * channels), shifts(shape.pictures * channels);
  const float* gamma = weight.data_ptr<float>();
  const float* beta = bias.data_ptr<float>();
  double count = static_cast<double>(shape.places * shape.group_size());
  for (int64_t n = 0; n < shape.pictures; n++) {
    for (int64_t g = 0; g < groups; g++) {
      double sum = 0, square = 0;
      for (int64_t c = g * shape.group_size(); c < (g + 1) * shape.group_size(); c++) {
        sum += total[n * 2 * channels + c];
        square += total[n * 2 * channels + channels + c];
      }
      double average = sum / count;
      double rstd = 1 / std::sqrt(std::max(square / count - average * average, 0.0) + epsilon);
      mean.data_ptr<float>()[n * groups + g] = static_cast<float>(average);
      inverse.data_ptr<float>()[n * groups + g] = static_cast<float>(rstd);
      for (int64_t c = g * shape.group_size(); c < (g + 1) * shape.group_size(); c++) {
        scales[n * channels + c] = static_cast<float>(gamma[c] * rstd);
        shifts[n * channels + c] = static_cast<float>(beta[c] - gamma[c] * rstd * average);
      }
    }
  }

  at::Tensor y = at::empty_like(x);
  float* out = y.data_ptr<float>();
  float least = relu ? 0.0f : -std::numeric_limits<float>::infinity();
  shape.for_each_block([&](int64_t n, int64_t, int64_t first, int64_t rest) {
    int64_t offset = (n * shape.places + first) * channels;
    apply(in + offset, out + offset, rest, channels, &scales[n * channels], &shifts[n * channels], least);
  });
  return {y, mean, inverse};
}

// The gradients of x, weight and bias. With a ReLU behind, y is its result: where it is 0, nothing passes.
std::tuple<at::Tensor, at::Tensor, at::Tensor> backward_pass(
    const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& y, const at::Tensor& weight, const at::Tensor& mean,
    const at::Tensor& inverse, int64_t groups) {
  Shape shape(x, groups);
  const float* dy = gradient.data_ptr<float>();
  const float* in = x.data_ptr<float>();
  const float* out = y.defined() ? y.data_ptr<float>() : nullptr;
  int64_t channels = shape.channels;
  std::vector<double> sums(shape.pictures * shape.blocks * 2 * channels);
  shape.for_each_block([&](int64_t n, int64_t block, int64_t first, int64_t count) {
    int64_t offset = (n * shape.places + first) * channels;
    sum_block(channels, count, &sums[(n * shape.blocks + block) * 2 * channels], [&](int64_t i, int64_t rest, float* plain, float* product) {
      int64_t at = offset + i * channels;
      if (out != nullptr) {
        sum_products_relu(in + at, out + at, dy + at, rest, channels, plain, product);
      } else {
        sum_products(in + at, dy + at, rest, channels, plain, product);
      }
    });
  });

  // With dx = scale * dy + slope * x + shift; slope and shift are a group's.
  std::vector<double> total = add_blocks(shape, sums);
  std::vector<double> weight_sum(channels, 0.0), bias_sum(channels, 0.0);
  std::vector<float> scales(shape.pictures * channels), slopes(shape.pictures * channels), shifts(shape.pictures * channels);
  const float* gamma = weight.data_ptr<float>();
  double size = static_cast<double>(shape.places * shape.group_size());
  for (int64_t n = 0; n < shape.pictures; n++) {
    const double* plain = &total[n * 2 * channels];
    const double* product = plain + channels;
    for (int64_t g = 0; g < groups; g++) {
      double average = mean.data_ptr<float>()[n * groups + g], rstd = inverse.data_ptr<float>()[n * groups + g];
      double weighted = 0, weighted_product = 0;
      for (int64_t c = g * shape.group_size(); c < (g + 1) * shape.group_size(); c++) {
        weighted += gamma[c] * plain[c];
        weighted_product += gamma[c] * product[c];
        weight_sum[c] += (product[c] - plain[c] * average) * rstd;
        bias_sum[c] += plain[c];
      }
      double slope = (weighted * average - weighted_product) * rstd * rstd * rstd / size;
      double shift = -slope * average - weighted * rstd / size;
      for (int64_t c = g * shape.group_size(); c < (g + 1) * shape.group_size(); c++) {
        scales[n * channels + c] = static_cast<float>(gamma[c] * rstd);
        slopes[n * channels + c] = static_cast<float>(slope);
        shifts[n * channels + c] = static_cast<float>(shift);
      }
    }
  }

  at::Tensor dx = at::empty_like(x);
  float* target = dx.data_ptr<float>();
  shape.for_each_block([&](int64_t n, int64_t, int64_t first, int64_t count) {
    const float* scale = &scales[n * channels];
    const float* slope = &slopes[n * channels];
    const float* shift = &shifts[n * channels];
    int64_t at = (n * shape.places + first) * channels;
    if (out != nullptr) {
      apply_gradient_relu(in + at, out + at, dy + at, target + at, count, channels, scale, slope, shift);
    } else {
      apply_gradient(in + at, dy + at, target + at, count, channels, scale, slope, shift);
    }
  });

  at::Tensor dweight = at::empty({channels}, weight.options()), dbias = at::empty({channels}, weight.options());
  for (int64_t c = 0; c < channels; c++) {
    dweight.data_ptr<float>()[c] = static_cast<float>(weight_sum[c]);
    dbias.data_ptr<float>()[c] = static_cast<float>(bias_sum[c]);
  }
  return {dx, dweight, dbias};
}

struct GroupNorm : torch::autograd::Function<GroupNorm> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            int64_t groups, double epsilon, bool relu) {
    auto [y, mean, inverse] = forward_pass(x, weight.contiguous(), bias.contiguous(), groups, epsilon, relu);
    context->save_for_backward({x, relu ? y : at::Tensor(), weight, mean, inverse});
    context->saved_data["groups"] = groups;
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    int64_t groups = context->saved_data["groups"].toInt();
    at::Tensor gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor weight = saved[2].contiguous();
    auto [dx, dweight, dbias] = backward_pass(gradient, saved[0], saved[1], weight, saved[3], saved[4], groups);
    return {dx, dweight, dbias, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

bool is_ours(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return x.dim() == 4 && x.numel() > 0 && x.is_contiguous(at::MemoryFormat::ChannelsLast) && is_on_cpu(x, at::kFloat) &&
         is_on_cpu(weight, at::kFloat) && is_on_cpu(bias, at::kFloat);
}

}  // namespace

// Normalises the groups of x, [N, C, H, W], scales and shifts each channel, and cuts negative results off with relu. Tensors of another kind than
// this file's go libtorch's own way.
PANOPTES_EXPORT int panoptes_group_norm(void* x_handle, void* weight_handle, void* bias_handle, int64_t groups, double epsilon, int relu,
                                        void** result) {
  return guarded([&] {
    auto x = borrow(x_handle);
    auto weight = borrow(weight_handle);
    auto bias = borrow(bias_handle);
    if (is_ours(x, weight, bias)) {
      *result = give(GroupNorm::apply(x, weight, bias, groups, epsilon, relu != 0));
    } else {
      // In the weights' type, whatever the activations are: statistics of bfloat16 numbers would be worth little.
      auto y = at::group_norm(x.to(weight.scalar_type()), groups, weight, bias, epsilon);
      *result = give(relu != 0 ? at::relu(y) : y);
    }
  });
}

// Convolutions of 3x3 with stride 1 by Winograd's minimal filtering F(4x4, 3x3), forward and backward, for float tensors of the CPU whose
// channels lie side by side (NHWC): a quarter of the multiplications. Formulas and matrices: Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", arXiv 1509.09308, sections 4.2 and 4.3, in its notation:
//   Y  = A' [U * V] A,  U = G g G',  V = B' d B          for each 4x4 tile Y of the output and the 6x6 tile d of the input around it,
//   dg = G' [sum of (A dY A') * V] G                     which is the transpose of the same with respect to g,
// where * is taken for each of the 36 places, over all channels: 36 products of matrices. The gradient of the input is the convolution of
// dY with the kernel turned around.
//
// In memory: whatever has channels is cut into panels of 16, [place][panel][row][16], with tiles or input channels as rows.
#include "product.h"
#include "shim.h"

#include <algorithm>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

using namespace panoptes;

namespace {

#ifdef PANOPTES_PRODUCT

constexpr int64_t kPlaces = 36;   // of a transformed tile
constexpr int64_t kChunk = 128;   // tiles in work at a time: their transforms stay in the cache
constexpr int64_t kDepth = 64;    // input channels of a product that are summed up at a time
constexpr int64_t kFewTiles = 64;  // with fewer, transforming the kernel costs more than it saves
constexpr int64_t kNarrow = 64;   // with fewer channels, transforming the tiles does

// B' d for one line of six.
inline __attribute__((always_inline)) void input_line(const Vec* d, int64_t step, Vec* v, int64_t to) {
  Vec even = d[4 * step] - 4 * d[2 * step], odd = d[3 * step] - 4 * d[step];
  Vec even2 = d[4 * step] - d[2 * step], odd2 = 2 * (d[3 * step] - d[step]);
  v[0] = 4 * d[0] - 5 * d[2 * step] + d[4 * step];
  v[to] = even + odd;
  v[2 * to] = even - odd;
  v[3 * to] = even2 + odd2;
  v[4 * to] = even2 - odd2;
  v[5 * to] = 4 * d[step] - 5 * d[3 * step] + d[5 * step];
}

// A' m for one line of six.
inline __attribute__((always_inline)) void output_line(const Vec* m, int64_t step, Vec* y, int64_t to) {
  Vec sum = m[step] + m[2 * step], difference = m[step] - m[2 * step];
  Vec sum2 = m[3 * step] + m[4 * step], difference2 = m[3 * step] - m[4 * step];
  y[0] = m[0] + sum + sum2;
  y[to] = difference + 2 * difference2;
  y[2 * to] = sum + 4 * sum2;
  y[3 * to] = difference + 8 * difference2 + m[5 * step];
}

// A dy for one line of four.
inline __attribute__((always_inline)) void gradient_line(const Vec* y, int64_t step, Vec* d, int64_t to) {
  Vec even = y[0] + y[2 * step], odd = y[step] + y[3 * step];
  Vec even2 = y[0] + 4 * y[2 * step], odd2 = 2 * y[step] + 8 * y[3 * step];
  d[0] = y[0];
  d[to] = even + odd;
  d[2 * to] = even - odd;
  d[3 * to] = even2 + odd2;
  d[4 * to] = even2 - odd2;
  d[5 * to] = y[3 * step];
}

// G g for one line of three.
inline __attribute__((always_inline)) void kernel_line(const Vec* g, int64_t step, Vec* u, int64_t to) {
  Vec outer = g[0] + g[2 * step], outer2 = g[0] * (1.0f / 24) + g[2 * step] * (1.0f / 6), inner2 = g[step] * (1.0f / 12);
  u[0] = g[0] * 0.25f;
  u[to] = (outer + g[step]) * (-1.0f / 6);
  u[2 * to] = (outer - g[step]) * (-1.0f / 6);
  u[3 * to] = outer2 + inner2;
  u[4 * to] = outer2 - inner2;
  u[5 * to] = g[2 * step];
}

// G' p for one line of six.
inline __attribute__((always_inline)) void kernel_gradient_line(const Vec* p, int64_t step, Vec* g, int64_t to) {
  Vec sum = (p[step] + p[2 * step]) * (1.0f / 6), sum2 = p[3 * step] + p[4 * step];
  g[0] = p[0] * 0.25f - sum + sum2 * (1.0f / 24);
  g[to] = (p[2 * step] - p[step]) * (1.0f / 6) + (p[3 * step] - p[4 * step]) * (1.0f / 12);
  g[2 * to] = sum2 * (1.0f / 6) - sum + p[5 * step];
}

// Numbers from one of the 36 places to the next. One panel more than needed: steps of a power of two would meet in one corner of the cache.
inline __attribute__((always_inline)) int64_t place_step(int64_t channels, int64_t rows) { return channels * rows + kLanes; }

// A picture of [height, width, channels] as tiles of 4x4.
struct Grid {
  int64_t pictures, height, width, down, across;

  explicit Grid(const at::Tensor& x) : pictures(x.size(0)), height(x.size(2)), width(x.size(3)), down((height + 3) / 4), across((width + 3) / 4) {}

  int64_t tiles() const { return pictures * down * across; }
};

// Where a tile lies: its picture and its first row and column.
struct Place {
  int64_t picture, y, x;

  Place(const Grid& grid, int64_t tile)
      : picture(tile / (grid.down * grid.across)), y(tile / grid.across % grid.down * 4), x(tile % grid.across * 4) {}
};

// V of one tile: all panels of its channels. Outside of the picture are zeros.
PANOPTES_VECTORISED void transform_input(const float* x, const Grid& grid, const Place& place, int64_t channels, float* v, int64_t row,
                                         int64_t rows) {
  for (int64_t panel = 0; panel < channels / kLanes; panel++) {
    Vec d[36], half[36], all[36];
    for (int64_t r = 0; r < 6; r++) {
      for (int64_t s = 0; s < 6; s++) {
        int64_t y = place.y + r - 1, z = place.x + s - 1;
        bool inside = y >= 0 && y < grid.height && z >= 0 && z < grid.width;
        d[6 * r + s] = inside ? load(x + ((place.picture * grid.height + y) * grid.width + z) * channels + panel * kLanes) : Vec{};
      }
    }
    for (int64_t s = 0; s < 6; s++) input_line(d + s, 6, half + s, 6);
    for (int64_t r = 0; r < 6; r++) input_line(half + 6 * r, 1, all + 6 * r, 1);
    for (int64_t i = 0; i < kPlaces; i++) store(v + i * place_step(channels, rows) + (panel * rows + row) * kLanes, all[i]);
  }
}

// A dY A' of one tile.
PANOPTES_VECTORISED void transform_gradient(const float* dy, const Grid& grid, const Place& place, int64_t channels, float* d, int64_t row,
                                            int64_t rows) {
  for (int64_t panel = 0; panel < channels / kLanes; panel++) {
    Vec y[16], half[24], all[36];
    for (int64_t r = 0; r < 4; r++) {
      for (int64_t s = 0; s < 4; s++) {
        bool inside = place.y + r < grid.height && place.x + s < grid.width;
        int64_t at = ((place.picture * grid.height + place.y + r) * grid.width + place.x + s) * channels + panel * kLanes;
        y[4 * r + s] = inside ? load(dy + at) : Vec{};
      }
    }
    for (int64_t s = 0; s < 4; s++) gradient_line(y + s, 4, half + s, 4);
    for (int64_t r = 0; r < 6; r++) gradient_line(half + 4 * r, 1, all + 6 * r, 1);
    for (int64_t i = 0; i < kPlaces; i++) store(d + i * place_step(channels, rows) + (panel * rows + row) * kLanes, all[i]);
  }
}

// Y of one tile.
PANOPTES_VECTORISED void transform_output(const float* m, int64_t row, int64_t rows, const Grid& grid, const Place& place, int64_t channels,
                                          const float* bias, float* y) {
  for (int64_t panel = 0; panel < channels / kLanes; panel++) {
    Vec all[36], half[24], out[16];
    for (int64_t i = 0; i < kPlaces; i++) all[i] = load(m + i * place_step(channels, rows) + (panel * rows + row) * kLanes);
    for (int64_t s = 0; s < 6; s++) output_line(all + s, 6, half + s, 6);
    for (int64_t r = 0; r < 4; r++) output_line(half + 6 * r, 1, out + 4 * r, 1);
    Vec shift = bias != nullptr ? load(bias + panel * kLanes) : Vec{};
    for (int64_t r = 0; r < 4 && place.y + r < grid.height; r++) {
      for (int64_t s = 0; s < 4 && place.x + s < grid.width; s++) {
        store(y + ((place.picture * grid.height + place.y + r) * grid.width + place.x + s) * channels + panel * kLanes, out[4 * r + s] + shift);
      }
    }
  }
}

// U of one input channel: all panels of output channels. taps: [3, 3, inputs, outputs].
PANOPTES_VECTORISED void transform_kernel(const float* taps, int64_t input, int64_t inputs, int64_t outputs, float* u) {
  for (int64_t panel = 0; panel < outputs / kLanes; panel++) {
    Vec g[9], half[18], all[36];
    for (int64_t i = 0; i < 9; i++) g[i] = load(taps + (i * inputs + input) * outputs + panel * kLanes);
    for (int64_t s = 0; s < 3; s++) kernel_line(g + s, 3, half + s, 3);
    for (int64_t r = 0; r < 6; r++) kernel_line(half + 3 * r, 1, all + 6 * r, 1);
    for (int64_t i = 0; i < kPlaces; i++) store(u + i * place_step(outputs, inputs) + (panel * inputs + input) * kLanes, all[i]);
  }
}

// dg of one input channel.
PANOPTES_VECTORISED void transform_kernel_gradient(const float* du, int64_t input, int64_t inputs, int64_t outputs, float* taps) {
  for (int64_t panel = 0; panel < outputs / kLanes; panel++) {
    Vec all[36], half[18], g[9];
    for (int64_t i = 0; i < kPlaces; i++) all[i] = load(du + i * place_step(outputs, inputs) + (panel * inputs + input) * kLanes);
    for (int64_t s = 0; s < 6; s++) kernel_gradient_line(all + s, 6, half + s, 6);
    for (int64_t r = 0; r < 3; r++) kernel_gradient_line(half + 6 * r, 1, g + 3 * r, 1);
    for (int64_t i = 0; i < 9; i++) store(taps + (i * inputs + input) * outputs + panel * kLanes, g[i]);
  }
}

// Calls task(place, first panel, whether there are two) for all 36 products, cut into pairs of panels.
template <class Task>
void for_each_product(int64_t panels, const Task& task) {
  int64_t pairs = (panels + 1) / 2;
  at::parallel_for(0, kPlaces * pairs, 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) task(i / pairs, i % pairs * 2, i % pairs * 2 + 1 < panels);
  });
}

// taps: [3, 3, inputs, outputs]; bias: [outputs], or empty.
at::Tensor convolve(const at::Tensor& x, const at::Tensor& taps, const at::Tensor& bias) {
  int64_t inputs = taps.size(2), outputs = taps.size(3);
  Grid grid(x);
  at::Tensor y = at::empty({grid.pictures, outputs, grid.height, grid.width}, x.options(), at::MemoryFormat::ChannelsLast);
  const float* source = x.data_ptr<float>();
  const float* kernel = taps.data_ptr<float>();
  const float* shift = bias.numel() > 0 ? bias.data_ptr<float>() : nullptr;
  float* target = y.data_ptr<float>();
  float* u = scratch(0, kPlaces * place_step(outputs, inputs));
  float* v = scratch(1, kPlaces * place_step(inputs, kChunk));
  float* m = scratch(2, kPlaces * place_step(outputs, kChunk));
  at::parallel_for(0, inputs, 8, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; c++) transform_kernel(kernel, c, inputs, outputs, u);
  });

  for (int64_t first = 0; first < grid.tiles(); first += kChunk) {
    int64_t count = std::min(kChunk, grid.tiles() - first), rows = whole_rows(count);
    at::parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t t = begin; t < end; t++) transform_input(source, grid, Place(grid, first + t), inputs, v, t, rows);
    });
    for_each_product(outputs / kLanes, [&](int64_t place, int64_t panel, bool two) {
      // Some input channels after the others, so that their part of the kernel stays in the innermost cache.
      for (int64_t c = 0; c < inputs; c += kDepth) {
        for (int64_t t = 0; t < rows; t += kProductRows) {
          multiply({v + place * place_step(inputs, rows) + c * rows + t * kLanes, kLanes, rows * kLanes,
                    std::min(kDepth, inputs - c) / kLanes, kLanes, 1, u + place * place_step(outputs, inputs) + (panel * inputs + c) * kLanes, inputs * kLanes,
                    m + place * place_step(outputs, rows) + (panel * rows + t) * kLanes, kLanes, rows * kLanes, c > 0},
                   two);
        }
      }
    });
    at::parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t t = begin; t < end; t++) transform_output(m, t, rows, grid, Place(grid, first + t), outputs, shift, target);
    });
  }
  return y;
}

// The gradient of the taps, [3, 3, inputs, outputs].
at::Tensor kernel_gradient(const at::Tensor& x, const at::Tensor& dy) {
  int64_t inputs = x.size(1), outputs = dy.size(1);
  Grid grid(x);
  const float* source = x.data_ptr<float>();
  const float* gradient = dy.data_ptr<float>();
  float* du = scratch(0, kPlaces * place_step(outputs, inputs));
  float* v = scratch(1, kPlaces * place_step(inputs, kChunk));
  float* d = scratch(2, kPlaces * place_step(outputs, kChunk));
  for (int64_t first = 0; first < grid.tiles(); first += kChunk) {
    int64_t count = std::min(kChunk, grid.tiles() - first);
    at::parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t t = begin; t < end; t++) {
        Place place(grid, first + t);
        transform_input(source, grid, place, inputs, v, t, count);
        transform_gradient(gradient, grid, place, outputs, d, t, count);
      }
    });

    // Each of the products is summed up by one thread, tile after tile: the number of threads changes nothing.
    for_each_product(outputs / kLanes, [&](int64_t place, int64_t panel, bool two) {
      for (int64_t c = 0; c < inputs; c += kProductRows) {
        multiply({v + place * place_step(inputs, count) + c / kLanes * count * kLanes + c % kLanes, 1, 0, 1, count, kLanes,
                  d + place * place_step(outputs, count) + panel * count * kLanes, count * kLanes,
                  du + place * place_step(outputs, inputs) + (panel * inputs + c) * kLanes, kLanes, inputs * kLanes, first > 0},
                 two);
      }
    });
  }

  at::Tensor taps = at::empty({3, 3, inputs, outputs}, x.options());
  float* target = taps.data_ptr<float>();
  at::parallel_for(0, inputs, 8, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; c++) transform_kernel_gradient(du, c, inputs, outputs, target);
  });
  return taps;
}

struct Convolution : torch::autograd::Function<Convolution> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    context->save_for_backward({x, weight});
    context->saved_data["of_input"] = x.requires_grad();
    context->saved_data["of_weight"] = weight.requires_grad();
    context->saved_data["of_bias"] = bias.requires_grad();
    return convolve(x, weight.permute({2, 3, 1, 0}).contiguous(), bias.contiguous());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    at::Tensor x = saved[0], weight = saved[1], dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor dx, dweight, dbias;
    if (context->saved_data["of_input"].toBool()) {
      dx = convolve(dy, weight.flip({2, 3}).permute({2, 3, 0, 1}).contiguous(), at::empty({0}, x.options()));
    }
    if (context->saved_data["of_weight"].toBool()) {
      dweight = kernel_gradient(x, dy).permute({3, 2, 0, 1}).contiguous(weight.suggest_memory_format());
    }
    if (context->saved_data["of_bias"].toBool()) dbias = dy.sum({0, 2, 3});
    return {dx, dweight, dbias};
  }
};

bool is_ours(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return can_multiply() && x.dim() == 4 && weight.dim() == 4 && weight.size(2) == 3 && weight.size(3) == 3 && weight.size(1) == x.size(1) &&
         weight.size(0) % kLanes == 0 && weight.size(1) % kLanes == 0 && std::min(weight.size(0), weight.size(1)) >= kNarrow &&
         x.numel() > 0 && Grid(x).tiles() >= kFewTiles &&
         x.is_contiguous(at::MemoryFormat::ChannelsLast) && is_on_cpu(x, at::kFloat) && is_on_cpu(weight, at::kFloat) &&
         (!bias.defined() || is_on_cpu(bias, at::kFloat));
}

#endif

}  // namespace

// Convolves x, [N, C, H, W], with a kernel of 3x3 and one row of zeros around, at stride 1. Null where this file's way cannot be gone, or autocast is
// to choose the type of the numbers.
PANOPTES_EXPORT int panoptes_convolve_3x3(void* x_handle, void* weight_handle, void* bias_handle, void** result) {
  return guarded([&] {
    *result = nullptr;
#ifdef PANOPTES_PRODUCT
    auto x = borrow(x_handle);
    auto weight = borrow(weight_handle);
    auto bias = borrow(bias_handle);
    if (!is_ours(x, weight, bias) || autocasts(c10::DeviceType::CPU)) return;
    // An autograd function takes no undefined tensor.
    *result = give(Convolution::apply(x, weight, bias.defined() ? bias : at::empty({0}, x.options())));
#endif
  });
}

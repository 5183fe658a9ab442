// Deformable convolution of libtorch's operators, for every device and type: some places at a time, so that what is kept stays small, and
// once more in the backward pass instead of being kept.
#include "deform_conv.h"

#include <algorithm>
#include <array>

using namespace panoptes::deform;

namespace {

// Numbers of the columns (an input value for each tap and channel of a place) that are in work at a time.
constexpr int64_t kColumns = int64_t{1} << 24;

// What some places read, [places, offset groups, taps] each: y0 and x0 are the corner above and left of a sample.
struct Samples {
  std::array<at::Tensor, 4> index;   // rows of the flat input: corners (y0, x0), (y0, x1), (y1, x0), (y1, x1)
  std::array<at::Tensor, 4> inside;  // 1 where the corner is a pixel, 0 outside of the picture
  at::Tensor down, right;            // from the corner (y0, x0) to the sample
  at::Tensor mask;

  std::array<at::Tensor, 4> shares() const {
    return {(1 - down) * (1 - right) * inside[0], (1 - down) * right * inside[1], down * (1 - right) * inside[2], down * right * inside[3]};
  }
};

// [N, C, H, W] as [N * H * W, C].
at::Tensor flat(const at::Tensor& pictures) { return pictures.permute({0, 2, 3, 1}).reshape({-1, pictures.size(1)}); }

// And back.
at::Tensor unflat(const at::Tensor& rows, int64_t pictures, int64_t height, int64_t width) {
  return rows.reshape({pictures, height, width, rows.size(1)}).permute({0, 3, 1, 2});
}

struct Composition {
  const Geometry& geometry;
  at::Tensor x, offset, mask, weight;  // flat; x as [pixels * offset groups, channels of one], weight as [groups, outputs, channels * taps]

  Composition(const Inputs& inputs, const Geometry& g)
      : geometry(g),
        x(flat(inputs.x).reshape({-1, g.offset_channels()})),
        offset(flat(inputs.offset)),
        mask(inputs.mask.defined() ? flat(inputs.mask) : at::Tensor()),
        weight(inputs.weight.reshape({g.groups, g.group_outputs(), g.group_channels() * g.taps()})) {}

  // Calls task(first place, count) for all places, in their order.
  template <class Task>
  void for_each_part(const Task& task) const {
    int64_t count = std::max<int64_t>(1, kColumns / (geometry.channels * geometry.taps()));
    for (int64_t first = 0; first < geometry.places(); first += count) task(first, std::min(count, geometry.places() - first));
  }

  Samples samples(int64_t first, int64_t count) const {
    const auto& g = geometry;
    auto whole = x.options().dtype(at::kLong);
    at::Tensor place = at::arange(first, first + count, whole).reshape({-1, 1, 1}), tap = at::arange(g.taps(), whole).reshape({1, 1, -1});
    at::Tensor column = place.remainder(g.out_width), line = place.div(g.out_width, "floor");
    at::Tensor row = line.remainder(g.out_height), picture = line.div(g.out_height, "floor");
    at::Tensor moved = offset.narrow(0, first, count).reshape({count, g.offset_groups, g.taps(), 2});
    at::Tensor y = row * g.stride[0] - g.padding[0] + tap.div(g.kernel[1], "floor") * g.dilation[0] + moved.select(3, 0);
    at::Tensor z = column * g.stride[1] - g.padding[1] + tap.remainder(g.kernel[1]) * g.dilation[1] + moved.select(3, 1);
    // Far away is outside, too, but a whole number.
    y = y.clamp(-2, g.height + 1);
    z = z.clamp(-2, g.width + 1);
    at::Tensor top = y.floor(), left = z.floor();
    Samples result;
    result.down = y - top;
    result.right = z - left;
    result.mask = mask.defined() ? mask.narrow(0, first, count).reshape({count, g.offset_groups, g.taps()}) : at::Tensor();
    at::Tensor group = at::arange(g.offset_groups, whole).reshape({1, -1, 1});
    for (int i = 0; i < 4; i++) {
      at::Tensor cy = top.to(at::kLong) + i / 2, cx = left.to(at::kLong) + i % 2;
      at::Tensor inside = cy.ge(0).logical_and(cy.lt(g.height)).logical_and(cx.ge(0)).logical_and(cx.lt(g.width));
      at::Tensor pixel = (picture * g.height + cy.clamp(0, g.height - 1)) * g.width + cx.clamp(0, g.width - 1);
      result.index[i] = (pixel * g.offset_groups + group).reshape({-1});
      result.inside[i] = inside.to(x.scalar_type());
    }
    return result;
  }

  // Values at the corners: [places, offset groups, taps, channels].
  at::Tensor corner(const Samples& samples, int i) const {
    return x.index_select(0, samples.index[i]).reshape({-1, geometry.offset_groups, geometry.taps(), geometry.offset_channels()});
  }

  // Without the mask: [places, offset groups, taps, channels].
  at::Tensor interpolated(const Samples& samples) const {
    auto shares = samples.shares();
    at::Tensor sum = corner(samples, 0) * shares[0].unsqueeze(3);
    for (int i = 1; i < 4; i++) sum.addcmul_(corner(samples, i), shares[i].unsqueeze(3));
    return sum;
  }

  // [places, offset groups, taps, channels] as the products need it: [groups, places, channels * taps].
  at::Tensor columns(const Samples& samples) const {
    at::Tensor values = interpolated(samples);
    if (samples.mask.defined()) values = values * samples.mask.unsqueeze(3);
    return values.transpose(2, 3).reshape({values.size(0), geometry.groups, -1}).transpose(0, 1);
  }

  // Rows of an output's gradient: [groups, places, outputs].
  at::Tensor by_group(const at::Tensor& rows) const { return rows.reshape({rows.size(0), geometry.groups, -1}).transpose(0, 1); }
};

}  // namespace

at::Tensor panoptes::deform::composed_forward(const Inputs& inputs, const Geometry& geometry) {
  Composition own(inputs, geometry);
  at::Tensor y = at::empty({geometry.places(), geometry.outputs}, inputs.x.options().memory_format(at::MemoryFormat::Contiguous));
  own.for_each_part([&](int64_t first, int64_t count) {
    at::Tensor product = own.columns(own.samples(first, count)).bmm(own.weight.transpose(1, 2));
    y.narrow(0, first, count).copy_(product.transpose(0, 1).reshape({count, -1}));
  });
  if (inputs.bias.defined()) y.add_(inputs.bias);
  return unflat(y, geometry.pictures, geometry.out_height, geometry.out_width);
}

Inputs panoptes::deform::composed_backward(const Inputs& inputs, const Geometry& g, const at::Tensor& gradient, const Wanted& wanted) {
  Composition own(inputs, g);
  at::Tensor dy = flat(gradient);
  Inputs result;
  if (wanted.x) result.x = at::zeros_like(own.x);
  if (wanted.offset) result.offset = at::empty_like(own.offset);
  if (wanted.mask) result.mask = at::empty_like(own.mask);
  if (wanted.weight) result.weight = at::zeros_like(own.weight);
  if (wanted.bias) result.bias = dy.sum(0);
  own.for_each_part([&](int64_t first, int64_t count) {
    Samples samples = own.samples(first, count);
    at::Tensor part = own.by_group(dy.narrow(0, first, count));
    if (wanted.weight) result.weight.add_(part.transpose(1, 2).bmm(own.columns(samples)));
    if (!wanted.x && !wanted.moves()) return;

    at::Tensor columns = part.bmm(own.weight).transpose(0, 1);
    columns = columns.reshape({count, g.offset_groups, g.offset_channels(), g.taps()}).transpose(2, 3);
    auto shares = samples.shares();
    std::array<at::Tensor, 4> dots;  // of each corner's values with the gradient
    for (int i = 0; i < 4; i++) {
      if (wanted.moves()) dots[i] = (columns * own.corner(samples, i)).sum(3) * samples.inside[i];
      if (wanted.x) {
        at::Tensor share = samples.mask.defined() ? shares[i] * samples.mask : shares[i];
        result.x.index_add_(0, samples.index[i], (columns * share.unsqueeze(3)).reshape({-1, g.offset_channels()}));
      }
    }
    if (wanted.mask) {
      at::Tensor sum = dots[0] * shares[0] + dots[1] * shares[1] + dots[2] * shares[2] + dots[3] * shares[3];
      result.mask.narrow(0, first, count).copy_(sum.reshape({count, -1}));
    }
    if (wanted.offset) {
      at::Tensor moved = at::stack({(dots[2] - dots[0]) * (1 - samples.right) + (dots[3] - dots[1]) * samples.right,
                                    (dots[1] - dots[0]) * (1 - samples.down) + (dots[3] - dots[2]) * samples.down}, 3);
      if (samples.mask.defined()) moved = moved * samples.mask.unsqueeze(3);
      result.offset.narrow(0, first, count).copy_(moved.reshape({count, -1}));
    }
  });
  if (wanted.x) result.x = unflat(result.x.reshape({-1, g.channels}), g.pictures, g.height, g.width);
  if (wanted.offset) result.offset = unflat(result.offset, g.pictures, g.out_height, g.out_width);
  if (wanted.mask) result.mask = unflat(result.mask, g.pictures, g.out_height, g.out_width);
  if (wanted.weight) result.weight = result.weight.reshape(inputs.weight.sizes());
  return result;
}

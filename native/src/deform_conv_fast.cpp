// The forward pass of deform_conv_fast.h, and what both passes do.
#include "deform_conv_fast.h"

#ifndef PANOPTES_PRODUCT

bool panoptes::deform::can_run_fast(const Inputs&) { return false; }
at::Tensor panoptes::deform::fast_forward(const Inputs& inputs, const Geometry& geometry) { return composed_forward(inputs, geometry); }
Inputs panoptes::deform::fast_backward(const Inputs& inputs, const Geometry& geometry, const at::Tensor& dy, const Wanted& wanted) {
  return composed_backward(inputs, geometry, dy, wanted);
}

#else

#include <cmath>
#include <cstring>

#include <ATen/Parallel.h>

using namespace panoptes;
using namespace panoptes::deform;

namespace {

// The kernel for the forward product: [group][output panel][column][16].
void pack_kernel(const Plan& plan, const float* weight, float* packed) {
  const Geometry& g = plan.g;
  int64_t inputs = g.group_channels(), taps = g.taps();
  at::parallel_for(0, g.groups * plan.output_panels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      float* panel = packed + i * plan.row * kLanes;
      std::fill(panel, panel + plan.row * kLanes, 0.0f);
      int64_t group = i / plan.output_panels, first = i % plan.output_panels * kLanes;
      for (int64_t o = 0; o < std::min(kLanes, g.group_outputs() - first); o++) {
        const float* from = weight + (group * g.group_outputs() + first + o) * inputs * taps;
        for (int64_t c = 0; c < inputs; c++) {
          for (int64_t t = 0; t < taps; t++) panel[(t * inputs + c) * kLanes + o] = from[c * taps + t];
        }
      }
    }
  });
}

// One block of the output.
void forward_block(const Plan& plan, const std::vector<Segment>& parts, const float* kernel, const float* bias, int64_t first, int64_t count,
                   float* y) {
  const Geometry& g = plan.g;
  int64_t rows = whole_rows(count), width = plan.output_panels * kLanes;
  float* columns = scratch(3, g.groups * plan.block * plan.row);
  float* sums = scratch(4, rows * width);
  std::vector<Sample> samples(plan.samples_of_place());
  clear_rest(plan, columns, rows, 0, count, rows);
  for (int64_t p = 0; p < count; p++) {
    plan.locate(first + p, samples.data());
    for (const Segment& part : parts) {
      for (int64_t t = 0; t < g.taps(); t++) {
        const Sample& sample = samples[part.offset_group * g.taps() + t];
        const float* corner[4];
        float share[4];
        plan.corners(sample, part, corner);
        sample.shares(sample.mask, share);
        interpolate(corner, share, part.count, columns + plan.column(part, rows, p, t));
      }
    }
  }
  for (int64_t group = 0; group < g.groups; group++) {
    const float* left = columns + group * rows * plan.row;
    for (int64_t panel = 0; panel < plan.output_panels; panel += 2) {
      const float* right = kernel + (group * plan.output_panels + panel) * plan.row * kLanes;
      for (int64_t k = 0; k < plan.row; k += kDepth) {
        for (int64_t r = 0; r < rows; r += kProductRows) {
          multiply({left + r * plan.row + k, plan.row, 0, 1, std::min(kDepth, plan.row - k), 1, right + k * kLanes, plan.row * kLanes,
                    sums + r * width + panel * kLanes, width, kLanes, k > 0},
                   panel + 1 < plan.output_panels);
        }
      }
    }
    for (int64_t p = 0; p < count; p++) {
      float* target = y + (first + p) * g.outputs + group * g.group_outputs();
      std::memcpy(target, sums + p * width, g.group_outputs() * sizeof(float));
      for (int64_t o = 0; bias != nullptr && o < g.group_outputs(); o++) target[o] += bias[group * g.group_outputs() + o];
    }
  }
}

}  // namespace

std::vector<Segment> panoptes::deform::segments(const Geometry& g, int64_t longest) {
  std::vector<Segment> all;
  for (int64_t c = 0; c < g.channels;) {
    int64_t group = c / g.group_channels(), offset_group = c / g.offset_channels();
    int64_t end = std::min({g.channels, (group + 1) * g.group_channels(), (offset_group + 1) * g.offset_channels(), c + longest});
    all.push_back({c, end - c, offset_group, group});
    c = end;
  }
  return all;
}

void Plan::locate(int64_t place, Sample* samples) const {
  int64_t column = place % g.out_width, line = place / g.out_width % g.out_height, picture = place / g.out_width / g.out_height;
  const float* moved = offset + place * samples_of_place() * 2;
  for (int64_t i = 0; i < samples_of_place(); i++) {
    int64_t tap = i % g.taps();
    float y = static_cast<float>(line * g.stride[0] - g.padding[0] + tap / g.kernel[1] * g.dilation[0]) + moved[2 * i];
    float z = static_cast<float>(column * g.stride[1] - g.padding[1] + tap % g.kernel[1] * g.dilation[1]) + moved[2 * i + 1];
    Sample& sample = samples[i];
    sample.mask = mask != nullptr ? mask[place * samples_of_place() + i] : 1.0f;
    // What is no number stays none: it fails the comparison and passes into the shares.
    bool near = y > -1e6f && y < 1e6f && z > -1e6f && z < 1e6f;
    float top = std::floor(y), left = std::floor(z);
    sample.down = std::isinf(y) ? 0.0f : y - top;
    sample.right = std::isinf(z) ? 0.0f : z - left;
    int64_t y0 = near ? static_cast<int64_t>(top) : -2, x0 = near ? static_cast<int64_t>(left) : -2;
    for (int64_t k = 0; k < 4; k++) {
      int64_t cy = y0 + k / 2, cx = x0 + k % 2;
      bool inside = cy >= 0 && cy < g.height && cx >= 0 && cx < g.width;
      sample.at[k] = inside ? ((picture * g.height + cy) * g.width + cx) * g.channels : -1;
    }
  }
}

void panoptes::deform::clear_rest(const Plan& plan, float* columns, int64_t rows, int64_t first, int64_t count, int64_t end) {
  int64_t used = plan.g.taps() * plan.g.group_channels();
  for (int64_t group = 0; group < plan.g.groups; group++) {
    float* start = columns + group * rows * plan.row;
    for (int64_t p = first; p < first + count; p++) std::fill(start + p * plan.row + used, start + (p + 1) * plan.row, 0.0f);
    std::fill(start + (first + count) * plan.row, start + end * plan.row, 0.0f);
  }
}

bool panoptes::deform::can_run_fast(const Inputs& inputs) {
  for (const auto* tensor : {&inputs.x, &inputs.offset, &inputs.mask, &inputs.weight, &inputs.bias}) {
    if (tensor->defined() && !is_on_cpu(*tensor, at::kFloat)) return false;
  }
  return can_multiply();
}

at::Tensor panoptes::deform::fast_forward(const Inputs& inputs, const Geometry& geometry) {
  Plan plan(inputs, geometry);
  at::Tensor y = at::empty({geometry.pictures, geometry.outputs, geometry.out_height, geometry.out_width}, inputs.x.options(),
                           at::MemoryFormat::ChannelsLast);
  float* kernel = scratch(2, geometry.groups * plan.output_panels * plan.row * kLanes);
  pack_kernel(plan, inputs.weight.data_ptr<float>(), kernel);
  const float* bias = inputs.bias.defined() ? inputs.bias.data_ptr<float>() : nullptr;
  float* target = y.data_ptr<float>();
  std::vector<Segment> parts = segments(geometry, geometry.channels);
  int64_t blocks = (geometry.places() + plan.block - 1) / plan.block;
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++) {
      forward_block(plan, parts, kernel, bias, b * plan.block, std::min(plan.block, geometry.places() - b * plan.block), target);
    }
  });
  return y;
}

#endif

// Deformable convolution for float tensors of the CPU whose channels lie side by side (NHWC), in which the four pixels around a sample are
// four runs of memory. Samples are gathered into columns, a few hundred places at a time, and multiplied with the kernel; the backward pass
// gathers them once more. Every sum is computed by one thread and in one order: the number of threads changes nothing.
//
// In memory, for each group of channels: columns [place][tap][channel], each row filled up with zeros to whole panels of 16 numbers; weights
// and the output's gradient in panels, [panel][row][16].
#pragma once

#include "deform_conv.h"
#include "product.h"
#include "shim.h"

#ifdef PANOPTES_PRODUCT

#include <algorithm>
#include <vector>

namespace panoptes::deform {

constexpr int64_t kBlockNumbers = 160 * 1024;  // of a block's columns: they stay in a core's own cache
constexpr int64_t kDepth = 128;                // summands of a product at a time: their part of two panels stays in the innermost cache

inline int64_t panels(int64_t numbers) { return (numbers + kLanes - 1) / kLanes; }

// A run of channels within one group of the kernel and one of the offsets.
struct Segment {
  int64_t first, count, offset_group, group;
};

std::vector<Segment> segments(const Geometry& geometry, int64_t longest);

// Where one tap of one offset group reads: the four pixels around, as positions in x or -1 outside of the picture, and where between them.
struct Sample {
  int64_t at[4];
  float down, right, mask;

  void shares(float factor, float* share) const {
    share[0] = (1 - down) * (1 - right) * factor;
    share[1] = (1 - down) * right * factor;
    share[2] = down * (1 - right) * factor;
    share[3] = down * right * factor;
  }
};

// Sizes in memory, and the way to the samples.
struct Plan {
  const Geometry& g;
  const float *x, *offset, *mask;  // mask may be null
  int64_t row;                     // numbers of a place's columns in one group: an odd number of panels, so that rows spread over the cache
  int64_t output_panels;           // of a group
  int64_t block;                   // places
  std::vector<float> nothing;      // stands for pixels outside of the picture

  Plan(const Inputs& inputs, const Geometry& geometry)
      : g(geometry),
        x(inputs.x.data_ptr<float>()),
        offset(inputs.offset.data_ptr<float>()),
        mask(inputs.mask.defined() ? inputs.mask.data_ptr<float>() : nullptr),
        row((panels(g.taps() * g.group_channels()) | 1) * kLanes),
        output_panels(panels(g.group_outputs())),
        block(std::clamp<int64_t>(kBlockNumbers / (g.groups * row) / kProductRows, 1, 64) * kProductRows),
        nothing(g.channels, 0.0f) {}

  int64_t column_panels() const { return row / kLanes; }
  int64_t samples_of_place() const { return g.offset_groups * g.taps(); }

  // All samples of a place: [offset group][tap].
  void locate(int64_t place, Sample* samples) const;

  // The numbers of a segment at the four pixels around a sample.
  void corners(const Sample& sample, const Segment& segment, const float** corner) const {
    for (int k = 0; k < 4; k++) corner[k] = sample.at[k] >= 0 ? x + sample.at[k] + segment.first : nothing.data();
  }

  // Where a segment's numbers of one tap lie among the columns of `rows` places.
  int64_t column(const Segment& segment, int64_t rows, int64_t place, int64_t tap) const {
    return (segment.group * rows + place) * row + tap * g.group_channels() + segment.first - segment.group * g.group_channels();
  }
};

// A sample's numbers, of its corners and their shares.
PANOPTES_VECTORISED static void interpolate(const float* const* corner, const float* share, int64_t count, float* __restrict result) {
  const float *a = corner[0], *b = corner[1], *c = corner[2], *d = corner[3];
  float p = share[0], q = share[1], r = share[2], s = share[3];
  for (int64_t i = 0; i < count; i++) result[i] = p * a[i] + q * b[i] + r * c[i] + s * d[i];
}

// What fills the columns of some places up to whole panels is zero, and so are the rows behind them up to `end`; a group has `rows`.
void clear_rest(const Plan& plan, float* columns, int64_t rows, int64_t first, int64_t count, int64_t end);

}  // namespace panoptes::deform

#endif

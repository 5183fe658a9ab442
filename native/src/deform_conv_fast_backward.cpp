// The backward pass of deform_conv_fast.h: some blocks at a time, first their columns and what moves them, then, in other shares, the sums over
// places.
#include "deform_conv_fast.h"

#ifdef PANOPTES_PRODUCT

#include <cstring>

#include <ATen/Parallel.h>

using namespace panoptes;
using namespace panoptes::deform;

namespace {

constexpr int64_t kBlocks = 8;  // that the backward pass has in work at a time
constexpr int64_t kSlice = 64;  // channels of the input's gradient that one thread adds up

// Interpolates, and adds the products of each corner's numbers with the gradient of the columns to dots.
PANOPTES_VECTORISED void interpolate_and_multiply(const float* const* corner, const float* share, const float* gradient, int64_t count,
                                                  float* __restrict result, float* __restrict dots) {
  const float *a = corner[0], *b = corner[1], *c = corner[2], *d = corner[3];
  float p = share[0], q = share[1], r = share[2], s = share[3];
  Vec sum_a{}, sum_b{}, sum_c{}, sum_d{};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Vec va = load(a + i), vb = load(b + i), vc = load(c + i), vd = load(d + i), vg = load(gradient + i);
    store(result + i, p * va + q * vb + r * vc + s * vd);
    sum_a += va * vg;
    sum_b += vb * vg;
    sum_c += vc * vg;
    sum_d += vd * vg;
  }
  for (int64_t k = 0; k < kLanes; k++) {
    dots[0] += sum_a[k];
    dots[1] += sum_b[k];
    dots[2] += sum_c[k];
    dots[3] += sum_d[k];
  }
  for (; i < count; i++) {
    result[i] = p * a[i] + q * b[i] + r * c[i] + s * d[i];
    dots[0] += a[i] * gradient[i];
    dots[1] += b[i] * gradient[i];
    dots[2] += c[i] * gradient[i];
    dots[3] += d[i] * gradient[i];
  }
}

// Adds the gradient of a sample to its corners, one after the other: several of them may be the place that stands for the outside.
PANOPTES_VECTORISED void spread(float* const* corner, const float* share, const float* gradient, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Vec g = load(gradient + i);
    for (int k = 0; k < 4; k++) store(corner[k] + i, load(corner[k] + i) + share[k] * g);
  }
  for (; i < count; i++) {
    for (int k = 0; k < 4; k++) corner[k][i] += share[k] * gradient[i];
  }
}

// The kernel for the product that yields the gradient of the columns: [group][column panel][output][16].
void pack_kernel_turned(const Plan& plan, const float* weight, float* packed) {
  const Geometry& g = plan.g;
  int64_t inputs = g.group_channels(), taps = g.taps(), outputs = plan.output_panels * kLanes;
  at::parallel_for(0, g.groups * plan.column_panels(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      float* panel = packed + i * outputs * kLanes;
      std::fill(panel, panel + outputs * kLanes, 0.0f);
      int64_t group = i / plan.column_panels(), first = i % plan.column_panels() * kLanes;
      for (int64_t k = 0; k < std::min(kLanes, inputs * taps - first); k++) {
        int64_t tap = (first + k) / inputs, channel = (first + k) % inputs;
        const float* from = weight + (group * g.group_outputs() * inputs + channel) * taps + tap;
        for (int64_t o = 0; o < g.group_outputs(); o++) panel[o * kLanes + k] = from[o * inputs * taps];
      }
    }
  });
}

// The backward pass, some blocks at a time.
class Backward {
 public:
  Backward(const Inputs& inputs, const Geometry& geometry, const at::Tensor& dy, const Wanted& wanted)
      : plan_(inputs, geometry),
        g_(geometry),
        wanted_(wanted),
        parts_(segments(geometry, geometry.channels)),
        slices_(segments(geometry, kSlice)),
        dy_(dy.data_ptr<float>()),
        outputs_(plan_.output_panels * kLanes) {
    auto like = [](const at::Tensor& tensor) { return at::empty(tensor.sizes(), tensor.options(), at::MemoryFormat::ChannelsLast); };
    if (wanted.x) result_.x = like(inputs.x).zero_();
    if (wanted.offset) result_.offset = like(inputs.offset);
    if (wanted.mask) result_.mask = like(inputs.mask);
    if (wanted.weight) result_.weight = at::empty(inputs.weight.sizes(), inputs.weight.options());
    if (wanted.bias) result_.bias = at::empty(inputs.bias.sizes(), inputs.bias.options());
    chunk_ = std::min(plan_.block * kBlocks, whole_rows(g_.places()));
    int64_t columns = g_.groups * chunk_ * plan_.row;
    columns_ = scratch(0, columns);
    gradients_ = scratch(1, has_gradients() ? columns : 0);
    packed_ = scratch(2, g_.groups * plan_.column_panels() * outputs_ * kLanes);
    rows_ = scratch(5, g_.groups * chunk_ * outputs_);
    sums_ = scratch(6, g_.groups * plan_.row * outputs_);
    samples_.resize(chunk_ * plan_.samples_of_place());
    bias_.resize(g_.groups * outputs_);
    if (has_gradients()) pack_kernel_turned(plan_, inputs.weight.data_ptr<float>(), packed_);
  }

  Inputs run() {
    for (first_ = 0; first_ < g_.places(); first_ += chunk_) {
      count_ = std::min(chunk_, g_.places() - first_);
      at::parallel_for(0, (count_ + plan_.block - 1) / plan_.block, 1, [&](int64_t begin, int64_t end) {
        for (int64_t b = begin; b < end; b++) compute_block(b * plan_.block, std::min(plan_.block, count_ - b * plan_.block));
      });
      if (wanted_.x) add_to_input();
      if (wanted_.weight) add_to_weight();
      if (wanted_.bias) add_to_bias();
    }
    if (wanted_.weight) unpack_weight();
    if (wanted_.bias) unpack_bias();
    return result_;
  }

 private:
  Plan plan_;
  const Geometry& g_;
  Wanted wanted_;
  std::vector<Segment> parts_, slices_;
  const float* dy_;
  int64_t outputs_;              // of a group, filled up to whole panels
  int64_t chunk_, first_ = 0, count_ = 0;
  float *columns_, *gradients_;  // [group][place][row]
  float* packed_;                // the kernel
  float* rows_;                  // dy: [group][panel][place][16]
  float* sums_;                  // the kernel's gradient: [group][column][output]
  std::vector<Sample> samples_;
  std::vector<double> bias_;
  Inputs result_;

  bool has_gradients() const { return wanted_.x || wanted_.moves(); }

  // Columns, their gradients, and the gradients of offsets and masks, for some places from `start` of the chunk on.
  void compute_block(int64_t start, int64_t count) {
    int64_t rows = whole_rows(count);
    pack_rows(start, count, rows);
    if (has_gradients()) multiply_block(start, rows);
    clear_rest(plan_, columns_, chunk_, start, count, start + rows);
    std::vector<float> dots(plan_.samples_of_place() * 4);
    for (int64_t p = start; p < start + count; p++) {
      Sample* samples = &samples_[p * plan_.samples_of_place()];
      plan_.locate(first_ + p, samples);
      std::fill(dots.begin(), dots.end(), 0.0f);
      for (const Segment& part : parts_) {
        for (int64_t t = 0; t < g_.taps(); t++) {
          int64_t index = part.offset_group * g_.taps() + t, at = plan_.column(part, chunk_, p, t);
          const float* corner[4];
          float share[4];
          plan_.corners(samples[index], part, corner);
          samples[index].shares(samples[index].mask, share);
          if (wanted_.moves()) {
            interpolate_and_multiply(corner, share, gradients_ + at, part.count, columns_ + at, &dots[4 * index]);
          } else if (wanted_.weight) {
            interpolate(corner, share, part.count, columns_ + at);
          }
        }
      }
      if (wanted_.moves()) write_moves(first_ + p, samples, dots.data());
    }
  }

  void pack_rows(int64_t start, int64_t count, int64_t rows) {
    for (int64_t i = 0; i < g_.groups * plan_.output_panels; i++) {
      int64_t first = i % plan_.output_panels * kLanes, used = std::min(kLanes, g_.group_outputs() - first);
      const float* from = dy_ + i / plan_.output_panels * g_.group_outputs() + first;
      for (int64_t p = start; p < start + rows; p++) {
        float* to = rows_ + (i * chunk_ + p) * kLanes;
        int64_t filled = p < start + count ? used : 0;
        if (filled > 0) std::memcpy(to, from + (first_ + p) * g_.outputs, filled * sizeof(float));
        std::fill(to + filled, to + kLanes, 0.0f);
      }
    }
  }

  void multiply_block(int64_t start, int64_t rows) {
    for (int64_t group = 0; group < g_.groups; group++) {
      const float* left = rows_ + group * plan_.output_panels * chunk_ * kLanes;
      for (int64_t panel = 0; panel < plan_.column_panels(); panel += 2) {
        const float* right = packed_ + (group * plan_.column_panels() + panel) * outputs_ * kLanes;
        for (int64_t k = 0; k < outputs_; k += kDepth) {
          for (int64_t r = start; r < start + rows; r += kProductRows) {
            multiply({left + k * chunk_ + r * kLanes, kLanes, chunk_ * kLanes, std::min(kDepth, outputs_ - k) / kLanes, kLanes, 1,
                      right + k * kLanes, outputs_ * kLanes, gradients_ + (group * chunk_ + r) * plan_.row + panel * kLanes, plan_.row, kLanes, k > 0},
                     panel + 1 < plan_.column_panels());
          }
        }
      }
    }
  }

  // With v the corners' numbers, a sample is mask * sum of share * v; its derivatives by the mask and by its place in y and x.
  void write_moves(int64_t place, const Sample* samples, const float* dots) {
    float* moved = wanted_.offset ? result_.offset.data_ptr<float>() + place * plan_.samples_of_place() * 2 : nullptr;
    float* masked = wanted_.mask ? result_.mask.data_ptr<float>() + place * plan_.samples_of_place() : nullptr;
    for (int64_t i = 0; i < plan_.samples_of_place(); i++, dots += 4) {
      const Sample& sample = samples[i];
      if (moved != nullptr) {
        moved[2 * i] = sample.mask * ((dots[2] - dots[0]) * (1 - sample.right) + (dots[3] - dots[1]) * sample.right);
        moved[2 * i + 1] = sample.mask * ((dots[1] - dots[0]) * (1 - sample.down) + (dots[3] - dots[2]) * sample.down);
      }
      if (masked != nullptr) {
        float share[4];
        sample.shares(1, share);
        masked[i] = share[0] * dots[0] + share[1] * dots[1] + share[2] * dots[2] + share[3] * dots[3];
      }
    }
  }

  // Samples of different places read the same pixels: a thread has some channels for itself.
  void add_to_input() {
    float* dx = result_.x.data_ptr<float>();
    at::parallel_for(0, static_cast<int64_t>(slices_.size()), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        const Segment& slice = slices_[i];
        float nowhere[kSlice] = {};
        for (int64_t p = 0; p < count_; p++) {
          const Sample* samples = &samples_[p * plan_.samples_of_place() + slice.offset_group * g_.taps()];
          for (int64_t t = 0; t < g_.taps(); t++) {
            const float* gradient = gradients_ + plan_.column(slice, chunk_, p, t);
            float share[4];
            float* corner[4];
            samples[t].shares(samples[t].mask, share);
            for (int k = 0; k < 4; k++) corner[k] = samples[t].at[k] >= 0 ? dx + samples[t].at[k] + slice.first : nowhere;
            spread(corner, share, gradient, slice.count);
          }
        }
      }
    });
  }

  // sums[column][output] += sum over places of columns[place][column] * dy[place][output].
  void add_to_weight() {
    int64_t rows = whole_rows(count_);
    at::parallel_for(0, g_.groups * plan_.column_panels(), 2, [&](int64_t begin, int64_t end) {
      for (int64_t p = 0; p < rows; p += kDepth) {
        int64_t depth = std::min(kDepth, rows - p);
        for (int64_t i = begin; i < end; i++) {
          int64_t group = i / plan_.column_panels(), k = i % plan_.column_panels() * kLanes;
          // Side by side, since they are read again for each panel of outputs.
          float left[kDepth * kLanes];
          const float* from = columns_ + (group * chunk_ + p) * plan_.row + k;
          for (int64_t s = 0; s < depth; s++) std::memcpy(left + s * kLanes, from + s * plan_.row, kLanes * sizeof(float));
          for (int64_t panel = 0; panel < plan_.output_panels; panel += 2) {
            for (int64_t r = 0; r < kLanes; r += kProductRows) {
              multiply({left + r, 1, 0, 1, depth, kLanes, rows_ + ((group * plan_.output_panels + panel) * chunk_ + p) * kLanes,
                        chunk_ * kLanes, sums_ + (group * plan_.row + k + r) * outputs_ + panel * kLanes, outputs_, kLanes,
                        first_ > 0 || p > 0},
                       panel + 1 < plan_.output_panels);
            }
          }
        }
      }
    });
  }

  void add_to_bias() {
    for (int64_t i = 0; i < g_.groups * plan_.output_panels; i++) {
      float sum[kLanes] = {};
      for (int64_t p = 0; p < count_; p++) {
        for (int64_t k = 0; k < kLanes; k++) sum[k] += rows_[(i * chunk_ + p) * kLanes + k];
      }
      for (int64_t k = 0; k < kLanes; k++) bias_[i * kLanes + k] += sum[k];
    }
  }

  void unpack_weight() {
    float* target = result_.weight.data_ptr<float>();
    int64_t inputs = g_.group_channels(), taps = g_.taps();
    if (g_.places() == 0) result_.weight.zero_();
    at::parallel_for(0, g_.places() == 0 ? 0 : g_.outputs, 8, [&](int64_t begin, int64_t end) {
      for (int64_t o = begin; o < end; o++) {
        const float* from = sums_ + o / g_.group_outputs() * plan_.row * outputs_ + o % g_.group_outputs();
        for (int64_t c = 0; c < inputs; c++) {
          for (int64_t t = 0; t < taps; t++) target[(o * inputs + c) * taps + t] = from[(t * inputs + c) * outputs_];
        }
      }
    });
  }

  void unpack_bias() {
    float* target = result_.bias.data_ptr<float>();
    for (int64_t o = 0; o < g_.outputs; o++) {
      target[o] = static_cast<float>(bias_[o / g_.group_outputs() * outputs_ + o % g_.group_outputs()]);
    }
  }
};

}  // namespace

Inputs panoptes::deform::fast_backward(const Inputs& inputs, const Geometry& geometry, const at::Tensor& dy, const Wanted& wanted) {
  return Backward(inputs, geometry, dy, wanted).run();
}

#endif

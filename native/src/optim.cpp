// One step of stochastic gradient descent over one parameter, in a single pass over memory.
#include "shim.h"

#include <ATen/Parallel.h>

using namespace panoptes;

namespace {

// Elements for which a thread is worth waking.
constexpr int64_t grain = 1 << 15;

template <class Number>
void step(Number* __restrict parameter, const Number* __restrict gradient, Number* __restrict momentum_buffer, int64_t begin, int64_t end,
          Number rate, Number momentum, Number decay, bool nesterov, bool first) {
  // Three loops without a branch inside, each of which the compiler vectorises.
  if (first) {
    for (int64_t i = begin; i < end; i++) momentum_buffer[i] = gradient[i] + decay * parameter[i];
    Number factor = nesterov ? rate * (1 + momentum) : rate;
    for (int64_t i = begin; i < end; i++) parameter[i] -= factor * momentum_buffer[i];
  } else if (nesterov) {
    for (int64_t i = begin; i < end; i++) {
      Number change = gradient[i] + decay * parameter[i];
      Number average = momentum * momentum_buffer[i] + change;
      momentum_buffer[i] = average;
      parameter[i] -= rate * (change + momentum * average);
    }
  } else {
    for (int64_t i = begin; i < end; i++) {
      Number average = momentum * momentum_buffer[i] + (gradient[i] + decay * parameter[i]);
      momentum_buffer[i] = average;
      parameter[i] -= rate * average;
    }
  }
}

template <class Number>
void step(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& buffer, double rate, double momentum, double decay, bool nesterov,
          bool first) {
  auto* p = parameter.data_ptr<Number>();
  auto* g = gradient.data_ptr<Number>();
  auto* v = buffer.data_ptr<Number>();
  at::parallel_for(0, parameter.numel(), grain, [&](int64_t begin, int64_t end) {
    step(p, g, v, begin, end, static_cast<Number>(rate), static_cast<Number>(momentum), static_cast<Number>(decay), nesterov, first);
  });
}

// The three tensors lie in memory in the same order without gaps, so that one index runs over all.
bool share_layout(const at::Tensor& parameter, const at::Tensor& other) {
  return other.device().is_cpu() && other.layout() == at::kStrided && other.scalar_type() == parameter.scalar_type() &&
         other.sizes() == parameter.sizes() && other.strides() == parameter.strides();
}

}  // namespace

// v = momentum * v + (g + decay * p), p -= rate * v (Nesterov: rate * (g + decay * p + momentum * v)); at the first step v = g + decay * p.
// `done` is 0 when the tensors do not share type, device and layout: nothing has happened then.
PANOPTES_EXPORT int panoptes_sgd_step(void* parameter_handle, void* gradient_handle, void* buffer_handle, double rate, double momentum,
                                      double decay, int nesterov, int first, int* done) {
  return guarded([&] {
    auto parameter = borrow(parameter_handle);
    auto gradient = borrow(gradient_handle);
    auto buffer = borrow(buffer_handle);
    auto type = parameter.scalar_type();
    *done = (type == at::kFloat || type == at::kDouble) && share_layout(parameter, parameter) && parameter.is_non_overlapping_and_dense() &&
            share_layout(parameter, gradient) && share_layout(parameter, buffer);
    if (*done == 0) return;
    if (type == at::kFloat) {
      step<float>(parameter, gradient, buffer, rate, momentum, decay, nesterov != 0, first != 0);
    } else {
      step<double>(parameter, gradient, buffer, rate, momentum, decay, nesterov != 0, first != 0);
    }
    // A graph that still needs the old values must notice.
    parameter.unsafeGetTensorImpl()->bump_version();
  });
}

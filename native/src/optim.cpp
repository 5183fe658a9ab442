// One step of stochastic gradient descent over one parameter, in a single pass over memory.
#include "shim.h"

#include <ATen/TensorIterator.h>

using namespace panoptes;

namespace {

struct Rates {
  double rate, momentum, decay;
  bool nesterov, first;
};

template <class Number>
struct Sgd {
  Number rate, momentum, decay;

  explicit Sgd(const Rates& rates)
      : rate(static_cast<Number>(rates.rate)), momentum(static_cast<Number>(rates.momentum)), decay(static_cast<Number>(rates.decay)) {}

  template <bool nesterov, bool first>
  void operator()(Number& parameter, Number& buffer, Number gradient) const {
    Number change = gradient + decay * parameter;
    buffer = first ? change : momentum * buffer + change;
    parameter -= rate * (nesterov ? change + momentum * buffer : buffer);
  }
};

// Neighbours in memory get a loop of their own, which the compiler vectorises.
template <class Number, bool nesterov, bool first>
void step(char** data, const int64_t* strides, int64_t count, const Sgd<Number>& sgd) {
  constexpr int64_t next = sizeof(Number);
  if (strides[0] == next && strides[1] == next && strides[2] == next) {
    auto* __restrict parameter = reinterpret_cast<Number*>(data[0]);
    auto* __restrict buffer = reinterpret_cast<Number*>(data[1]);
    const auto* __restrict gradient = reinterpret_cast<const Number*>(data[2]);
    for (int64_t i = 0; i < count; i++) sgd.template operator()<nesterov, first>(parameter[i], buffer[i], gradient[i]);
  } else {
    for (int64_t i = 0; i < count; i++) {
      sgd.template operator()<nesterov, first>(*reinterpret_cast<Number*>(data[0] + i * strides[0]),
                                               *reinterpret_cast<Number*>(data[1] + i * strides[1]),
                                               *reinterpret_cast<const Number*>(data[2] + i * strides[2]));
    }
  }
}

// The iterator walks the three tensors in the order of memory, and shares the work among libtorch's own threads.
template <class Number>
void step(at::TensorIterator& iterator, const Rates& rates) {
  Sgd<Number> sgd(rates);
  iterator.for_each([&](char** data, const int64_t* strides, int64_t count) {
    if (rates.nesterov) {
      rates.first ? step<Number, true, true>(data, strides, count, sgd) : step<Number, true, false>(data, strides, count, sgd);
    } else {
      rates.first ? step<Number, false, true>(data, strides, count, sgd) : step<Number, false, false>(data, strides, count, sgd);
    }
  });
}

}  // namespace

// v = momentum * v + (g + decay * p), p -= rate * v (Nesterov: rate * (g + decay * p + momentum * v)); at the first step v = g + decay * p.
// `done` is 0 when the tensors are not all on the CPU and of one type, float or double: nothing has happened then.
PANOPTES_EXPORT int panoptes_sgd_step(void* parameter_handle, void* gradient_handle, void* buffer_handle, double rate, double momentum,
                                      double decay, int nesterov, int first, int* done) {
  return guarded([&] {
    auto parameter = borrow(parameter_handle);
    auto gradient = borrow(gradient_handle);
    auto buffer = borrow(buffer_handle);
    auto type = parameter.scalar_type();
    auto fits = [&](const at::Tensor& t) { return t.device().is_cpu() && t.layout() == at::kStrided && t.scalar_type() == type; };
    *done = (type == at::kFloat || type == at::kDouble) && fits(parameter) && fits(gradient) && fits(buffer);
    if (*done == 0) return;
    auto iterator =
        at::TensorIteratorConfig().resize_outputs(false).add_output(parameter).add_output(buffer).add_input(gradient).build();
    Rates rates{rate, momentum, decay, nesterov != 0, first != 0};
    if (type == at::kFloat) {
      step<float>(iterator, rates);
    } else {
      step<double>(iterator, rates);
    }
    // A graph that still needs the old values must notice.
    parameter.unsafeGetTensorImpl()->bump_version();
  });
}

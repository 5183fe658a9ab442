// One step of an optimizer over one parameter, in a single pass over memory.
#include "shim.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

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

template <class Number, bool nesterov, bool first>
struct SgdOf {
  const Sgd<Number>& sgd;
  void operator()(Number& parameter, Number& buffer, Number gradient) const {
    sgd.template operator()<nesterov, first>(parameter, buffer, gradient);
  }
};

// Decoupled decay, both moments and the step; the corrections of the moments' start are in rate and root.
template <class Number>
struct AdamW {
  Number keep, mean_share, square_memory, square_share, rate, root, epsilon;

  void operator()(Number& parameter, Number& mean, Number& square, Number gradient) const {
    mean += mean_share * (gradient - mean);
    square = square_memory * square + square_share * gradient * gradient;
    parameter = keep * parameter - rate * mean / (std::sqrt(square) * root + epsilon);
  }
};

// Calls rule(changed numbers ..., gradient) for the elements of all tensors. Neighbours in memory get a loop of their own, which the compiler
// vectorises.
template <class Number, class Rule, size_t... changed>
void walk(char** data, const int64_t* strides, int64_t count, const Rule& rule, std::index_sequence<changed...>) {
  constexpr size_t last = sizeof...(changed);
  constexpr int64_t next = sizeof(Number);
  const char* from = data[last];
  if (((strides[changed] == next) && ...) && strides[last] == next) {
    Number* const to[] = {reinterpret_cast<Number*>(data[changed])...};
    const auto* gradient = reinterpret_cast<const Number*>(from);
#pragma GCC ivdep
    for (int64_t i = 0; i < count; i++) rule(to[changed][i]..., gradient[i]);
  } else {
    for (int64_t i = 0; i < count; i++) {
      rule(*reinterpret_cast<Number*>(data[changed] + i * strides[changed])..., *reinterpret_cast<const Number*>(from + i * strides[last]));
    }
  }
}

// The iterator walks the tensors in the order of memory, and shares the work among libtorch's own threads.
template <class Number, size_t changed, class Rule>
void step(at::TensorIterator& iterator, const Rule& rule) {
  iterator.for_each([&](char** data, const int64_t* strides, int64_t count) {
    walk<Number>(data, strides, count, rule, std::make_index_sequence<changed>());
  });
}

template <class Number>
void sgd_step(at::TensorIterator& iterator, const Rates& rates) {
  Sgd<Number> sgd(rates);
  if (rates.nesterov) {
    rates.first ? step<Number, 2>(iterator, SgdOf<Number, true, true>{sgd}) : step<Number, 2>(iterator, SgdOf<Number, true, false>{sgd});
  } else {
    rates.first ? step<Number, 2>(iterator, SgdOf<Number, false, true>{sgd}) : step<Number, 2>(iterator, SgdOf<Number, false, false>{sgd});
  }
}

template <class Number>
void adamw_step(at::TensorIterator& iterator, double keep, double beta1, double beta2, double rate, double root, double epsilon) {
  auto number = [](double value) { return static_cast<Number>(value); };
  step<Number, 3>(iterator, AdamW<Number>{number(keep), number(1 - beta1), number(beta2), number(1 - beta2), number(rate), number(root), number(epsilon)});
}

// Whether all tensors are on the CPU and of one type, float or double.
bool is_ours(std::initializer_list<at::Tensor> tensors) {
  auto type = tensors.begin()->scalar_type();
  return (type == at::kFloat || type == at::kDouble) &&
         std::all_of(tensors.begin(), tensors.end(), [&](const at::Tensor& t) { return is_on_cpu(t, type); });
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
    *done = is_ours({parameter, gradient, buffer}) ? 1 : 0;
    if (*done == 0) return;
    auto iterator =
        at::TensorIteratorConfig().resize_outputs(false).add_output(parameter).add_output(buffer).add_input(gradient).build();
    Rates rates{rate, momentum, decay, nesterov != 0, first != 0};
    parameter.scalar_type() == at::kFloat ? sgd_step<float>(iterator, rates) : sgd_step<double>(iterator, rates);
    // A graph that still needs the old values must notice.
    parameter.unsafeGetTensorImpl()->bump_version();
  });
}

// p = keep * p - rate * m / (sqrt(v) * root + epsilon) with m = beta1 * m + (1 - beta1) * g, v = beta2 * v + (1 - beta2) * g^2; the caller puts
// decay into keep, and the corrections of both moments into rate and root. `done` as above.
PANOPTES_EXPORT int panoptes_adamw_step(void* parameter_handle, void* gradient_handle, void* mean_handle, void* square_handle, double keep,
                                        double beta1, double beta2, double rate, double root, double epsilon, int* done) {
  return guarded([&] {
    auto parameter = borrow(parameter_handle);
    auto gradient = borrow(gradient_handle);
    auto mean = borrow(mean_handle);
    auto square = borrow(square_handle);
    *done = is_ours({parameter, gradient, mean, square}) ? 1 : 0;
    if (*done == 0) return;
    auto iterator = at::TensorIteratorConfig()
                        .resize_outputs(false)
                        .add_output(parameter)
                        .add_output(mean)
                        .add_output(square)
                        .add_input(gradient)
                        .build();
    parameter.scalar_type() == at::kFloat ? adamw_step<float>(iterator, keep, beta1, beta2, rate, root, epsilon)
                                          : adamw_step<double>(iterator, keep, beta1, beta2, rate, root, epsilon);
    parameter.unsafeGetTensorImpl()->bump_version();
  });
}

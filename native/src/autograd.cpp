// Automatic differentiation: gradients, grad mode, autocast.
#include "shim.h"

#include <vector>

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

using namespace panoptes;

PANOPTES_EXPORT int panoptes_grad_enabled() { return c10::GradMode::is_enabled() ? 1 : 0; }

PANOPTES_EXPORT void panoptes_set_grad_enabled(int value) { c10::GradMode::set_enabled(value != 0); }

// Gradients of a scalar (or of tensors with given output gradients) into the leaves' .grad.
PANOPTES_EXPORT int panoptes_backward(void* tensor, void* gradient, int retain_graph) {
  return guarded([&] {
    std::vector<at::Tensor> gradients;
    if (gradient != nullptr) gradients.push_back(borrow(gradient));
    torch::autograd::backward({borrow(tensor)}, gradients, retain_graph != 0);
  });
}

// Gradients of one output with respect to `count` inputs; an input that does not take part yields null.
PANOPTES_EXPORT int panoptes_grad(void* output, void** inputs, int count, int retain_graph, int create_graph, void** results) {
  return guarded([&] {
    std::vector<at::Tensor> sources;
    for (int i = 0; i < count; i++) sources.push_back(borrow(inputs[i]));
    auto gradients = torch::autograd::grad({borrow(output)}, sources, {}, retain_graph != 0, create_graph != 0, true);
    for (int i = 0; i < count; i++) results[i] = give(std::move(gradients[i]));
  });
}

PANOPTES_EXPORT int panoptes_tensor_grad(void* tensor, void** gradient) {
  return guarded([&] { *gradient = give(borrow(tensor).grad()); });
}

PANOPTES_EXPORT int panoptes_tensor_set_grad(void* tensor, void* gradient) {
  return guarded([&] { borrow(tensor).mutable_grad() = borrow(gradient); });
}

// Since 2.4 one function per question takes the device; before, each device had functions of its own.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
#define PANOPTES_AUTOCAST_BY_DEVICE 1
#endif

bool panoptes::autocasts(c10::DeviceType device) {
#ifdef PANOPTES_AUTOCAST_BY_DEVICE
  return at::autocast::is_autocast_enabled(device);
#else
  return device != at::kCPU ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
#endif
}

// Autocast on the calling thread. device_type as in c10::DeviceType; dtype as in c10::ScalarType.
PANOPTES_EXPORT int panoptes_autocast_state(int device_type, int* enabled, int* dtype) {
  return guarded([&] {
    auto device = static_cast<at::DeviceType>(device_type);
    *enabled = autocasts(device) ? 1 : 0;
#ifdef PANOPTES_AUTOCAST_BY_DEVICE
    *dtype = static_cast<int>(at::autocast::get_autocast_dtype(device));
#else
    *dtype = static_cast<int>(device != at::kCPU ? at::autocast::get_autocast_gpu_dtype() : at::autocast::get_autocast_cpu_dtype());
#endif
  });
}

// Leaving autocast also forgets the converted weights that libtorch keeps for the region.
PANOPTES_EXPORT int panoptes_set_autocast(int device_type, int enabled, int dtype) {
  return guarded([&] {
    auto device = static_cast<at::DeviceType>(device_type);
    auto type = static_cast<at::ScalarType>(dtype);
#ifdef PANOPTES_AUTOCAST_BY_DEVICE
    at::autocast::set_autocast_enabled(device, enabled != 0);
    at::autocast::set_autocast_dtype(device, type);
#else
    if (device == at::kCPU) {
      at::autocast::set_cpu_enabled(enabled != 0);
      at::autocast::set_autocast_cpu_dtype(type);
    } else {
      at::autocast::set_enabled(enabled != 0);
      at::autocast::set_autocast_gpu_dtype(type);
    }
#endif
    if (enabled == 0) at::autocast::clear_cache();
  });
}

// The process: errors, versions, threads, random numbers, CUDA.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <torch/cuda.h>
#include <torch/version.h>

using namespace panoptes;

namespace {

thread_local std::string last_error;

}  // namespace

namespace panoptes {

void set_error(std::string message) { last_error = std::move(message); }

// A device is packed as type * 256 + index + 1 (index -1: the current device of that type).
c10::Device to_device(int64_t packed) {
  return c10::Device(static_cast<c10::DeviceType>(packed / 256), static_cast<c10::DeviceIndex>(packed % 256 - 1));
}

int64_t from_device(c10::Device device) { return static_cast<int64_t>(device.type()) * 256 + device.index() + 1; }

}  // namespace panoptes

PANOPTES_EXPORT const char* panoptes_last_error() { return last_error.c_str(); }

PANOPTES_EXPORT const char* panoptes_torch_version() { return TORCH_VERSION; }

// libtorch's own description of how it was built (BLAS, MKL-DNN, CPU capability).
PANOPTES_EXPORT const char* panoptes_torch_config() {
  thread_local std::string text;
  guarded([&] { text = at::show_config() + "\n" + at::get_parallel_info(); });
  return text.c_str();
}

// The file that this shim (0) or libtorch (1) was loaded from; null when the loader does not know.
PANOPTES_EXPORT const char* panoptes_library_path(int which) {
  Dl_info info;
  auto* address = which == 0 ? reinterpret_cast<void*>(&panoptes_library_path) : reinterpret_cast<void*>(&at::show_config);
  return dladdr(address, &info) != 0 ? info.dli_fname : nullptr;
}

PANOPTES_EXPORT int panoptes_has_mkldnn() { return at::hasMKLDNN() ? 1 : 0; }

PANOPTES_EXPORT int panoptes_threads() { return at::get_num_threads(); }

PANOPTES_EXPORT int panoptes_set_threads(int count) {
  return guarded([&] { at::set_num_threads(count); });
}

PANOPTES_EXPORT int panoptes_seed(int64_t seed) {
  return guarded([&] {
    auto generators = at::globalContext().defaultGenerator(at::kCPU);
    {
      std::lock_guard<std::mutex> lock(generators.mutex());
      generators.set_current_seed(static_cast<uint64_t>(seed));
    }
    if (torch::cuda::is_available()) torch::cuda::manual_seed_all(static_cast<uint64_t>(seed));
  });
}

// State of the CPU's random number generator as a byte tensor.
PANOPTES_EXPORT int panoptes_random_state(void** state) {
  return guarded([&] {
    auto generator = at::detail::getDefaultCPUGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    *state = give(generator.get_state());
  });
}

PANOPTES_EXPORT int panoptes_set_random_state(void* state) {
  return guarded([&] {
    auto generator = at::detail::getDefaultCPUGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(borrow(state));
  });
}

PANOPTES_EXPORT int panoptes_cuda_count() { return torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0; }

PANOPTES_EXPORT int panoptes_cuda_synchronize(int64_t device_index) {
  return guarded([&] { torch::cuda::synchronize(device_index); });
}

// Denormal numbers cost a hundred times a normal one on most CPUs and carry nothing in training.
PANOPTES_EXPORT int panoptes_set_flush_denormal(int value) { return at::globalContext().setFlushDenormal(value != 0) ? 1 : 0; }

// Tensors: lifetime, metadata and memory.
#include "shim.h"

#include <cstring>

using namespace panoptes;

namespace {

at::TensorImpl* impl(void* tensor) { return static_cast<at::TensorImpl*>(tensor); }

}  // namespace

PANOPTES_EXPORT void panoptes_tensor_release(void* tensor) {
  c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(impl(tensor)).reset();
}

PANOPTES_EXPORT int panoptes_tensor_rank(void* tensor) { return static_cast<int>(impl(tensor)->dim()); }

PANOPTES_EXPORT void panoptes_tensor_sizes(void* tensor, int64_t* sizes) {
  auto source = impl(tensor)->sizes();
  std::copy(source.begin(), source.end(), sizes);
}

PANOPTES_EXPORT void panoptes_tensor_strides(void* tensor, int64_t* strides) {
  auto source = impl(tensor)->strides();
  std::copy(source.begin(), source.end(), strides);
}

PANOPTES_EXPORT int panoptes_tensor_dtype(void* tensor) { return static_cast<int>(borrow(tensor).scalar_type()); }

PANOPTES_EXPORT int64_t panoptes_tensor_device(void* tensor) { return from_device(impl(tensor)->device()); }

// 0 contiguous (NCHW), 1 channels last, -1 neither.
PANOPTES_EXPORT int panoptes_tensor_layout(void* tensor) {
  if (impl(tensor)->is_contiguous()) return 0;
  return impl(tensor)->is_contiguous(at::MemoryFormat::ChannelsLast) ? 1 : -1;
}

// Address of the first element; the tensor must be on the CPU for the caller to follow it.
PANOPTES_EXPORT int panoptes_tensor_data(void* tensor, void** data) {
  return guarded([&] { *data = borrow(tensor).data_ptr(); });
}

// A new tensor that shares the caller's memory; `free` is called with `context` when the last user is gone (may be null).
PANOPTES_EXPORT int panoptes_tensor_from_memory(void* data, const int64_t* sizes, int rank, int dtype, void (*free)(void*), void* context, void** result) {
  return guarded([&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)).device(at::kCPU);
    at::IntArrayRef shape(sizes, static_cast<size_t>(rank));
    *result = give(free == nullptr ? at::from_blob(data, shape, options)
                                   : at::from_blob(data, shape, [free, context](void*) { free(context); }, options));
  });
}

PANOPTES_EXPORT int panoptes_tensor_requires_grad(void* tensor) { return impl(tensor)->requires_grad() ? 1 : 0; }

PANOPTES_EXPORT int panoptes_tensor_set_requires_grad(void* tensor, int value) {
  return guarded([&] { borrow(tensor).requires_grad_(value != 0); });
}

// Replaces the memory behind a leaf (a move to another device, dtype or memory format) while its identity stays.
PANOPTES_EXPORT int panoptes_tensor_set_data(void* tensor, void* source) {
  return guarded([&] { borrow(tensor).set_data(borrow(source)); });
}

// 1 when both handles are the same tensor (an operator in place returned its argument).
PANOPTES_EXPORT int panoptes_tensor_same(void* first, void* second) { return first == second ? 1 : 0; }

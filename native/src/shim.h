// The C door to libtorch. Every function that can fail returns 0 on success and -1 on failure; panoptes_last_error() then holds
// the message of the calling thread. Tensors cross as owned pointers (one reference each): whoever receives one releases it.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/ATen.h>

#define PANOPTES_EXPORT extern "C" __attribute__((visibility("default")))

// Builds a function several times, for what the processor at run time has.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define PANOPTES_VECTORISED __attribute__((target_clones("default", "arch=haswell", "arch=skylake-avx512")))
#else
#define PANOPTES_VECTORISED
#endif

namespace panoptes {

// What a Value holds. Kept in step with Interop/ValueTag.cs.
enum class Tag : int32_t {
  None = 0,
  Tensor = 1,
  Int = 2,
  Double = 3,
  Bool = 4,
  IntList = 5,
  DoubleList = 6,
  TensorList = 7,
  OptionalTensorList = 8,
  String = 9,
  Device = 10,
  BoolList = 11,
  Default = 12,  // arguments only: the schema's default value
};

// One argument or result of a boxed call. Lists point to memory of the caller (arguments) or of the shim (results).
struct Value {
  Tag tag;
  int32_t count;
  union {
    int64_t integer;
    double number;
    void* pointer;
  };
};

// Records what went wrong for panoptes_last_error().
void set_error(std::string message);

// Wraps a borrowed pointer for the length of a call.
inline at::Tensor borrow(void* tensor) {
  if (tensor == nullptr) return {};
  return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(static_cast<at::TensorImpl*>(tensor)));
}

// Hands a tensor over to the caller; an undefined tensor becomes null.
inline void* give(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  return tensor.unsafeReleaseTensorImpl();
}

// Whether a loop of the shim's own may walk the tensor's numbers.
inline bool is_on_cpu(const at::Tensor& tensor, at::ScalarType type) {
  return tensor.device().is_cpu() && tensor.layout() == at::kStrided && tensor.scalar_type() == type;
}

// Runs a body and turns an exception into an error code.
template <class Body>
int guarded(Body&& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& error) {
    set_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    set_error(error.what());
  } catch (...) {
    set_error("unknown native exception");
  }
  return -1;
}

// Whether autocast chooses the numbers' types on the calling thread.
bool autocasts(c10::DeviceType device);

c10::Device to_device(int64_t packed);
int64_t from_device(c10::Device device);

}  // namespace panoptes

#include "product.h"

#ifdef PANOPTES_PRODUCT

#include <cstdlib>
#include <new>

#include <sys/mman.h>

using namespace panoptes;

namespace {

template <int Rows, int Panels>
inline __attribute__((always_inline)) void multiply_part(const Product& p) {
  Vec sum[Rows][Panels];
  for (int i = 0; i < Rows; i++) {
    for (int j = 0; j < Panels; j++) sum[i][j] = p.add ? load(p.result + j * p.result_panel + i * p.result_step) : Vec{};
  }
  const float* right = p.right;
  for (int64_t o = 0; o < p.outer; o++) {
    const float* left = p.left + o * p.outer_step;
    for (int64_t k = 0; k < p.inner; k++, left += p.inner_step, right += kLanes) {
      Vec b[Panels];
      for (int j = 0; j < Panels; j++) b[j] = load(right + j * p.right_panel);
      for (int i = 0; i < Rows; i++) {
        float a = left[i * p.row_step];
        for (int j = 0; j < Panels; j++) sum[i][j] += a * b[j];
      }
    }
  }
  for (int i = 0; i < Rows; i++) {
    for (int j = 0; j < Panels; j++) store(p.result + j * p.result_panel + i * p.result_step, sum[i][j]);
  }
}

// As many sums at a time as the processor has registers for.
__attribute__((target("avx512f,avx512vl,avx2,fma"))) void multiply_wide(const Product& p, bool two) {
  if (two) {
    multiply_part<kProductRows, 2>(p);
  } else {
    multiply_part<kProductRows, 1>(p);
  }
}

__attribute__((target("avx2,fma"))) void multiply_narrow(const Product& p, bool two) {
  for (int64_t j = 0; j < (two ? 2 : 1); j++) {
    for (int64_t i = 0; i < kProductRows; i += 4) {
      Product part = p;
      part.left += i * p.row_step;
      part.right += j * p.right_panel;
      part.result += j * p.result_panel + i * p.result_step;
      multiply_part<4, 1>(part);
    }
  }
}

const bool kWide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");

}  // namespace

void panoptes::multiply(const Product& p, bool two) { kWide ? multiply_wide(p, two) : multiply_narrow(p, two); }

bool panoptes::can_multiply() {
  static const bool can = kWide || (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
  return can;
}

float* panoptes::scratch(int64_t which, int64_t length) {
  constexpr size_t kPage = size_t{1} << 21;
  struct Memory {
    float* start = nullptr;
    size_t bytes = 0;
    ~Memory() { std::free(start); }
  };
  thread_local Memory memory[kScratches];
  Memory& own = memory[which];
  size_t bytes = (length * sizeof(float) + kPage - 1) / kPage * kPage;
  if (own.bytes < bytes) {
    std::free(own.start);
    own.start = static_cast<float*>(std::aligned_alloc(kPage, bytes));
    own.bytes = own.start != nullptr ? bytes : 0;
    if (own.start == nullptr) throw std::bad_alloc();
    madvise(own.start, bytes, MADV_HUGEPAGE);
  }
  return own.start;
}

#endif

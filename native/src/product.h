// Products of float matrices, in pieces that fit a processor's registers and in an order that no number of threads changes, whatever
// BLAS libtorch was built with.
#pragma once

#include <cstdint>

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define PANOPTES_PRODUCT 1

// Vectors never cross a call: load() and store() are always a part of their caller.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace panoptes {

constexpr int64_t kLanes = 16;        // columns of a panel
constexpr int64_t kProductRows = 8;   // rows that are computed together

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(kLanes * sizeof(float)), aligned(sizeof(float)), may_alias));

inline __attribute__((always_inline)) Vec load(const float* p) { return *reinterpret_cast<const Unaligned*>(p); }
inline __attribute__((always_inline)) void store(float* p, const Vec& value) { *reinterpret_cast<Unaligned*>(p) = value; }

// A part of a product of matrices: result[row] (+)= sum over s of left(row, s) * right[s], for 8 rows and 1 or 2 panels of 16 columns.
struct Product {
  const float* left;     // of the first row
  int64_t row_step;      // from a row to the next
  int64_t outer_step;    // from one group of summands to the next
  int64_t outer, inner;  // groups, and summands in a group
  int64_t inner_step;    // from a summand to the next
  const float* right;    // [summands][16]
  int64_t right_panel;   // from one panel to the next
  float* result;
  int64_t result_step;   // from a row to the next
  int64_t result_panel;
  bool add;              // to what is there
};

void multiply(const Product& product, bool two_panels);

// Whether the processor has what multiply() was compiled for.
bool can_multiply();

// The next multiple of the rows that are computed together.
inline int64_t whole_rows(int64_t rows) { return (rows + kProductRows - 1) / kProductRows * kProductRows; }

constexpr int64_t kScratches = 8;

// Memory that a thread keeps, under a number below kScratches: what is fresh from the system costs more to clear than to compute. In large
// pages where the system has them, since what is computed at a time lies scattered.
float* scratch(int64_t which, int64_t length);

}  // namespace panoptes

#endif

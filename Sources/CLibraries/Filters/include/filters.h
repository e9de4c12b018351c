#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Comparisons to bits with instructions that only some processors have; `RangeFilter` has the same
// in Swift, and is tested with both.

/// Whether this processor can run the functions below.
bool filters_supported(void);

/// Bit i of `words`: whether `values[i] - low`, unsigned, is at most `span`. `count` is a multiple
/// of 64.
void filters_int64(
    const int64_t *values, size_t count, uint64_t low, uint64_t span, uint64_t *words);

/// Bit i of `words`: whether `values[i]` is `wanted`. `count` is a multiple of 64.
void filters_uint32(const uint32_t *values, size_t count, uint32_t wanted, uint64_t *words);

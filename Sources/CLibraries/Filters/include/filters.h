#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Loops over columns with instructions that only some processors have; `RangeFilter` and
// `IntervalNumbers` have the same in Swift, and are tested with both.

/// Whether this processor can run the functions below.
bool filters_supported(void);

/// Bit i of `words`: whether `values[i] - low`, unsigned, is at most `span`. `count` is a multiple
/// of 64.
void filters_int64(
    const int64_t *values, size_t count, uint64_t low, uint64_t span, uint64_t *words);

/// Bit i of `words`: whether `values[i]` is `wanted`. `count` is a multiple of 64.
void filters_uint32(const uint32_t *values, size_t count, uint32_t wanted, uint64_t *words);

/// `numbers[i]`: `(moments[i] - first) / length`, unsigned, or `outside` where that is more. `count`
/// is a multiple of 4, `length * outside` at most 2^52, `outside` less than 2^31.
void filters_intervals(
    const int64_t *moments, size_t count, uint64_t first, uint64_t length, uint32_t outside,
    uint32_t *numbers);

/// Bit i of `words`: whether `values[i]` is another number than `values[i - 1]`, which is there even
/// for i = 0. `count` is a multiple of 64.
void filters_changes(const uint32_t *values, size_t count, uint64_t *words);

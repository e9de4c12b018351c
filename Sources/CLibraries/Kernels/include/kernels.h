#pragma once
#include <stddef.h>
#include <stdint.h>

/// The widest values `kernels_delta` unpacks.
enum { kernels_delta_width_max = 56 };

/// A mini-block of DELTA_BINARY_PACKED: adds each of `count` packed differences of `width` bits
/// (1...56), and `minimum`, to the value before it. Writes `count` values and returns the last.
///
/// Reads up to 7 bytes past the last difference.
int64_t kernels_delta(
    const uint8_t *input, unsigned width, size_t count, int64_t minimum, int64_t previous,
    int64_t *output);

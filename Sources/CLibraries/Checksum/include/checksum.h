#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// CRC-32C by the processor's own instruction. It stands in Swift as well, and is tested against it.

/// Whether this processor can run `checksum_crc32c`.
bool checksum_crc32c_supported(void);

/// The remainder of CRC-32C after some more bytes; begins and ends inverted by the caller.
uint32_t checksum_crc32c(uint32_t remainder, const uint8_t *bytes, size_t count);

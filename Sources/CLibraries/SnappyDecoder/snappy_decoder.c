#include "include/snappy_decoder.h"

#include <string.h>

// An element is a tag, up to four bytes of a number, and for a literal its bytes:
//
//     ┌ tag: 6 bits, 2 bits of kind ┐
//     kind 0  literal: length - 1, or for 60...63 the number of bytes it takes
//     kind 1  copy: length - 4 (3 bits), 3 high bits of the offset; 1 byte
//     kind 2  copy: length - 1 (6 bits); offset in 2 bytes
//     kind 3  copy: length - 1 (6 bits); offset in 4 bytes

/// An element that is no long literal and its number take 5 bytes, and give 64; a copy of a short
/// pattern writes up to 15 bytes more. While there is so much room on both sides, copies may be of
/// fixed size, longer than what is asked for.
enum { room = 80 };

static inline uint32_t number(const uint8_t *bytes, unsigned count) {
  static const uint32_t masks[] = {0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF};
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap32(value);
#endif
  return value & masks[count];
}

static inline uint32_t number_at_end(const uint8_t *bytes, unsigned count) {
  uint32_t value = 0;
  for (unsigned i = 0; i < count; i++) value |= (uint32_t)bytes[i] << 8 * i;
  return value;
}

static inline void copy_16(uint8_t *target, const uint8_t *source) {
  memcpy(target, source, 16);
}

static inline void copy_64(uint8_t *target, const uint8_t *source) {
  for (int i = 0; i < 64; i += 16) copy_16(target + i, source + i);
}

/// Repeats the bytes from `source` to `target`, fewer than 16, `length` times.
static inline void repeat(uint8_t *target, const uint8_t *source, size_t length) {
  uint8_t *const end = target + length;
  uint64_t word;
  while (target - source < 8) {
    memcpy(&word, source, sizeof word);
    memcpy(target, &word, sizeof word);
    target += target - source;
  }
  for (; target < end; target += 8, source += 8) {
    memcpy(&word, source, sizeof word);
    memcpy(target, &word, sizeof word);
  }
}

static inline unsigned copy_length(unsigned tag) {
  return (tag & 3) == 1 ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1;
}

/// Bytes of the number after the tag of a copy.
static inline unsigned offset_bytes(unsigned tag) { return (0x04020100 >> 8 * (tag & 3)) & 7; }

static inline size_t offset_high(unsigned tag) {
  return (tag & 3) == 1 ? (size_t)(tag >> 5) << 8 : 0;
}

bool snappy_decode(
    const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count) {
  const uint8_t *in = input, *const in_end = input + input_count;
  uint8_t *out = output, *const out_end = output + output_count;
  while (in_end - in >= room && out_end - out >= room) {
    const unsigned tag = *in++;
    if ((tag & 3) == 0) {
      size_t length = (tag >> 2) + 1;
      if (length <= 16) {
        copy_16(out, in);
      } else if (length <= 60) {
        copy_64(out, in);
      } else {
        const unsigned bytes = (unsigned)length - 60;
        length = (size_t)number(in, bytes) + 1;
        in += bytes;
        if (length > (size_t)(in_end - in) || length > (size_t)(out_end - out)) return false;
        memcpy(out, in, length);
      }
      in += length;
      out += length;
      continue;
    }
    const size_t length = copy_length(tag);
    const size_t offset = offset_high(tag) + number(in, offset_bytes(tag));
    in += offset_bytes(tag);
    if (offset == 0 || offset > (size_t)(out - output)) return false;
    if (offset < 16) {
      repeat(out, out - offset, length);
    } else if (length <= 16) {
      copy_16(out, out - offset);
    } else {
      copy_64(out, out - offset);
    }
    out += length;
  }
  // The same to the byte.
  while (in < in_end) {
    const unsigned tag = *in++;
    if ((tag & 3) == 0) {
      size_t length = (tag >> 2) + 1;
      if (length > 60) {
        const unsigned bytes = (unsigned)length - 60;
        if (bytes > (size_t)(in_end - in)) return false;
        length = (size_t)number_at_end(in, bytes) + 1;
        in += bytes;
      }
      if (length > (size_t)(in_end - in) || length > (size_t)(out_end - out)) return false;
      memcpy(out, in, length);
      in += length;
      out += length;
      continue;
    }
    const size_t length = copy_length(tag);
    if (offset_bytes(tag) > (size_t)(in_end - in)) return false;
    const size_t offset = offset_high(tag) + number_at_end(in, offset_bytes(tag));
    in += offset_bytes(tag);
    if (offset == 0 || offset > (size_t)(out - output)) return false;
    if (length > (size_t)(out_end - out)) return false;
    for (const uint8_t *source = out - offset, *end = source + length; source < end;) {
      *out++ = *source++;
    }
  }
  return out == out_end;
}

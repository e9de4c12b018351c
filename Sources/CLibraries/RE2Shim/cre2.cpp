#include "cre2.h"

#include <cstring>
#include <string>

#include <re2/re2.h>

struct cre2_pattern {
  RE2 re;
  std::string error;

  cre2_pattern(const re2::StringPiece &text, const RE2::Options &options) : re(text, options) {
    if (!re.ok()) error = re.error().empty() ? "cannot be compiled" : re.error();
  }
};

namespace {

bool is_ascii(const uint8_t *text, size_t length) {
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t word;
    std::memcpy(&word, text + i, 8);
    if (word & 0x8080808080808080u) return false;
  }
  for (; i < length; i++) {
    if (text[i] & 0x80) return false;
  }
  return true;
}

// Length of the well-formed UTF-8 sequence at `text`, 0 if there is none.
size_t sequence_length(const uint8_t *text, size_t left) {
  const uint8_t lead = text[0];
  if (lead < 0x80) return 1;
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || length > left) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && text[1] < 0xA0) return 0;  // overlong
  if (lead == 0xED && text[1] > 0x9F) return 0;  // surrogate
  if (lead == 0xF0 && text[1] < 0x90) return 0;  // overlong
  if (lead == 0xF4 && text[1] > 0x8F) return 0;  // above U+10FFFF
  return length;
}

// Puts U+FFFD in place of every byte that is not part of UTF-8; false if there is none.
bool repair(const uint8_t *text, size_t length, std::string *out) {
  bool repaired = false;
  for (size_t i = 0; i < length;) {
    const size_t n = sequence_length(text + i, length - i);
    if (n == 0) {
      out->append("\xEF\xBF\xBD");
      repaired = true;
    } else {
      out->append(reinterpret_cast<const char *>(text + i), n);
    }
    i += n == 0 ? 1 : n;
  }
  return repaired;
}

bool match(const RE2 &re, const uint8_t *text, size_t length) {
  const re2::StringPiece piece(reinterpret_cast<const char *>(text), length);
  if (re.Match(piece, 0, length, RE2::ANCHOR_BOTH, nullptr, 0)) return true;
  // RE2's dot matches no stray byte. Such a byte counts as U+FFFD here, as it does in Go.
  if (is_ascii(text, length)) return false;
  std::string whole;
  if (!repair(text, length, &whole)) return false;
  return re.Match(whole, 0, whole.size(), RE2::ANCHOR_BOTH, nullptr, 0);
}

}  // namespace

cre2_pattern *cre2_compile(const uint8_t *pattern, size_t length, int64_t memory_bytes_max) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_max_mem(memory_bytes_max);
  const re2::StringPiece text(reinterpret_cast<const char *>(pattern), length);
  return new cre2_pattern(text, options);
}

const char *cre2_error(const cre2_pattern *pattern) {
  return pattern->error.empty() ? nullptr : pattern->error.c_str();
}

bool cre2_matches(const cre2_pattern *pattern, const uint8_t *text, size_t length) {
  return match(pattern->re, text, length);
}

void cre2_match_table(const cre2_pattern *pattern, const uint8_t *bytes, const uint32_t *offsets,
                      size_t count, uint64_t *words) {
  for (size_t i = 0; i < count; i++) {
    const bool hit = match(pattern->re, bytes + offsets[i], offsets[i + 1] - offsets[i]);
    words[i / 64] |= static_cast<uint64_t>(hit) << (i % 64);
  }
}

void cre2_find_in_table(const uint8_t *part, size_t part_length, const uint8_t *bytes,
                        const uint32_t *offsets, size_t count, uint64_t *words) {
  const uint8_t *const end = bytes + offsets[count];
  const uint8_t *next = bytes;
  size_t i = 0;
  // One search over all texts at once; a find that reaches over the end of a text is none.
  while (next < end) {
    const void *const found = memmem(next, static_cast<size_t>(end - next), part, part_length);
    if (found == nullptr) return;
    const size_t at = static_cast<size_t>(static_cast<const uint8_t *>(found) - bytes);
    while (offsets[i + 1] <= at) i++;
    if (at + part_length <= offsets[i + 1]) {
      words[i / 64] |= uint64_t{1} << (i % 64);
      next = bytes + offsets[i + 1];
    } else {
      next = bytes + at + 1;
    }
  }
}

bool cre2_possible_range(const cre2_pattern *pattern, size_t length_max, uint8_t *lower,
                         size_t *lower_length, uint8_t *upper, size_t *upper_length) {
  std::string low, high;
  if (!pattern->re.PossibleMatchRange(&low, &high, static_cast<int>(length_max))) return false;
  if (low.size() > length_max + 1 || high.size() > length_max + 1) return false;
  std::memcpy(lower, low.data(), low.size());
  std::memcpy(upper, high.data(), high.size());
  *lower_length = low.size();
  *upper_length = high.size();
  return true;
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

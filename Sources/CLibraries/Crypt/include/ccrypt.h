// Password hashes by libcrypt. The library is loaded when the first one is checked.
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The hash of `phrase` with the method and salt of `setting`, which may be a whole hash, into
/// `output` (384 bytes); null, or why there is none. Takes as long as the method wants.
const char *ccrypt_hash(const char *phrase, const char *setting, char *output);

#ifdef __cplusplus
}
#endif

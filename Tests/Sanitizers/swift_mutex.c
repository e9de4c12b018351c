// Tells ThreadSanitizer about the slow paths of Swift's `Mutex`.
//
// The fast paths are compiled into our own code and are seen as the atomics they are. The slow ones,
// taken when two threads meet, lie in libswiftSynchronization, which is not instrumented: what one
// thread wrote under the lock would look like a race to the next. This library is preloaded by
// `make tsan`, stands in front of them and says what they mean.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// There in programs built with ThreadSanitizer only.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t owner, SELF) __asm__(LOCK);
SWIFT void unlock_slow(SELF) __asm__(UNLOCK);

SWIFT void lock_slow(uint32_t owner, SELF) {
  typedef SWIFT void (*function)(uint32_t, SELF);
  ((function)dlsym(RTLD_NEXT, LOCK))(owner, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void unlock_slow(SELF) {
  typedef SWIFT void (*function)(SELF);
  if (__tsan_release) __tsan_release(self);
  ((function)dlsym(RTLD_NEXT, UNLOCK))(self);
}

// Memory of a thread's own for what does not outlast one call: packed panels.
#pragma once

#include <cstdlib>

namespace NETWRIGHT_ISA {

/// Grows as it has to and is kept for the next call. `Use` tells apart what one kernel needs at the same time.
template <int Use> static float *scratch(size_t count) {
  struct Buffer {
    void *memory = nullptr;
    size_t count = 0;
    ~Buffer() { free(memory); }
  };
  static thread_local Buffer buffer;
  if (buffer.count < count) {
    free(buffer.memory);
    const size_t bytes = (count * 4 + 4095) / 4096 * 4096;
    if (posix_memalign(&buffer.memory, 4096, bytes) != 0) abort();
    buffer.count = count;
  }
  return (float *)buffer.memory;
}

}  // namespace NETWRIGHT_ISA

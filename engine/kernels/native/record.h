// How a kernel reads its record (kernels/record.ts): argument words stand in a row.
#pragma once

#include <cstdint>
#include <cstring>

#include "contract.h"  // written by the build from kernels/contract.ts: op::<kernel>, arg::<kernel>::<argument>

struct Call {
  float *arena;
  const int32_t *words;

  /// nullptr for an absent tensor.
  float *tensor(int index) const {
    const uint32_t at = (uint32_t)words[index];
    return at == 0 ? nullptr : arena + at;
  }
  int32_t *whole(int index) const { return (int32_t *)tensor(index); }
  int integer(int index) const { return words[index]; }
  float real(int index) const {
    float value;
    memcpy(&value, words + index, sizeof value);
    return value;
  }
};

/// Does the share [begin, end) of a call.
typedef void (*Kernel)(const Call &call, int begin, int end);

/// The kernels of one instruction set by opcode; nullptr where there is none.
struct KernelTable {
  const char *instructions;
  /// Multiplies and adds in registers alone for about that long; floating-point operations per second of one thread.
  double (*peak)(double seconds);
  Kernel kernels[op::count];
};

// How fast this processor multiplies and adds when nothing has to be fetched: what every other figure is a share of.
#pragma once

#include <chrono>

#include "vector.h"

namespace NETWRIGHT_ISA {

static double peak(double seconds) {
  constexpr int chains = 12, rounds = 20000;
  floats sum[chains];
  for (int i = 0; i < chains; i++) sum[i] = splat(1.0f + (float)i);
  const floats factor = splat(0.999999f), term = splat(1e-6f);
  const auto started = std::chrono::steady_clock::now();
  double elapsed = 0, operations = 0;
  do {
    for (int round = 0; round < rounds; round++)
#pragma GCC unroll 12
      for (int i = 0; i < chains; i++) sum[i] = fma(sum[i], factor, term);
    operations += 2.0 * rounds * chains * lanes;
    elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  } while (elapsed < seconds);
  floats total = sum[0];
  for (int i = 1; i < chains; i++) total = total + sum[i];
  // What was computed has to matter to someone.
  return sumOf(total) == 0.0f ? 0.0 : operations / elapsed;
}

}  // namespace NETWRIGHT_ISA

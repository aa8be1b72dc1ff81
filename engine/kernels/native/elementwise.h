// One to one over a share of elements.
#pragma once

#include "functions.h"
#include "record.h"
#include "sums.h"

namespace NETWRIGHT_ISA {

static void sumRows(const Call &call, int begin, int end) {
  namespace at = arg::sumRows;
  sumColumns(call.tensor(at::x), call.tensor(at::y), call.integer(at::M), call.integer(at::N), begin, end);
}

static void add(const Call &call, int begin, int end) {
  namespace at = arg::add;
  const float *a = call.tensor(at::a), *b = call.tensor(at::b);
  float *y = call.tensor(at::y);
  eachVector(begin, end, [=](int i, int n) { store(y + i, load(a + i, n) + load(b + i, n), n); });
}

static void scale(const Call &call, int begin, int end) {
  namespace at = arg::scale;
  const float *x = call.tensor(at::x);
  float *y = call.tensor(at::y);
  const floats factor = splat(call.real(at::factor));
  eachVector(begin, end, [=](int i, int n) { store(y + i, factor * load(x + i, n), n); });
}

static void fill(const Call &call, int begin, int end) {
  namespace at = arg::fill;
  float *y = call.tensor(at::y);
  const floats value = splat(call.real(at::value));
  eachVector(begin, end, [=](int i, int n) { store(y + i, value, n); });
}

/// The N · C planes of x, each with the number of its channel.
static void addChannels(const Call &call, int begin, int end) {
  namespace at = arg::addChannels;
  const int C = call.integer(at::C), inner = call.integer(at::inner);
  for (int plane = begin; plane < end; plane++) {
    const float *x = call.tensor(at::x) + (long)plane * inner;
    float *y = call.tensor(at::y) + (long)plane * inner;
    const floats b = splat(call.tensor(at::b)[plane % C]);
    eachVector(0, inner, [=](int i, int n) { store(y + i, load(x + i, n) + b, n); });
  }
}

}  // namespace NETWRIGHT_ISA

// One to one over a share of elements.
#pragma once

#include "functions.h"
#include "record.h"

namespace NETWRIGHT_ISA {

static void sumRows(const Call &call, int begin, int end) {
  namespace at = arg::sumRows;
  const float *x = call.tensor(at::x);
  float *y = call.tensor(at::y);
  const int M = call.integer(at::M);
  const long N = call.integer(at::N);
  eachVector(begin, end, [=](int i, int n) {
    floats sum = splat(0.0f);
    for (int m = 0; m < M; m++) sum = sum + load(x + m * N + i, n);
    store(y + i, sum, n);
  });
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

}  // namespace NETWRIGHT_ISA

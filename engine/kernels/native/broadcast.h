// Arithmetic of two operands that are broadcast to each other, PReLU, and the sums that lead back.
#pragma once

#include "record.h"
#include "sums.h"

namespace NETWRIGHT_ISA {

enum BinaryKind { addition = 1, subtraction, multiplication };

template <int Kind> INLINE floats combined(floats a, floats b) {
  switch (Kind) {
    case addition: return a + b;
    case subtraction: return a - b;
    default: return a * b;
  }
}

/// Numbers side by side; an operand that does not move along with them is one number. No result is below `floor`, which
/// is −∞ where there is no ReLU; NaN stays NaN.
template <int Kind> INLINE void combine(const float *a, bool aMoves, const float *b, bool bMoves, float *y, int count, floats floor) {
  const auto write = [=](int i, int n, floats left, floats right) {
    const floats value = combined<Kind>(left, right);
    store(y + i, select(value < floor, floor, value), n);
  };
  if (aMoves && bMoves) {
    eachVector(0, count, [=](int i, int n) { write(i, n, load(a + i, n), load(b + i, n)); });
  } else if (aMoves) {
    const floats right = splat(*b);
    eachVector(0, count, [=](int i, int n) { write(i, n, load(a + i, n), right); });
  } else {
    const floats left = splat(*a);
    eachVector(0, count, [=](int i, int n) { write(i, n, left, load(b + i, n)); });
  }
}

/// Runs along the last dimension, the others counted like the digits of a number.
template <int Kind> static void combineAll(const Call &call, int begin, int end) {
  namespace at = arg::binary;
  const float *a = call.tensor(at::a), *b = call.tensor(at::b);
  float *y = call.tensor(at::y);
  const int32_t *size = call.words + at::n0, *stepA = call.words + at::a0, *stepB = call.words + at::b0;
  const floats floor = splat(call.integer(at::epilogue) == 1 ? 0.0f : -__builtin_inff());
  int digit[4];
  int column = begin % size[4];
  for (int d = 3, row = begin / size[4]; d >= 0; d--) {
    digit[d] = row % size[d];
    row /= size[d];
  }
  for (int element = begin; element < end;) {
    const int count = size[4] - column < end - element ? size[4] - column : end - element;
    long fromA = (long)column * stepA[4], fromB = (long)column * stepB[4];
    for (int d = 0; d < 4; d++) {
      fromA += (long)digit[d] * stepA[d];
      fromB += (long)digit[d] * stepB[d];
    }
    combine<Kind>(a + fromA, stepA[4] != 0, b + fromB, stepB[4] != 0, y + element, count, floor);
    element += count;
    column = 0;
    for (int d = 3; d >= 0 && ++digit[d] == size[d]; d--) digit[d] = 0;
  }
}

static void binary(const Call &call, int begin, int end) {
  if (begin >= end) return;
  switch (call.integer(arg::binary::kind)) {
    case addition: return combineAll<addition>(call, begin, end);
    case subtraction: return combineAll<subtraction>(call, begin, end);
    default: return combineAll<multiplication>(call, begin, end);
  }
}

static void prelu(const Call &call, int begin, int end) {
  namespace at = arg::prelu;
  const float *x = call.tensor(at::x), *slope = call.tensor(at::slope), *z = call.tensor(at::z);
  float *y = call.tensor(at::y);
  const int C = call.integer(at::C), inner = call.integer(at::inner);
  // Either a row of all channels, or a channel of one sample.
  const int length = inner == 1 ? C : inner;
  for (int element = begin; element < end;) {
    const int place = element % length;
    const int count = length - place < end - element ? length - place : end - element;
    const float *slopes = slope + (inner == 1 ? place : element / inner % C);
    const floats only = splat(*slopes);
    eachVector(0, count, [=](int i, int n) {
      const floats factor = inner == 1 ? load(slopes + i, n) : only, value = load(z + element + i, n);
      store(y + element + i, select(load(x + element + i, n) > splat(0.0f), value, factor * value), n);
    });
    element += count;
  }
}

enum class Term { plain, product, productBelow0 };

/// Lanes that are not there hold 0, and add nothing.
template <Term T> INLINE floats termOf(const float *x, const float *w, int n) {
  switch (T) {
    case Term::plain: return load(x, n);
    case Term::product: return load(x, n) * load(w, n);
    default: {
      const floats factor = load(w, n);
      return select(factor > splat(0.0f), splat(0.0f), load(x, n) * factor);
    }
  }
}

template <Term T> static void sumAll(const Call &call, int begin, int end) {
  namespace at = arg::sumOver;
  const float *x = call.tensor(at::x);
  // Never read where the sum is of x alone.
  const float *w = T == Term::plain ? x : call.tensor(at::w);
  float *y = call.tensor(at::y);
  const long count = call.integer(at::count), inner = call.integer(at::inner);
  if (inner == 1) {
    for (int row = begin; row < end; row++) {
      const float *xRow = x + row * count, *wRow = w + row * count;
      y[row] = sixteenSums((int)count, [=](int i, int n) { return termOf<T>(xRow + i, wRow + i, n); });
    }
    return;
  }
  for (int element = begin; element < end;) {
    const long column = element % inner, from = element / inner * count * inner + column;
    const int columns = inner - column < end - element ? (int)(inner - column) : end - element;
    float *to = y + element;
    int done = 0;
    for (; done + 4 * lanes <= columns; done += 4 * lanes) {
      floats s0 = splat(0.0f), s1 = s0, s2 = s0, s3 = s0;
      for (long n = 0, i = from + done; n < count; n++, i += inner) {
        s0 += termOf<T>(x + i, w + i, lanes);
        s1 += termOf<T>(x + i + lanes, w + i + lanes, lanes);
        s2 += termOf<T>(x + i + 2 * lanes, w + i + 2 * lanes, lanes);
        s3 += termOf<T>(x + i + 3 * lanes, w + i + 3 * lanes, lanes);
      }
      store(to + done, s0);
      store(to + done + lanes, s1);
      store(to + done + 2 * lanes, s2);
      store(to + done + 3 * lanes, s3);
    }
    eachVector(done, columns, [=](int c, int lanesLeft) {
      floats sum = splat(0.0f);
      for (long n = 0, i = from + c; n < count; n++, i += inner) sum += termOf<T>(x + i, w + i, lanesLeft);
      store(to + c, sum, lanesLeft);
    });
    element += columns;
  }
}

static void sumOver(const Call &call, int begin, int end) {
  switch ((Term)call.integer(arg::sumOver::term)) {
    case Term::plain: return sumAll<Term::plain>(call, begin, end);
    case Term::product: return sumAll<Term::product>(call, begin, end);
    default: return sumAll<Term::productBelow0>(call, begin, end);
  }
}

}  // namespace NETWRIGHT_ISA

// Numbers put elsewhere, in more than one place, or looked up.
#pragma once

#include <cmath>

#include "record.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

INLINE void copyWords(const float *from, float *to, int count) {
  eachVector(0, count, [=](int i, int n) { store(to + i, load(from + i, n), n); });
}

/// y [rows, columns] = x [columns, rows] turned, `pitch` words from row to row of x.
static void turn(const float *x, long pitch, float *y, int rows, int columns) {
  const int wholeRows = rows & ~3, wholeColumns = columns & ~3;
  for (int row = 0; row < wholeRows; row += 4)
    for (int column = 0; column < wholeColumns; column += 4) {
      four line[4];
      for (int i = 0; i < 4; i++) memcpy(&line[i], x + row + (column + i) * pitch, 16);
      transpose(line[0], line[1], line[2], line[3]);
      for (int i = 0; i < 4; i++) memcpy(y + (long)(row + i) * columns + column, &line[i], 16);
    }
  for (int row = 0; row < rows; row++)
    for (int column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
      y[(long)row * columns + column] = x[row + column * pitch];
}

static void copy(const Call &call, int begin, int end) {
  namespace at = arg::copy;
  const int n1 = call.integer(at::n1), n2 = call.integer(at::n2), n3 = call.integer(at::n3), rows = call.integer(at::n4),
            columns = call.integer(at::n5);
  const long rowStep = call.integer(at::s4), columnStep = call.integer(at::s5);
  float *y = call.tensor(at::y) + (long)begin * rows * columns;
  for (int plane = begin; plane < end; plane++, y += (long)rows * columns) {
    const int i3 = plane % n3, i2 = plane / n3 % n2, i1 = plane / n3 / n2 % n1, i0 = plane / n3 / n2 / n1;
    const float *x = call.tensor(at::x) + call.integer(at::from) + (long)i0 * call.integer(at::s0) + (long)i1 * call.integer(at::s1) +
                     (long)i2 * call.integer(at::s2) + (long)i3 * call.integer(at::s3);
    if (columnStep == 1)
      for (int row = 0; row < rows; row++) copyWords(x + row * rowStep, y + (long)row * columns, columns);
    else if (rowStep == 1)
      turn(x, columnStep, y, rows, columns);
    else
      for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) y[(long)row * columns + column] = x[row * rowStep + column * columnStep];
  }
}

static void concat(const Call &call, int begin, int end) {
  namespace at = arg::concat;
  constexpr int parts = 6;
  int width = 0;
  for (int part = 0; part < parts; part++) width += call.integer(at::runA + part);
  int before = 0;
  for (int part = 0; part < parts; part++) {
    const float *from = call.tensor(at::a + part);
    const int run = call.integer(at::runA + part);
    for (int row = begin; row < end; row++) {
      float *to = call.tensor(at::y) + (long)row * width + before;
      if (from != nullptr)
        copyWords(from + (long)row * run, to, run);
      else
        memset(to, 0, (size_t)run * 4);
    }
    before += run;
  }
}

static void meanOver(const Call &call, int begin, int end) {
  namespace at = arg::meanOver;
  const int count = call.integer(at::count), inner = call.integer(at::inner);
  const floats divisor = splat((float)count);
  for (int outer = begin; outer < end; outer++) {
    const float *x = call.tensor(at::x) + (long)outer * count * inner;
    float *y = call.tensor(at::y) + (long)outer * inner;
    if (inner == 1) {
      floats sum = splat(0.0f);
      eachVector(0, count, [&](int i, int n) { sum = sum + load(x + i, n); });
      y[0] = sumOf(sum) / (float)count;
      continue;
    }
    eachVector(0, inner, [=](int i, int n) {
      floats sum = splat(0.0f);
      for (int m = 0; m < count; m++) sum = sum + load(x + (long)m * inner + i, n);
      store(y + i, sum / divisor, n);
    });
  }
}

static void meanOverGradient(const Call &call, int begin, int end) {
  namespace at = arg::meanOverGradient;
  const int count = call.integer(at::count), inner = call.integer(at::inner);
  const floats divisor = splat((float)count);
  for (int outer = begin; outer < end; outer++) {
    const float *dy = call.tensor(at::dy) + (long)outer * inner;
    float *dx = call.tensor(at::dx) + (long)outer * count * inner;
    if (inner == 1) {
      const floats share = splat(dy[0]) / divisor;
      eachVector(0, count, [=](int i, int n) { store(dx + i, share, n); });
      continue;
    }
    for (int m = 0; m < count; m++)
      eachVector(0, inner, [=](int i, int n) { store(dx + (long)m * inner + i, load(dy + i, n) / divisor, n); });
  }
}

static void gather(const Call &call, int begin, int end) {
  namespace at = arg::gather;
  const int32_t *tokens = call.whole(at::tokens);
  const int V = call.integer(at::V), D = call.integer(at::D), padding = call.integer(at::padding);
  for (int row = begin; row < end; row++) {
    float *y = call.tensor(at::y) + (long)row * D;
    const int token = tokens[row];
    if (token != padding && token >= 0 && token < V) {
      copyWords(call.tensor(at::table) + (long)token * D, y, D);
      continue;
    }
    const floats value = splat(token == padding ? 0.0f : __builtin_nanf(""));
    eachVector(0, D, [=](int i, int n) { store(y + i, value, n); });
  }
}

/// Each share has columns of its own, so that no two workers write to one number.
static void scatterAdd(const Call &call, int begin, int end) {
  namespace at = arg::scatterAdd;
  if (begin >= end) return;
  const int32_t *tokens = call.whole(at::tokens);
  const int rows = call.integer(at::rows), V = call.integer(at::V), padding = call.integer(at::padding), columns = end - begin;
  const long D = call.integer(at::D);
  const float *dy = call.tensor(at::dy) + begin;
  float *dtable = call.tensor(at::dtable) + begin;
  for (int token = 0; token < V; token++) memset(dtable + token * D, 0, (size_t)columns * 4);
  for (int row = 0; row < rows; row++) {
    const int token = tokens[row];
    if (token == padding || token < 0 || token >= V) continue;
    const float *from = dy + row * D;
    float *to = dtable + token * D;
    eachVector(0, columns, [=](int i, int n) { store(to + i, load(to + i, n) + load(from + i, n), n); });
  }
}

/// In float64: at position 10,000 a float32 angle would be off by a thousandth.
static void sinusoid(const Call &call, int begin, int end) {
  namespace at = arg::sinusoid;
  const int D = call.integer(at::D);
  for (int d = 0; d < D; d += 2) {
    const double frequency = std::exp(-std::log(10000.0) * d / D);
    for (int t = begin; t < end; t++) {
      float *y = call.tensor(at::y) + (long)t * D + d;
      y[0] = (float)std::sin(t * frequency);
      if (d + 1 < D) y[1] = (float)std::cos(t * frequency);
    }
  }
}

}  // namespace NETWRIGHT_ISA

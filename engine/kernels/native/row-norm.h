// Normalisation of each row for itself: LayerNorm, RMSNorm, GroupNorm, InstanceNorm. Element i of x has the channel
// ⌊i / inner⌋ mod channels.
#pragma once

#include "batch-norm.h"
#include "moments.h"
#include "record.h"

namespace NETWRIGHT_ISA {

/// The rows of one call.
struct RowSizes {
  int size, inner, channels;

  /// Calls f(first, length, channel) for the parts of a row that have a channel in common; where each number has one of its
  /// own, once for the whole row.
  template <class F> void eachRun(int row, F f) const {
    const int channel = (int)((long)row * size / inner % channels);
    if (inner == 1) {
      f(0, size, channel);
      return;
    }
    for (int first = 0, c = channel; first < size; first += inner, c++) f(first, inner, c);
  }
  bool hasOwnChannels() const { return inner == 1; }
};

static void rowNorm(const Call &call, int begin, int end) {
  namespace at = arg::rowNorm;
  const RowSizes sizes{call.integer(at::size), call.integer(at::inner), call.integer(at::channels)};
  const float *gamma = call.tensor(at::gamma), *beta = call.tensor(at::beta);
  float *mean = call.tensor(at::mean), *rstd = call.tensor(at::rstd);
  const float epsilon = call.real(at::epsilon);
  const bool centred = call.integer(at::centred) == 1;
  for (int row = begin; row < end; row++) {
    const float *x = call.tensor(at::x) + (long)row * sizes.size;
    float *y = call.tensor(at::y) + (long)row * sizes.size;
    const Moments<float> moments = momentsOf(x, {1, sizes.size, sizes.size}, centred);
    const float root = reciprocalRoot(moments.squares / (float)sizes.size, epsilon);
    if (mean) mean[row] = moments.mean;
    if (rstd) rstd[row] = root;
    const floats center = splat(moments.mean), scale = splat(root), zero = splat(0.0f), one = splat(1.0f);
    sizes.eachRun(row, [=](int first, int length, int c) {
      if (sizes.hasOwnChannels())
        eachVector(first, first + length, [=](int i, int n) {
          const floats normal = (load(x + i, n) - center) * scale;
          store(y + i, normal * (gamma ? load(gamma + c + i, n) : one) + (beta ? load(beta + c + i, n) : zero), n);
        });
      else {
        const floats factor = gamma ? splat(gamma[c]) : one, shift = beta ? splat(beta[c]) : zero;
        eachVector(first, first + length, [=](int i, int n) { store(y + i, (load(x + i, n) - center) * scale * factor + shift, n); });
      }
    });
  }
}

/// dx = rstd · (flow − mean of flow − (x − mean) · rstd² · mean of flow (x − mean)), flow = dy · gamma
static void rowNormGradient(const Call &call, int begin, int end) {
  namespace at = arg::rowNormGradient;
  const RowSizes sizes{call.integer(at::size), call.integer(at::inner), call.integer(at::channels)};
  const float *gamma = call.tensor(at::gamma);
  const bool centred = call.integer(at::centred) == 1;
  const float count = (float)sizes.size;
  for (int row = begin; row < end; row++) {
    const float *x = call.tensor(at::x) + (long)row * sizes.size, *dy = call.tensor(at::dy) + (long)row * sizes.size;
    float *dx = call.tensor(at::dx) + (long)row * sizes.size;
    const floats center = splat(call.tensor(at::mean)[row]), one = splat(1.0f);
    const float rstd = call.tensor(at::rstd)[row];
    const bool own = sizes.hasOwnChannels();
    float sum = 0, product = 0;
    sizes.eachRun(row, [&](int first, int length, int c) {
      float total[2];
      sumsOf<2>({1, length, length}, [=](long i, int n, floats (&value)[2]) {
        const floats slope = load(dy + first + i, n);
        value[0] = own && gamma ? slope * load(gamma + c + i, n) : slope;
        value[1] = value[0] * (load(x + first + i, n) - center);
      }, total);
      const float outer = !own && gamma ? gamma[c] : 1.0f;
      sum += outer * total[0];
      product += outer * total[1];
    });
    const floats meanFlow = splat(centred ? sum / count : 0.0f), slope = splat(product * rstd / count * rstd), scale = splat(rstd);
    sizes.eachRun(row, [=](int first, int length, int c) {
      const floats outer = !own && gamma ? splat(gamma[c]) : one;
      eachVector(first, first + length, [=](int i, int n) {
        const floats factor = own && gamma ? load(gamma + c + i, n) : outer;
        store(dx + i, scale * ((load(dy + i, n) * factor - meanFlow) - (load(x + i, n) - center) * slope), n);
      });
    });
  }
}

static void rowNormWeightGradients(const Call &call, int begin, int end) {
  namespace at = arg::rowNormWeightGradients;
  const float *x = call.tensor(at::x), *dy = call.tensor(at::dy), *mean = call.tensor(at::mean), *rstd = call.tensor(at::rstd);
  float *dgamma = call.tensor(at::dgamma), *dbeta = call.tensor(at::dbeta);
  const int rows = call.integer(at::rows), size = call.integer(at::size), inner = call.integer(at::inner),
            channels = call.integer(at::channels);
  if (inner == 1 && size == channels) {
    // Columns side by side, four vectors of them, so that whole lines of x and dy are used.
    const auto columns = [=](int c, int count) {
      floats product[4], sum[4];
      for (int v = 0; v < 4; v++) product[v] = sum[v] = splat(0.0f);
      for (int row = 0; row < rows; row++) {
        const floats center = splat(mean[row]), scale = splat(rstd[row]);
        const long first = (long)row * size + c;
        for (int v = 0; v < 4; v++) {
          const int n = count - v * lanes < lanes ? count - v * lanes : lanes;
          if (n <= 0) break;
          const floats slope = load(dy + first + v * lanes, n);
          product[v] = product[v] + slope * (load(x + first + v * lanes, n) - center) * scale;
          sum[v] = sum[v] + slope;
        }
      }
      for (int v = 0; v < 4; v++) {
        const int n = count - v * lanes < lanes ? count - v * lanes : lanes;
        if (n <= 0) break;
        store(dgamma + c + v * lanes, product[v], n);
        store(dbeta + c + v * lanes, sum[v], n);
      }
    };
    for (int c = begin; c < end; c += 4 * lanes) columns(c, end - c < 4 * lanes ? end - c : 4 * lanes);
    return;
  }
  const int samples = (int)((long)rows * size / ((long)channels * inner));
  for (int c = begin; c < end; c++) {
    float product = 0, sum = 0;
    for (int sample = 0; sample < samples; sample++) {
      const long first = ((long)sample * channels + c) * inner, row = first / size;
      const floats center = splat(mean[row]);
      float total[2];
      sumsOf<2>({1, inner, inner}, [=](long i, int n, floats (&value)[2]) {
        value[1] = load(dy + first + i, n);
        value[0] = value[1] * (load(x + first + i, n) - center);
      }, total);
      product += total[0] * rstd[row];
      sum += total[1];
    }
    dgamma[c] = product;
    dbeta[c] = sum;
  }
}

}  // namespace NETWRIGHT_ISA

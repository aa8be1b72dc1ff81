// Batch normalisation of x [N, C, inner]: vectors run along a channel's planes, or across channels where a plane is a number.
#pragma once

#include <type_traits>

#include "activations.h"
#include "moments.h"
#include "record.h"

namespace NETWRIGHT_ISA {

/// 1 / √(variance + ε)
INLINE floats reciprocalRoot(floats variance, floats epsilon) { return splat(1.0f) / squareRoot(variance + epsilon); }
INLINE float reciprocalRoot(float variance, float epsilon) { return 1.0f / __builtin_sqrtf(variance + epsilon); }

/// What x − mean is multiplied by, and what is added. Forward and backward pass must agree on y to the bit.
template <class Value> struct Affine {
  Value mean, rstd, scale, shift;
};
INLINE floats normalised(floats x, const Affine<floats> &a) { return fma(x - a.mean, a.scale, a.shift); }

static Affine<floats> affineOfChannel(const float *gamma, const float *beta, int c, float mean, float variance, float epsilon) {
  const float rstd = reciprocalRoot(variance, epsilon);
  return {splat(mean), splat(rstd), splat(gamma ? gamma[c] * rstd : rstd), splat(beta ? beta[c] : 0.0f)};
}

static Affine<floats> affineOfColumns(const float *gamma, const float *beta, int c, int n, floats mean, floats variance,
                                      floats epsilon) {
  const floats rstd = reciprocalRoot(variance, epsilon);
  return {mean, rstd, gamma ? load(gamma + c, n) * rstd : rstd, beta ? load(beta + c, n) : splat(0.0f)};
}

/// The same with the mean and variance that are given, for several vectors of columns.
template <int Count>
static void affinesOfColumns(const float *gamma, const float *beta, const float *mean, const float *variance, int c, int n,
                             float epsilon, Affine<floats> (&affine)[Count]) {
  for (int v = 0; v < Count; v++, c += lanes)
    affine[v] = affineOfColumns(gamma, beta, c, n, load(mean + c, n), load(variance + c, n), splat(epsilon));
}

/// What a norm's numbers go through on their way to y: a residual is added to them, a relu stands behind.
struct Ending {
  const float *residual;  // null where there is none
  float *y;
  bool relu;

  Ending from(long word) const { return {residual ? residual + word : nullptr, y + word, relu}; }
};

template <bool Adds, bool Relu> INLINE void finish(floats value, const Ending &ending, long i, int n) {
  const floats sum = Adds ? value + load(ending.residual + i, n) : value;
  store(ending.y + i, Relu ? rectified(sum) : sum, n);
}

/// Calls f(adds, relu) with what holds for an ending, known to the compiler.
template <class F> INLINE void withEnding(const Ending &ending, F f) {
  const std::true_type yes;
  const std::false_type no;
  if (ending.residual)
    ending.relu ? f(yes, yes) : f(yes, no);
  else
    ending.relu ? f(no, yes) : f(no, no);
}

/// y of a group at x.
static void normalise(const float *x, const Ending &ending, const Group &group, const Affine<floats> &affine) {
  withEnding(ending, [&](auto adds, auto relu) {
    eachVectorOf(group, [=](long i, int n) {
      finish<adds.value, relu.value>(normalised(load(x + i, n), affine), ending, i, n);
    });
  });
}

template <int Count>
static void normaliseColumns(const float *x, const Ending &ending, int rows, long pitch, int n,
                             const Affine<floats> (&affine)[Count]) {
  withEnding(ending, [&](auto adds, auto relu) {
    for (int row = 0; row < rows; row++)
      for (int v = 0; v < Count; v++) {
        const long i = row * pitch + v * lanes;
        finish<adds.value, relu.value>(normalised(load(x + i, n), affine[v]), ending, i, n);
      }
  });
}

static void batchNorm(const Call &call, int begin, int end) {
  namespace at = arg::batchNorm;
  const float *x = call.tensor(at::x), *gamma = call.tensor(at::gamma), *beta = call.tensor(at::beta);
  float *mean = call.tensor(at::mean), *variance = call.tensor(at::variance);
  const int N = call.integer(at::N), C = call.integer(at::C), inner = call.integer(at::inner);
  const float epsilon = call.real(at::epsilon), count = (float)N * (float)inner;
  const Ending ending{call.tensor(at::residual), call.tensor(at::y), call.integer(at::epilogue) == 1};
  if (inner == 1) {
    eachColumnVectors(begin, end, [=](int c, int n, auto vectors) {
      Moments<floats> moments[vectors.count];
      Affine<floats> affine[vectors.count];
      momentsOfColumns(x + c, N, C, n, moments);
      for (int v = 0; v < vectors.count; v++) {
        const int first = c + v * lanes;
        const floats spread = moments[v].squares / splat(count);
        store(mean + first, moments[v].mean, n);
        store(variance + first, spread, n);
        affine[v] = affineOfColumns(gamma, beta, first, n, moments[v].mean, spread, splat(epsilon));
      }
      normaliseColumns(x + c, ending.from(c), N, C, n, affine);
    });
    return;
  }
  const Group group{N, (long)C * inner, inner};
  for (int c = begin; c < end; c++) {
    const float *from = x + (long)c * inner;
    const Moments<float> moments = momentsOf(from, group, true);
    mean[c] = moments.mean;
    variance[c] = moments.squares / count;
    normalise(from, ending.from((long)c * inner), group, affineOfChannel(gamma, beta, c, mean[c], variance[c], epsilon));
  }
}

static void batchNormInference(const Call &call, int begin, int end) {
  namespace at = arg::batchNormInference;
  const float *x = call.tensor(at::x), *gamma = call.tensor(at::gamma), *beta = call.tensor(at::beta);
  const float *mean = call.tensor(at::mean), *variance = call.tensor(at::variance);
  const int N = call.integer(at::N), C = call.integer(at::C), inner = call.integer(at::inner);
  const float epsilon = call.real(at::epsilon);
  const Ending ending{call.tensor(at::residual), call.tensor(at::y), call.integer(at::epilogue) == 1};
  if (inner == 1) {
    eachColumnVectors(begin, end, [=](int c, int n, auto vectors) {
      Affine<floats> affine[vectors.count];
      affinesOfColumns(gamma, beta, mean, variance, c, n, epsilon, affine);
      normaliseColumns(x + c, ending.from(c), N, C, n, affine);
    });
    return;
  }
  const Group group{N, (long)C * inner, inner};
  for (int c = begin; c < end; c++) {
    const long first = (long)c * inner;
    normalise(x + first, ending.from(first), group, affineOfChannel(gamma, beta, c, mean[c], variance[c], epsilon));
  }
}

/// dy, or 0 where the relu behind the norm let nothing through.
template <bool Relu> INLINE floats flowOf(floats x, floats dy, const Affine<floats> &affine) {
  return Relu ? select(normalised(x, affine) > splat(0.0f), dy, splat(0.0f)) : dy;
}

/// dgamma = Σ flow (x − mean) · rstd,  dbeta = Σ flow,
/// dx = scale · (flow − dbeta / count − (x − mean) · dgamma · rstd / count)
template <bool Relu> static void channelGradient(const float *x, const float *dy, float *dx, const Group &group,
                                                 const Affine<floats> &affine, float count, float *dgamma, float *dbeta) {
  float sum = 0, product = 0;
  eachBlock(group, [&](long from, const Group &block) {
    const float *values = x + from, *slopes = dy + from;
    float total[2];
    sumsOf<2>(block, [=](long i, int n, floats (&value)[2]) {
      const floats given = load(values + i, n);
      value[0] = flowOf<Relu>(given, load(slopes + i, n), affine);
      value[1] = value[0] * (given - affine.mean);
    }, total);
    sum += total[0];
    product += total[1];
  });
  *dgamma = product * affine.rstd[0];
  *dbeta = sum;
  const floats meanFlow = splat(sum / count), slope = splat(*dgamma / count * affine.rstd[0]);
  eachVectorOf(group, [=](long i, int n) {
    const floats given = load(x + i, n), flow = flowOf<Relu>(given, load(dy + i, n), affine);
    store(dx + i, affine.scale * ((flow - meanFlow) - (given - affine.mean) * slope), n);
  });
}

/// The same for vectors of columns side by side.
template <bool Relu, int Count>
static void columnsGradient(const float *x, const float *dy, float *dx, int rows, long pitch, int n,
                            const Affine<floats> (&affine)[Count], floats count, float *dgamma, float *dbeta) {
  floats sum[Count], product[Count], meanFlow[Count], slope[Count];
  for (int v = 0; v < Count; v++) sum[v] = product[v] = splat(0.0f);
  for (int row = 0; row < rows; row++)
    for (int v = 0; v < Count; v++) {
      const long i = row * pitch + v * lanes;
      const floats given = load(x + i, n), flow = flowOf<Relu>(given, load(dy + i, n), affine[v]);
      sum[v] = sum[v] + flow;
      product[v] = product[v] + flow * (given - affine[v].mean);
    }
  for (int v = 0; v < Count; v++) {
    const floats gradient = product[v] * affine[v].rstd;
    meanFlow[v] = sum[v] / count;
    slope[v] = gradient / count * affine[v].rstd;
    store(dgamma + v * lanes, gradient, n);
    store(dbeta + v * lanes, sum[v], n);
  }
  for (int row = 0; row < rows; row++)
    for (int v = 0; v < Count; v++) {
      const long i = row * pitch + v * lanes;
      const floats given = load(x + i, n), flow = flowOf<Relu>(given, load(dy + i, n), affine[v]);
      store(dx + i, affine[v].scale * ((flow - meanFlow[v]) - (given - affine[v].mean) * slope[v]), n);
    }
}

static void batchNormGradient(const Call &call, int begin, int end) {
  namespace at = arg::batchNormGradient;
  const float *x = call.tensor(at::x), *dy = call.tensor(at::dy), *gamma = call.tensor(at::gamma), *beta = call.tensor(at::beta);
  const float *mean = call.tensor(at::mean), *variance = call.tensor(at::variance);
  float *dx = call.tensor(at::dx), *dgamma = call.tensor(at::dgamma), *dbeta = call.tensor(at::dbeta);
  const int N = call.integer(at::N), C = call.integer(at::C), inner = call.integer(at::inner);
  const float epsilon = call.real(at::epsilon), count = (float)N * (float)inner;
  const bool relu = call.integer(at::epilogue) == 1;
  if (inner == 1) {
    eachColumnVectors(begin, end, [=](int c, int n, auto vectors) {
      constexpr int together = decltype(vectors)::count;
      const auto gradient = relu ? columnsGradient<true, together> : columnsGradient<false, together>;
      Affine<floats> affine[together];
      affinesOfColumns(gamma, beta, mean, variance, c, n, epsilon, affine);
      gradient(x + c, dy + c, dx + c, N, C, n, affine, splat(count), dgamma + c, dbeta + c);
    });
    return;
  }
  const auto gradient = relu ? channelGradient<true> : channelGradient<false>;
  const Group group{N, (long)C * inner, inner};
  for (int c = begin; c < end; c++) {
    const long first = (long)c * inner;
    gradient(x + first, dy + first, dx + first, group, affineOfChannel(gamma, beta, c, mean[c], variance[c], epsilon), count, dgamma + c,
             dbeta + c);
  }
}

static void updateRunningStatistics(const Call &call, int begin, int end) {
  namespace at = arg::updateRunningStatistics;
  const float *mean = call.tensor(at::mean), *variance = call.tensor(at::variance);
  float *runningMean = call.tensor(at::runningMean), *runningVariance = call.tensor(at::runningVariance);
  const floats momentum = splat(call.real(at::momentum)), fresh = splat(1.0f - call.real(at::momentum));
  const floats correction = splat(call.real(at::correction));
  eachVector(begin, end, [=](int c, int n) {
    store(runningMean + c, momentum * load(runningMean + c, n) + fresh * load(mean + c, n), n);
    store(runningVariance + c, momentum * load(runningVariance + c, n) + fresh * (correction * load(variance + c, n)), n);
  });
}

}  // namespace NETWRIGHT_ISA

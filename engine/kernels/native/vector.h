// Vectors of floats as wide as the instruction set of this compilation: 16 (AVX-512), 8 (AVX2) or 4 (SSE2, NEON).
// Arithmetic is written with the compiler's vector types; what they cannot say (fused multiply-add, masked loads,
// conversion) is said here once per set. Multiply and add are fused where `fma` says so and nowhere else.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace NETWRIGHT_ISA {

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX2__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif

typedef float floats __attribute__((vector_size(lanes * 4)));
typedef int32_t ints __attribute__((vector_size(lanes * 4)));
typedef uint32_t words __attribute__((vector_size(lanes * 4)));

#define INLINE static inline __attribute__((always_inline))

INLINE floats splat(float value) {
#if defined(__AVX512F__)
  return (floats)_mm512_set1_ps(value);
#elif defined(__AVX2__)
  return (floats)_mm256_set1_ps(value);
#else
  return floats{value, value, value, value};
#endif
}

INLINE ints splat(int32_t value) {
  ints all = {};
  return all + value;
}

INLINE floats load(const float *from) {
  floats value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE void store(float *to, floats value) { memcpy(to, &value, sizeof value); }

/// The first `count` numbers, 0 < count ≤ lanes; the other lanes are 0.
INLINE floats load(const float *from, int count) {
  if (count == lanes) return load(from);
#if defined(__AVX512F__)
  return (floats)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#elif defined(__AVX2__)
  static const int32_t present[2 * lanes] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return (floats)_mm256_maskload_ps(from, _mm256_loadu_si256((const __m256i *)(present + lanes - count)));
#else
  floats value = {};
  memcpy(&value, from, (size_t)count * 4);
  return value;
#endif
}

/// Writes the first `count` lanes, 0 < count ≤ lanes.
INLINE void store(float *to, floats value, int count) {
  if (count == lanes) {
    store(to, value);
    return;
  }
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)value);
#elif defined(__AVX2__)
  // Masked stores are slow on some processors.
  __m128 half = _mm256_castps256_ps128((__m256)value);
  if (count & 4) {
    _mm_storeu_ps(to, half);
    half = _mm256_extractf128_ps((__m256)value, 1);
    to += 4;
  }
  if (count & 2) {
    _mm_storel_pi((__m64 *)to, half);
    half = _mm_movehl_ps(half, half);
    to += 2;
  }
  if (count & 1) _mm_store_ss(to, half);
#else
  memcpy(to, &value, (size_t)count * 4);
#endif
}

/// Words of a tensor of whole numbers, as `load`.
INLINE ints load(const int32_t *from, int count) { return (ints)load((const float *)from, count); }

/// 0, 1, 2 …
INLINE ints places() {
  ints place;
  for (int i = 0; i < lanes; i++) place[i] = i;
  return place;
}

typedef float four __attribute__((vector_size(16)));

/// Rows to columns.
INLINE void transpose(four &a, four &b, four &c, four &d) {
#if defined(__SSE2__)
  const __m128 low01 = _mm_unpacklo_ps((__m128)a, (__m128)b), high01 = _mm_unpackhi_ps((__m128)a, (__m128)b);
  const __m128 low23 = _mm_unpacklo_ps((__m128)c, (__m128)d), high23 = _mm_unpackhi_ps((__m128)c, (__m128)d);
  a = (four)_mm_movelh_ps(low01, low23);
  b = (four)_mm_movehl_ps(low23, low01);
  c = (four)_mm_movelh_ps(high01, high23);
  d = (four)_mm_movehl_ps(high23, high01);
#else
  const four e = {a[0], b[0], c[0], d[0]}, f = {a[1], b[1], c[1], d[1]}, g = {a[2], b[2], c[2], d[2]}, h = {a[3], b[3], c[3], d[3]};
  a = e;
  b = f;
  c = g;
  d = h;
#endif
}

/// Fours that stand `step` apart, one behind the other.
INLINE floats loadFours(const float *from, long step) {
#if defined(__AVX512F__)
  const __m512 first = _mm512_castps128_ps512(_mm_loadu_ps(from));
  const __m512 two = _mm512_insertf32x4(first, _mm_loadu_ps(from + step), 1);
  return (floats)_mm512_insertf32x4(_mm512_insertf32x4(two, _mm_loadu_ps(from + 2 * step), 2), _mm_loadu_ps(from + 3 * step), 3);
#elif defined(__AVX2__)
  return (floats)_mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(from)), _mm_loadu_ps(from + step), 1);
#else
  (void)step;
  return load(from);
#endif
}

INLINE void storeFours(float *to, long step, floats value) {
  four parts[lanes / 4];
  memcpy(parts, &value, sizeof value);
#pragma GCC unroll 4
  for (int i = 0; i < lanes / 4; i++) memcpy(to + i * step, &parts[i], 16);
}

/// Rows to columns in each of the fours that four vectors consist of.
INLINE void transposeFours(floats &a, floats &b, floats &c, floats &d) {
#if defined(__AVX512F__)
  const __m512d low01 = (__m512d)_mm512_unpacklo_ps((__m512)a, (__m512)b), high01 = (__m512d)_mm512_unpackhi_ps((__m512)a, (__m512)b);
  const __m512d low23 = (__m512d)_mm512_unpacklo_ps((__m512)c, (__m512)d), high23 = (__m512d)_mm512_unpackhi_ps((__m512)c, (__m512)d);
  a = (floats)_mm512_unpacklo_pd(low01, low23);
  b = (floats)_mm512_unpackhi_pd(low01, low23);
  c = (floats)_mm512_unpacklo_pd(high01, high23);
  d = (floats)_mm512_unpackhi_pd(high01, high23);
#elif defined(__AVX2__)
  const __m256d low01 = (__m256d)_mm256_unpacklo_ps((__m256)a, (__m256)b), high01 = (__m256d)_mm256_unpackhi_ps((__m256)a, (__m256)b);
  const __m256d low23 = (__m256d)_mm256_unpacklo_ps((__m256)c, (__m256)d), high23 = (__m256d)_mm256_unpackhi_ps((__m256)c, (__m256)d);
  a = (floats)_mm256_unpacklo_pd(low01, low23);
  b = (floats)_mm256_unpackhi_pd(low01, low23);
  c = (floats)_mm256_unpacklo_pd(high01, high23);
  d = (floats)_mm256_unpackhi_pd(high01, high23);
#else
  transpose(a, b, c, d);
#endif
}

/// a · b + c, rounded once where the set has such an instruction.
INLINE floats fma(floats a, floats b, floats c) {
#if defined(__AVX512F__)
  return (floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__ARM_NEON)
  return (floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}

INLINE float fma(float a, float b, float c) {
#if defined(__AVX2__) || defined(__ARM_NEON)
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE floats squareRoot(floats x) {
#if defined(__AVX512F__)
  return (floats)_mm512_sqrt_ps((__m512)x);
#elif defined(__AVX2__)
  return (floats)_mm256_sqrt_ps((__m256)x);
#elif defined(__SSE2__)
  return (floats)_mm_sqrt_ps((__m128)x);
#else
  floats root;
  for (int i = 0; i < lanes; i++) root[i] = __builtin_sqrtf(x[i]);
  return root;
#endif
}

/// Lane by lane a where the mask is set, else b.
INLINE floats select(ints mask, floats a, floats b) { return (floats)((mask & (ints)a) | (~mask & (ints)b)); }

/// The larger one; b where either is NaN.
INLINE floats larger(floats a, floats b) { return select(a > b, a, b); }
INLINE floats smaller(floats a, floats b) { return select(a < b, a, b); }
INLINE floats absolute(floats x) { return (floats)((ints)x & 0x7fffffff); }

/// The nearest whole number, ties to even; |x| < 2²².
INLINE floats nearest(floats x) {
  const floats shift = splat(12582912.0f);
  return (x + shift) - shift;
}

INLINE ints wholeOf(floats x) { return __builtin_convertvector(x, ints); }

/// Σ of the lanes, halves onto halves: the same order whatever the vector holds.
INLINE float sumOf(floats x) {
#if defined(__AVX2__)
#if defined(__AVX512F__)
  const __m256 folded = _mm256_add_ps(_mm512_castps512_ps256((__m512)x), _mm512_extractf32x8_ps((__m512)x, 1));
#else
  const __m256 folded = (__m256)x;
#endif
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(folded), _mm256_extractf128_ps(folded, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
#endif
  float value[lanes];
  memcpy(value, &x, sizeof value);
  for (int half = lanes / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) value[i] += value[i + half];
  return value[0];
}

INLINE int32_t sumOf(ints x) {
  int32_t sum = 0;
  for (int i = 0; i < lanes; i++) sum += x[i];
  return sum;
}

/// NaN where the first lane is NaN; others are passed over.
INLINE float largestOf(floats x) {
  float value[lanes];
  memcpy(value, &x, sizeof value);
  float largest = value[0];
  for (int i = 1; i < lanes; i++) largest = value[i] > largest ? value[i] : largest;
  return largest;
}

/// Of the unsigned products a · b of 32-bit words the upper halves; a · b itself has the lower ones.
INLINE words upperHalves(words a, words b) {
#if defined(__AVX512F__)
  const __m512i even = _mm512_mul_epu32((__m512i)a, (__m512i)b);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64((__m512i)a, 32), _mm512_srli_epi64((__m512i)b, 32));
  return (words)_mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
#elif defined(__AVX2__)
  const __m256i even = _mm256_mul_epu32((__m256i)a, (__m256i)b);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)a, 32), _mm256_srli_epi64((__m256i)b, 32));
  return (words)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
#else
  words upper;
  for (int i = 0; i < lanes; i++) upper[i] = (uint32_t)(((uint64_t)a[i] * b[i]) >> 32);
  return upper;
#endif
}

/// Calls f(i, n) for every vector of [begin, end): n lanes from element i on. Lanes never depend on each other, so no
/// element depends on where a share begins.
template <class F> INLINE void eachVector(int begin, int end, F f) {
  int i = begin;
  for (; i + lanes <= end; i += lanes) f(i, lanes);
  if (i < end) f(i, end - i);
}

/// Vectors that are taken together.
template <int Count> struct Vectors {
  static constexpr int count = Count;
};

/// The same for columns, four vectors together where there are so many: whole lines of memory are used. f(i, n, vectors) has
/// vectors.count of them, of n lanes each.
template <class F> INLINE void eachColumnVectors(int begin, int end, F f) {
  int i = begin;
  for (; i + 4 * lanes <= end; i += 4 * lanes) f(i, lanes, Vectors<4>{});
  eachVector(i, end, [=](int j, int n) { f(j, n, Vectors<1>{}); });
}

}  // namespace NETWRIGHT_ISA

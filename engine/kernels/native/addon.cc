// The native kernels as a Node-API module:
//   instructions: string[]                    the instruction sets that this processor has, the best first: "AVX-512" …
//   peak(seconds: number): number             floating-point operations per second of one thread, out of registers
//   bind(words: Int32Array, set: number): { call(record, begin, end): boolean, run(first, count): number }
// `words` shows the whole arena, `set` is a place among the instructions. `call` says whether there is such a kernel; `run` says how many of the calls it did, and
// stops at the first one that it has no kernel for.
#include <node_api.h>

#include <vector>

#include "record.h"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

const KernelTable *baseKernels();
#if defined(__x86_64__)
const KernelTable *avx2Kernels();
const KernelTable *avx512Kernels();
#endif

namespace {

/// Those that this processor can carry out, the best first.
std::vector<const KernelTable *> findTables() {
  std::vector<const KernelTable *> found;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    found.push_back(avx512Kernels());
  if (avx2) found.push_back(avx2Kernels());
#endif
  found.push_back(baseKernels());
  return found;
}

const std::vector<const KernelTable *> tables = findTables();

/// What the functions of one binding work on; lives as long as the object that holds them.
struct Binding {
  void *arena;
  const KernelTable *table;

  Kernel kernelAt(const int32_t *record) const {
    const int32_t opcode = record[0];
    return opcode >= 0 && opcode < op::count ? table->kernels[opcode] : nullptr;
  }
};

/// Numbers too small for the usual form count as 0 while a kernel runs: computing with them takes a hundred times as long.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : before(_mm_getcsr()) { _mm_setcsr(before | 0x8040); }
  ~FlushDenormals() { _mm_setcsr(before); }

 private:
  unsigned before;
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before));
    asm volatile("msr fpcr, %0" : : "r"(before | (1ull << 24)));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(before)); }

 private:
  unsigned long long before;
#else
  FlushDenormals() {}
#endif
};

constexpr int headerWords = 3;

napi_value call(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value given[3];
  void *data;
  napi_get_cb_info(env, info, &count, given, nullptr, &data);
  const Binding &binding = *(const Binding *)data;
  int64_t record;
  int32_t begin, end;
  napi_get_value_int64(env, given[0], &record);
  napi_get_value_int32(env, given[1], &begin);
  napi_get_value_int32(env, given[2], &end);
  const int32_t *words = (const int32_t *)binding.arena + record;
  const Kernel kernel = binding.kernelAt(words);
  if (kernel != nullptr) {
    FlushDenormals flush;
    kernel(Call{(float *)binding.arena, words + headerWords}, begin, end);
  }
  napi_value done;
  napi_get_boolean(env, kernel != nullptr, &done);
  return done;
}

napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value given[2];
  void *data;
  napi_get_cb_info(env, info, &count, given, nullptr, &data);
  const Binding &binding = *(const Binding *)data;
  int64_t first;
  int32_t calls;
  napi_get_value_int64(env, given[0], &first);
  napi_get_value_int32(env, given[1], &calls);
  const int32_t *words = (const int32_t *)binding.arena + first;
  int32_t done = 0;
  {
    FlushDenormals flush;
    for (; done < calls; done++) {
      const Kernel kernel = binding.kernelAt(words);
      if (kernel == nullptr) break;
      kernel(Call{(float *)binding.arena, words + headerWords}, 0, words[2]);
      words += words[1];
    }
  }
  napi_value result;
  napi_create_int32(env, done, &result);
  return result;
}

napi_value peak(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value given[1];
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  double seconds = 0;
  napi_get_value_double(env, given[0], &seconds);
  napi_value result;
  napi_create_double(env, tables[0]->peak(seconds), &result);
  return result;
}

napi_value bind(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value given[2];
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  uint32_t set;
  if (napi_get_value_uint32(env, given[1], &set) != napi_ok || set >= tables.size()) {
    napi_throw_range_error(env, nullptr, "bind: expected the place of an instruction set");
    return nullptr;
  }
  napi_typedarray_type type;
  void *arena;
  if (napi_get_typedarray_info(env, given[0], &type, nullptr, &arena, nullptr, nullptr) != napi_ok ||
      type != napi_int32_array) {
    napi_throw_type_error(env, nullptr, "bind: expected an Int32Array over the arena");
    return nullptr;
  }
  napi_value bound, function;
  napi_create_object(env, &bound);
  auto *binding = new Binding{arena, tables[set]};
  napi_wrap(env, bound, binding, [](napi_env, void *data, void *) { delete (Binding *)data; }, nullptr, nullptr);
  napi_create_function(env, "call", NAPI_AUTO_LENGTH, call, binding, &function);
  napi_set_named_property(env, bound, "call", function);
  napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, binding, &function);
  napi_set_named_property(env, bound, "run", function);
  return bound;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value sets, text, function;
  napi_create_array(env, &sets);
  for (size_t set = 0; set < tables.size(); set++) {
    napi_create_string_utf8(env, tables[set]->instructions, NAPI_AUTO_LENGTH, &text);
    napi_set_element(env, sets, (uint32_t)set, text);
  }
  napi_set_named_property(env, exports, "instructions", sets);
  napi_create_function(env, "bind", NAPI_AUTO_LENGTH, bind, nullptr, &function);
  napi_set_named_property(env, exports, "bind", function);
  napi_create_function(env, "peak", NAPI_AUTO_LENGTH, peak, nullptr, &function);
  napi_set_named_property(env, exports, "peak", function);
  return exports;
}

// Vectors of floats as wide as the set of instructions has them.
// Included by sources that are compiled once for each set of instructions; nothing of the standard library in here,
// lest the linker keep its templates for the wrong one.
#pragma once

namespace contrastive {
namespace {

#if defined(__AVX512F__)
#define CONTRASTIVE_SET(name) avx512_##name
constexpr const char* instructions = "Avx512";
constexpr int lanes = 16;
#else
#define CONTRASTIVE_SET(name) avx2_##name
constexpr const char* instructions = "Avx2";
constexpr int lanes = 8;
#endif

typedef float Vec __attribute__((vector_size(lanes * 4), aligned(4), may_alias));

inline Vec load(const float* p) { return *reinterpret_cast<const Vec*>(p); }
inline void store(float* p, Vec v) { *reinterpret_cast<Vec*>(p) = v; }
inline long least(long a, long b) { return a < b ? a : b; }

}  // namespace
}  // namespace contrastive

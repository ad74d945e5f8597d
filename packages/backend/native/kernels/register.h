// Registers our kernels, a family each.
#pragma once

namespace contrastive {

void register_updates();
void register_addresses();
// By AVX2, or by AVX-512.
void register_convolutions(bool avx512);
void register_norms(bool avx512);

}  // namespace contrastive

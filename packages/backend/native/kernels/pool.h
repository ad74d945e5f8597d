// The threads that the kernels compute on, and memory that stays from call to call. Serves one call at a time.
#pragma once

namespace contrastive {

// How many threads compute, the caller's among them: TF_NUM_INTRAOP_THREADS, else one for each processor that this
// process may use.
int thread_count();

// Calls body(context, item, thread) for every item from 0 on, in no order, on all threads; returns when all are done.
void parallel_for(long items, void (*body)(void* context, long item, int thread), void* context);

constexpr int scratch_slots = 4;

// Makes a slot of a thread at least so many floats long, aligned to 64 bytes, and gives it; throws std::bad_alloc.
float* reserve_scratch(int slot, int thread, long floats);

// The memory of a slot of a thread, as it was last reserved.
float* scratch(int slot, int thread);

}  // namespace contrastive

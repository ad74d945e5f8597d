#include "pool.h"

#include <immintrin.h>
#include <sched.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace contrastive {
namespace {

// About 50 µs: the next part of the same work comes sooner, so a thread waits awake for it.
constexpr int spins = 1000;

// TensorFlow's threads take the smallest numbers for 0; ours must too, or a result would depend on who computed it.
inline void flush_denormals() { _mm_setcsr(_mm_getcsr() | 0x8040); }

inline void relax() { __builtin_ia32_pause(); }

int count_threads() {
  if (const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS")) {
    const int count = std::atoi(asked);
    if (count > 0) return count;
  }
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  const unsigned count = std::thread::hardware_concurrency();
  return count > 0 ? static_cast<int>(count) : 1;
}

class Pool {
 public:
  int threads = count_threads();

  Pool() {
    for (int i = 1; i < threads; i++) {
      try {
        std::thread([this, i] { work(i); }).detach();
      } catch (const std::system_error&) {
        threads = i;  // those that the system gives
      }
    }
  }

  void run(long items, void (*body)(void*, long, int), void* context) {
    items_ = items;
    body_ = body;
    context_ = context;
    next_.store(0, std::memory_order_relaxed);
    busy_.store(threads - 1, std::memory_order_relaxed);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      turn_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    drain(0);
    for (int spin = 0; busy_.load(std::memory_order_acquire) > 0; spin++) {
      if (spin < spins)
        relax();
      else
        std::this_thread::yield();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<unsigned> turn_{0};
  std::atomic<long> next_{0};
  std::atomic<int> busy_{0};
  long items_ = 0;
  void (*body_)(void*, long, int) = nullptr;
  void* context_ = nullptr;

  void drain(int thread) {
    for (long item; (item = next_.fetch_add(1, std::memory_order_relaxed)) < items_;) body_(context_, item, thread);
  }

  void work(int thread) {
    flush_denormals();
    for (unsigned seen = 0;;) {
      const auto fresh = [&] { return turn_.load(std::memory_order_acquire) != seen; };
      for (int spin = 0; spin < spins && !fresh(); spin++) relax();
      if (!fresh()) {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, fresh);
      }
      seen = turn_.load(std::memory_order_acquire);
      drain(thread);
      busy_.fetch_sub(1, std::memory_order_release);
    }
  }
};

Pool& pool() {
  static Pool* const one = new Pool;  // never destroyed: its threads live as long as the process
  return *one;
}

struct Block {
  float* data = nullptr;
  long size = 0;
};

Block& block(int slot, int thread) {
  static std::vector<Block> blocks(static_cast<size_t>(scratch_slots * thread_count()));
  return blocks[static_cast<size_t>(scratch_slots * thread + slot)];
}

}  // namespace

int thread_count() { return pool().threads; }

void parallel_for(long items, void (*body)(void*, long, int), void* context) { pool().run(items, body, context); }

float* reserve_scratch(int slot, int thread, long floats) {
  Block& at = block(slot, thread);
  if (at.size >= floats) return at.data;
  std::free(at.data);
  at.size = 0;
  at.data = static_cast<float*>(std::aligned_alloc(64, static_cast<size_t>((floats * 4 + 63) / 64 * 64)));
  if (at.data == nullptr) throw std::bad_alloc();
  at.size = floats;
  return at.data;
}

float* scratch(int slot, int thread) { return block(slot, thread).data; }

}  // namespace contrastive

// FlushToZero: while one lives, this thread's arithmetic treats subnormal numbers as zero, so that
// a filter's decay into silence costs what sound costs. Restores the former mode at its end.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace tidemark::dsp {

class FlushToZero {
 public:
  FlushToZero() : saved_(Get()) { Set(saved_ | kFlushBits); }
  ~FlushToZero() { Set(saved_); }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
#if defined(__SSE2__)
  using Register = std::uint32_t;
  static constexpr Register kFlushBits = 0x8040;  // MXCSR: results (bit 15) and inputs (bit 6)
  static Register Get() { return _mm_getcsr(); }
  static void Set(Register value) { _mm_setcsr(value); }
#elif defined(__aarch64__)
  using Register = std::uint64_t;
  static constexpr Register kFlushBits = Register{1} << 24;  // FPCR.FZ
  static Register Get() {
    Register value = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void Set(Register value) { __asm__ volatile("msr fpcr, %0" ::"r"(value)); }
#else
  using Register = std::uint32_t;
  static constexpr Register kFlushBits = 0;
  static Register Get() { return 0; }
  static void Set(Register) {}
#endif

  Register saved_;
};

}  // namespace tidemark::dsp

// What a track promises not to do while it runs: no system call, and so no sleep, no contended lock
// and no memory from the kernel. A child writes and reads under seccomp(2), where the kernel kills
// it for any call but the one that ends it.
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>

#include "tests/live/track_signals.h"

namespace tidemark {
namespace {

using test::MakeTrack;
using test::Samples;
using test::View;

#ifndef TIDEMARK_SANITIZED  // sanitizers call the kernel themselves

constexpr int kNoSeccomp = 77;

// No call but exit_group() from here on; false where the kernel has no seccomp.
bool ForbidSystemCalls() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  const sock_fprog program{.len = 4, .filter = filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

[[noreturn]] void Exit(int code) {
  syscall(SYS_exit_group, code);
  __builtin_unreachable();
}

// Overflows, underruns, flushes and every kind of conversion.
bool WriteAndRead(AudioTrack& track, std::span<std::byte> frame, const Samples& mono,
                  const std::vector<float>& stereo) {
  for (int i = 0; i < 300; ++i) {
    if (!track.Write(View(mono)) || !track.Write(View(stereo, 44'100, 2))) return false;
    for (int k = 0; k < i % 7; ++k) {
      if (!track.Read(frame)) return false;
    }
    if (i % 50 == 0) track.Flush();
  }
  return track.Finish() && track.Stats().read > 0;
}

TEST(AudioTrackCalls, WriteAndReadMakeNoSystemCall) {
  for (const Overflow overflow : {Overflow::kDropOldest, Overflow::kDropNewest}) {
    for (const bool conceal : {false, true}) {
      const auto track = MakeTrack({.buffer_ms = 100,
                                    .overflow = overflow,
                                    .max_latency_ms = 80,
                                    .conceal = conceal,
                                    .correct_drift = conceal});
      std::vector<std::byte> frame(track->frame_bytes());
      const Samples mono(960, 5);
      const std::vector<float> stereo(2 * 882, 0.25F);
      const auto run = [&] {
        if (!ForbidSystemCalls()) Exit(kNoSeccomp);
        Exit(WriteAndRead(*track, frame, mono, stereo) ? 0 : 1);
      };
      EXPECT_EXIT(run(), ::testing::ExitedWithCode(0), "");
    }
  }
}

TEST(AudioTrackCalls, WouldNotPassUnseenIfTheyDid) {
  const auto run = [] {
    if (!ForbidSystemCalls()) Exit(kNoSeccomp);
    syscall(SYS_getppid);
    Exit(0);
  };
  EXPECT_EXIT(run(), ::testing::KilledBySignal(SIGSYS), "");
}

#endif

}  // namespace
}  // namespace tidemark

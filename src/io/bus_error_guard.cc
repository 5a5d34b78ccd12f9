#include "io/bus_error_guard.h"

#include <setjmp.h>
#include <signal.h>

#include <atomic>
#include <cstdint>

namespace tidemark::io {
namespace {

struct Guard {
  sigjmp_buf way_out;
  std::uintptr_t begin;
  std::uintptr_t end;
};

constinit thread_local Guard* volatile t_guard = nullptr;
struct sigaction g_previous{};

void PassOn(int signal_number, siginfo_t* info, void* context) {
  if ((g_previous.sa_flags & SA_SIGINFO) != 0) {
    g_previous.sa_sigaction(signal_number, info, context);
  } else if (g_previous.sa_handler == SIG_DFL) {
    ::signal(signal_number, SIG_DFL);
    ::raise(signal_number);
  } else if (g_previous.sa_handler != SIG_IGN) {
    g_previous.sa_handler(signal_number);
  }
}

void OnBusError(int signal_number, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  Guard* guard = t_guard;
  // Positive codes come from the kernel; kill() and its like have no address.
  if (guard != nullptr && info->si_code > 0 && address >= guard->begin && address < guard->end) {
    siglongjmp(guard->way_out, 1);
  }
  PassOn(signal_number, info, context);
}

bool Install() {
  struct sigaction action{};
  action.sa_sigaction = OnBusError;
  // Not blocked during its own handling, since the jump out of it would leave it blocked.
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  return ::sigaction(SIGBUS, &action, &g_previous) == 0;
}

}  // namespace

void InstallBusErrorGuard() { [[maybe_unused]] static const bool installed = Install(); }

bool FinishesWithoutBusError(std::span<const std::byte> mapped, void (*work)(void*),
                             void* context) {
  Guard guard;
  guard.begin = reinterpret_cast<std::uintptr_t>(mapped.data());
  guard.end = guard.begin + mapped.size();
  if (sigsetjmp(guard.way_out, 0) != 0) {
    t_guard = nullptr;
    return false;
  }
  t_guard = &guard;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  work(context);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  t_guard = nullptr;
  return true;
}

}  // namespace tidemark::io

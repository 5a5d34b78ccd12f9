// Touching a mapped page of a file that has become shorter, or whose disk fails, raises SIGBUS.
// This turns it into a return value. Any thread; each guards for itself.
#pragma once

#include <cstddef>
#include <span>

namespace tidemark::io {

// Installs the process's handler of SIGBUS, once; a signal from elsewhere than a guarded access
// goes on to the handler that was there before, or ends the process as it would have.
void InstallBusErrorGuard();

// Calls work(context). False where an access to `mapped` raised SIGBUS: work was left in the
// middle, so it must own nothing: no destructors to run, no allocation, no lock. It must not
// call this function. Costs some nanoseconds. REQUIRES: InstallBusErrorGuard() was called.
bool FinishesWithoutBusError(std::span<const std::byte> mapped, void (*work)(void*), void* context);

}  // namespace tidemark::io

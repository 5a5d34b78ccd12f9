// The exit codes of the command, after sysexits(3). Documented in tidemark(1).
#pragma once

#include "base/result.h"

namespace tidemark::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitUsage = 64;
inline constexpr int kExitBadData = 65;
inline constexpr int kExitNoInput = 66;
inline constexpr int kExitMemory = 69;
inline constexpr int kExitInternal = 70;
inline constexpr int kExitIo = 74;
inline constexpr int kExitInterrupted = 130;

constexpr int ExitCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return kExitUsage;
    case ErrorCode::kBadData:
    case ErrorCode::kUnsupported:
      return kExitBadData;
    case ErrorCode::kNoInput:
      return kExitNoInput;
    case ErrorCode::kMemory:
      return kExitMemory;
    case ErrorCode::kIo:
      return kExitIo;
    case ErrorCode::kCancelled:
      return kExitInterrupted;
    case ErrorCode::kInternal:
      break;
  }
  return kExitInternal;
}

}  // namespace tidemark::cli

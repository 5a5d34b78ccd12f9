#include "memory/proc_text.h"

#include <gtest/gtest.h>

#include <array>

namespace tidemark::memory {
namespace {

TEST(ProcText, FindsTheNumberBehindAKeyAtALineStart) {
  const std::string_view text = "Name:\tx VmRSS: 1\nVmRSS:\t    1234 kB\nVmHWM: 5 kB\n";
  EXPECT_EQ(ProcNumber(text, "VmRSS:"), 1234U);
  EXPECT_EQ(ProcNumber(text, "VmHWM:"), 5U);
  EXPECT_EQ(ProcNumber(text, "VmPeak:"), std::nullopt);
  EXPECT_EQ(ProcNumber("VmRSS:\n", "VmRSS:"), std::nullopt);
}

TEST(ProcText, ReadsAKernelFileIntoTheCallersBuffer) {
  std::array<char, 4096> buffer;
  const auto text = ReadProcText("/proc/self/status", buffer);
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with("Name:"));
  EXPECT_EQ(ReadProcText("/proc/self/no-such-file", buffer), std::nullopt);
}

}  // namespace
}  // namespace tidemark::memory

// The cases of auto_editor_model.py, which an independent model of auto-editor prints.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

namespace tidemark::test {

// One stream a line. `what`: "rules" or "chunks".
inline std::vector<std::istringstream> AutoEditorCases(const std::string& what) {
  const std::string command = "PYTHONDONTWRITEBYTECODE=1 python3 '" TIDEMARK_SOURCE_DIR
                              "/tests/edit/auto_editor_model.py' ";
  std::vector<std::istringstream> cases;
  std::FILE* const pipe = ::popen((command + what).c_str(), "r");
  if (pipe == nullptr) return cases;
  std::string text;
  std::array<char, 4096> part{};
  for (std::size_t n = 0; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
    text.append(part.data(), n);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command << what;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) cases.emplace_back(line);
  return cases;
}

}  // namespace tidemark::test

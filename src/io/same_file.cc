#include "io/same_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace tidemark::io {

bool IsSameFile(const std::string& input, const std::string& output) {
  if (output.empty() || output == "-") return false;
  struct stat in{};
  struct stat out{};
  const int got = input == "-" ? ::fstat(STDIN_FILENO, &in) : ::stat(input.c_str(), &in);
  return got == 0 && ::stat(output.c_str(), &out) == 0 && in.st_dev == out.st_dev &&
         in.st_ino == out.st_ino;
}

bool IsSameName(const std::string& a, const std::string& b) {
  if (IsSameFile(a, b)) return true;
  std::error_code failed;
  const auto first = std::filesystem::weakly_canonical(a, failed);
  if (failed) return false;
  const auto second = std::filesystem::weakly_canonical(b, failed);
  return !failed && first == second;
}

}  // namespace tidemark::io

#include "io/same_file.h"

#include <sys/stat.h>
#include <unistd.h>

namespace tidemark::io {

bool IsSameFile(const std::string& input, const std::string& output) {
  if (output.empty() || output == "-") return false;
  struct stat in{};
  struct stat out{};
  const int got = input == "-" ? ::fstat(STDIN_FILENO, &in) : ::stat(input.c_str(), &in);
  return got == 0 && ::stat(output.c_str(), &out) == 0 && in.st_dev == out.st_dev &&
         in.st_ino == out.st_ino;
}

}  // namespace tidemark::io

#include "io/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace tidemark::io {
namespace {

std::string Reason(int error_number) { return std::generic_category().message(error_number); }

// An unnamed file, or on file systems that have none a named one that loses its name at once.
UniqueFd MakeUnnamed(const std::string& dir) {
  int fd = ::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    std::string name = dir + "/tidemark.XXXXXX";
    fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd >= 0) ::unlink(name.c_str());
  }
  return UniqueFd(fd);
}

}  // namespace

Result<Spool> Spool::Create(const std::string& dir, std::uint64_t cap_bytes) {
  std::vector<std::string> candidates{dir};
  if (dir.empty()) {
    const char* const chosen = std::getenv("TMPDIR");
    candidates = {chosen != nullptr ? chosen : "", "/var/tmp", "/tmp"};
  }
  int first_error = 0;
  std::string first_dir;
  for (const std::string& candidate : candidates) {
    if (candidate.empty()) continue;
    UniqueFd fd = MakeUnnamed(candidate);
    if (fd.valid()) return Spool(std::move(fd), candidate, cap_bytes);
    if (first_dir.empty()) {
      first_error = errno;
      first_dir = candidate;
    }
  }
  return Fail(ErrorCode::kIo,
              fmt::format("no temporary file can be made in {} ({}); choose another "
                          "folder with --tmpdir",
                          first_dir, Reason(first_error)));
}

Result<void> Spool::Append(std::span<const std::byte> bytes) {
  if (bytes.size() > cap_bytes_ - size_) {
    return Fail(ErrorCode::kIo, fmt::format("the temporary file in {} would pass its limit of {} "
                                            "bytes (--tmpdir chooses the folder)",
                                            dir_, cap_bytes_));
  }
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      return Fail(ErrorCode::kIo,
                  fmt::format("writing a temporary file in {} failed: {}; choose another folder "
                              "with --tmpdir",
                              dir_, Reason(n < 0 ? errno : ENOSPC)));
    }
    size_ += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<std::size_t> Spool::ReadAt(std::uint64_t offset, std::span<std::byte> out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n =
        ::pread(fd_.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return Fail(ErrorCode::kIo,
                  fmt::format("reading a temporary file in {} failed: {}", dir_, Reason(errno)));
    }
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

}  // namespace tidemark::io

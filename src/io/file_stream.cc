#include "io/file_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace tidemark::io {

Result<std::unique_ptr<FileStream>> FileStream::Create(UniqueFd fd, std::string name) {
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) {
    return Fail(ErrorCode::kIo,
                fmt::format("{}: {}", name, std::generic_category().message(errno)));
  }
  return std::unique_ptr<FileStream>(
      new FileStream(std::move(fd), std::move(name), static_cast<std::int64_t>(status.st_size)));
}

Result<std::size_t> FileStream::Read(std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::pread(fd_.get(), out.data() + done, out.size() - done, position_);
    if (n < 0) {
      if (errno == EINTR) continue;
      return Fail(ErrorCode::kIo, fmt::format("{}: reading failed at byte {}: {}", name_, position_,
                                              std::generic_category().message(errno)));
    }
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
    position_ += n;
  }
  return done;
}

Result<void> FileStream::Seek(std::int64_t offset) {
  if (offset < 0) {
    return Fail(ErrorCode::kIo, fmt::format("{}: no byte at offset {}", name_, offset));
  }
  position_ = offset;
  return {};
}

}  // namespace tidemark::io

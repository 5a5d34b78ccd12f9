#include "io/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/write_error.h"

namespace tidemark::io {
namespace {

bool IsPipeOrDevice(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

Result<OutputFile> OutputFile::Create(const std::string& path, Mode mode) {
  if (path.empty() || path == "-") return OutputFile(STDOUT_FILENO, "", "");
  std::string temporary;
  int fd = -1;
  if (mode == Mode::kGrowing || IsPipeOrDevice(path)) {
    fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  } else {
    temporary = fmt::format("{}.{}.part", path, getpid());
    fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  }
  if (fd < 0) return CannotWrite(path, errno);
  return OutputFile(fd, path, std::move(temporary));
}

OutputFile::OutputFile(int fd, std::string path, std::string temporary_path)
    : fd_(fd), path_(std::move(path)), temporary_path_(std::move(temporary_path)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      temporary_path_(std::exchange(other.temporary_path_, {})),
      error_(other.error_),
      n_buffered_(std::exchange(other.n_buffered_, 0)),
      buffer_(other.buffer_) {}

OutputFile::~OutputFile() {
  if (fd_ >= 0 && fd_ != STDOUT_FILENO) close(fd_);
  if (!temporary_path_.empty()) unlink(temporary_path_.c_str());
}

void OutputFile::Write(std::string_view text) {
  for (const char c : text) Put(c);
}

void OutputFile::Drain() {
  std::size_t done = 0;
  while (error_ == 0 && done < n_buffered_) {
    const ssize_t n = write(fd_, buffer_.data() + done, n_buffered_ - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) error_ = errno;
    done += static_cast<std::size_t>(n < 0 ? 0 : n);
  }
  n_buffered_ = 0;
}

Result<void> OutputFile::Flush() {
  Drain();
  if (error_ != 0) return CannotWrite(path_, error_);
  return {};
}

Result<void> OutputFile::Commit() {
  TM_TRY(Flush());
  if (fd_ != STDOUT_FILENO && close(std::exchange(fd_, -1)) != 0) return CannotWrite(path_, errno);
  if (temporary_path_.empty()) return {};
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) return CannotWrite(path_, errno);
  temporary_path_.clear();
  return {};
}

}  // namespace tidemark::io

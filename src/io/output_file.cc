#include "io/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <utility>

#include "io/write_all.h"
#include "io/write_error.h"

namespace tidemark::io {

Result<OutputFile> OutputFile::Create(const std::string& path, Mode mode,
                                      const Cancellation* cancellation) {
  OutputFile file(path == "-" ? std::string() : path, cancellation);
  TM_TRY(file.Open(mode));
  return file;
}

Result<void> OutputFile::Open(Mode mode) {
  if (path_.empty()) {
    in_place_ = ReopenPipe(STDOUT_FILENO);
    fd_ = in_place_.valid() ? in_place_.get() : STDOUT_FILENO;
    return {};
  }
  struct stat status{};
  if (::stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    TM_TRY_ASSIGN(in_place_, OpenInPlace(path_, cancellation_));
    fd_ = in_place_.get();
  } else if (mode == Mode::kGrowing) {
    in_place_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!in_place_.valid()) return CannotWrite(path_, errno);
    fd_ = in_place_.get();
  } else {
    auto part = PartFile::Create(path_, PartFile::IfExists::kReplace);
    if (!part) return tl::unexpected<Error>(part.error());
    part_.emplace(*std::move(part));
    fd_ = part_->fd();
  }
  return {};
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      cancellation_(other.cancellation_),
      part_(std::move(other.part_)),
      in_place_(std::move(other.in_place_)),
      fd_(std::exchange(other.fd_, -1)),
      error_(other.error_),
      n_buffered_(std::exchange(other.n_buffered_, 0)),
      buffer_(other.buffer_) {}

void OutputFile::Write(std::string_view text) {
  for (const char c : text) Put(c);
}

void OutputFile::Drain() {
  const auto bytes = std::as_bytes(std::span(buffer_).first(n_buffered_));
  if (error_ == 0) error_ = WriteAll(fd_, bytes, cancellation_);
  n_buffered_ = 0;
}

Result<void> OutputFile::Flush() {
  Drain();
  if (error_ != 0) return CannotWrite(path_, error_);
  return {};
}

Result<void> OutputFile::Commit() {
  TM_TRY(Flush());
  if (part_) return part_->Commit();
  // Some devices tell of a full disk only here.
  if (in_place_.valid() && ::close(in_place_.Release()) != 0) return CannotWrite(path_, errno);
  return {};
}

}  // namespace tidemark::io

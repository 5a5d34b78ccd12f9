#include "io/media_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "io/at_offset.h"
#include "io/write_all.h"
#include "io/write_error.h"

namespace tidemark::io {

MediaFile::MediaFile(const std::string& path, const Cancellation* cancellation)
    : path_(path == "-" ? std::string() : path),
      name_(path_.empty() ? "standard output" : Printable(path_)),
      cancellation_(cancellation) {}

Result<std::unique_ptr<MediaFile>> MediaFile::Create(const std::string& path, bool overwrite,
                                                     const Cancellation* cancellation) {
  std::unique_ptr<MediaFile> file(new MediaFile(path, cancellation));
  TM_TRY(file->Open(overwrite));
  return file;
}

Result<void> MediaFile::Open(bool overwrite) {
  if (path_.empty()) {
    in_place_ = ReopenPipe(STDOUT_FILENO);
    fd_ = in_place_.valid() ? in_place_.get() : STDOUT_FILENO;
    return {};
  }
  struct stat status{};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: is a folder; name a file in it", name_));
  }
  if (exists && !S_ISREG(status.st_mode)) {
    TM_TRY_ASSIGN(in_place_, OpenInPlace(path_, cancellation_));
    fd_ = in_place_.get();
    return {};
  }
  auto part = PartFile::Create(
      path_, overwrite ? PartFile::IfExists::kReplace : PartFile::IfExists::kRefuse);
  if (!part) return tl::unexpected<Error>(part.error());
  part_.emplace(*std::move(part));
  fd_ = part_->fd();
  return {};
}

tl::unexpected<Error> MediaFile::Failed() const { return CannotWrite(path_, error_); }

Result<void> MediaFile::WriteAt(std::int64_t offset, std::span<const std::byte> bytes) {
  assert(seekable() || offset == size_);
  if (error_ == 0) {
    error_ = seekable() ? io::WriteAt(fd_, bytes, offset) : WriteAll(fd_, bytes, cancellation_);
  }
  if (error_ != 0) return Failed();
  size_ = std::max(size_, offset + static_cast<std::int64_t>(bytes.size()));
  return {};
}

Result<void> MediaFile::ReadAt(std::int64_t offset, std::span<std::byte> out) {
  assert(seekable());
  if (error_ == 0) error_ = io::ReadAt(fd_, out, offset);
  if (error_ != 0) return Failed();
  return {};
}

Result<std::int64_t> MediaFile::CopyFrom(int fd, std::int64_t offset, std::int64_t n_bytes) {
  assert(seekable());
  std::int64_t n_copied = 0;
  while (error_ == 0 && n_copied < n_bytes) {
    off64_t from = offset + n_copied;
    const ssize_t n =
        ::copy_file_range(fd, &from, fd_, &size_, static_cast<std::size_t>(n_bytes - n_copied), 0);
    if (n < 0 && errno == EINTR) {
      if (cancellation_ != nullptr && cancellation_->requested()) error_ = ECANCELED;
      continue;
    }
    if (n < 0 && (errno == ENOSPC || errno == EIO || errno == EFBIG || errno == EDQUOT)) {
      error_ = errno;
    }
    if (n <= 0) break;
    n_copied += n;
  }
  if (error_ != 0) return Failed();
  return n_copied;
}

Result<void> MediaFile::Commit() {
  if (error_ != 0) return Failed();
  if (part_) return part_->Commit();
  // Some devices tell of a full disk only here.
  if (in_place_.valid() && ::close(in_place_.Release()) != 0) error_ = errno;
  if (error_ != 0) return Failed();
  return {};
}

}  // namespace tidemark::io

#include "io/media_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "io/at_offset.h"
#include "io/write_error.h"

namespace tidemark::io {
namespace {

int WriteOn(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace

MediaFile::MediaFile(const std::string& path)
    : path_(path == "-" ? std::string() : path),
      name_(path_.empty() ? "standard output" : Printable(path_)) {}

Result<std::unique_ptr<ByteSink>> MediaFile::Create(const std::string& path, bool overwrite) {
  std::unique_ptr<MediaFile> file(new MediaFile(path));
  TM_TRY(file->Open(overwrite));
  return file;
}

Result<void> MediaFile::Open(bool overwrite) {
  if (path_.empty()) {
    fd_ = STDOUT_FILENO;
    return {};
  }
  struct stat status{};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: is a folder; name a file in it", name_));
  }
  if (exists && !S_ISREG(status.st_mode)) {
    in_place_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
    if (!in_place_.valid()) return CannotWrite(path_, errno);
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
  if (error_ == 0) error_ = seekable() ? io::WriteAt(fd_, bytes, offset) : WriteOn(fd_, bytes);
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

Result<void> MediaFile::Commit() {
  if (error_ != 0) return Failed();
  if (part_) return part_->Commit();
  // Some devices tell of a full disk only here.
  if (in_place_.valid() && ::close(in_place_.Release()) != 0) error_ = errno;
  if (error_ != 0) return Failed();
  return {};
}

}  // namespace tidemark::io

// MediaFile: the ByteSink of a PartFile, which takes its name only when it is complete, or of a
// pipe or standard output, where an interrupt ends waiting for a reader. One owner, one thread.
// Holds no buffer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/cancellation.h"
#include "io/byte_sink.h"
#include "io/part_file.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class MediaFile final : public ByteSink {
 public:
  // "-": standard output. Existing pipes and devices are written in place; a FIFO is waited for
  // until somebody reads it. `cancellation`, if any, is borrowed. kUsage where the file exists and
  // `overwrite` is false, or is a folder; kIo, naming it, where it cannot be made; kCancelled.
  static Result<std::unique_ptr<MediaFile>> Create(const std::string& path, bool overwrite,
                                                   const Cancellation* cancellation);

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool seekable() const override { return part_.has_value(); }
  [[nodiscard]] std::int64_t size() const override { return size_; }
  Result<void> WriteAt(std::int64_t offset, std::span<const std::byte> bytes) override;
  Result<void> ReadAt(std::int64_t offset, std::span<std::byte> out) override;
  Result<void> Commit() override;

  // Appends bytes of another file, from `offset` on, that need not pass through this process.
  // How many were: fewer than n_bytes where the kernel or these file systems do not do it. Errors
  // as WriteAt(). REQUIRES: seekable().
  Result<std::int64_t> CopyFrom(int fd, std::int64_t offset, std::int64_t n_bytes);

 private:
  MediaFile(const std::string& path, const Cancellation* cancellation);
  Result<void> Open(bool overwrite);
  [[nodiscard]] tl::unexpected<Error> Failed() const;

  std::string path_;  // empty: standard output
  std::string name_;
  const Cancellation* cancellation_;
  std::optional<PartFile> part_;  // nullopt: written in place
  UniqueFd in_place_;             // of a pipe or a device with a name
  int fd_ = -1;
  std::int64_t size_ = 0;
  int error_ = 0;  // the errno of the first failure, ECANCELED for an interrupt
};

}  // namespace tidemark::io

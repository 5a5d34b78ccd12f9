// MediaFile: the ByteSink of a PartFile, which takes its name only when it is complete, or of a
// pipe or standard output. One owner, one thread. Holds no buffer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "io/byte_sink.h"
#include "io/part_file.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class MediaFile final : public ByteSink {
 public:
  // "-": standard output. Existing pipes and devices are written in place. kUsage where the file
  // exists and `overwrite` is false, or is a folder; kIo, naming it, where it cannot be made.
  static Result<std::unique_ptr<ByteSink>> Create(const std::string& path, bool overwrite);

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool seekable() const override { return part_.has_value(); }
  [[nodiscard]] std::int64_t size() const override { return size_; }
  Result<void> WriteAt(std::int64_t offset, std::span<const std::byte> bytes) override;
  Result<void> ReadAt(std::int64_t offset, std::span<std::byte> out) override;
  Result<void> Commit() override;

 private:
  explicit MediaFile(const std::string& path);
  Result<void> Open(bool overwrite);
  [[nodiscard]] tl::unexpected<Error> Failed() const;

  std::string path_;  // empty: standard output
  std::string name_;
  std::optional<PartFile> part_;  // nullopt: written in place
  UniqueFd in_place_;             // of a pipe or a device with a name
  int fd_ = -1;
  std::int64_t size_ = 0;
  int error_ = 0;  // the errno of the first failure
};

}  // namespace tidemark::io

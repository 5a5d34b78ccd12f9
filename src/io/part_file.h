// PartFile: a regular file that is written beside its name and takes the name only on Commit(), so
// that an interrupt or a full disk leaves no half file. For writers that go back and forth; text in
// one go is for OutputFile. One owner, one thread.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class PartFile {
 public:
  enum class IfExists : unsigned char { kReplace, kRefuse };

  // Opens PATH.PID.part for reading and writing. kUsage where `path` is a pipe, a device or a
  // folder, or exists and is not to be replaced; kIo, naming it, where it cannot be created.
  static Result<PartFile> Create(const std::string& path, IfExists if_exists);

  PartFile(PartFile&& other) noexcept
      : fd_(std::move(other.fd_)),
        path_(std::move(other.path_)),
        part_path_(std::exchange(other.part_path_, {})),
        if_exists_(other.if_exists_) {}
  PartFile& operator=(PartFile&&) = delete;
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  // Without Commit() nothing is left behind.
  ~PartFile();

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Closes the file and gives it its name. kIo: what happened, to which file; kUsage where a file
  // that is not to be replaced has come to be there meanwhile.
  Result<void> Commit();

 private:
  PartFile(std::string path, std::string part_path, IfExists if_exists)
      : path_(std::move(path)), part_path_(std::move(part_path)), if_exists_(if_exists) {}

  UniqueFd fd_;
  std::string path_;
  std::string part_path_;  // empty: it has its name, or was moved from
  IfExists if_exists_;
};

}  // namespace tidemark::io

// OutputFile: bytes to a file, a pipe or standard output through one fixed buffer.
// A regular file is written beside its name and takes the name only on Commit(), so that an
// interrupt or a full disk leaves no half file. One owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/cancellation.h"
#include "base/result.h"
#include "io/part_file.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class OutputFile {
 public:
  enum class Mode : unsigned char {
    kWhole,    // beside, then rename
    kGrowing,  // in place, readable while it grows (logs, event streams)
  };

  // Empty or "-": standard output. Existing pipes and devices are written in place. Once
  // `cancellation` (borrowed, may be null) is requested, nothing is written any more, and waiting
  // for a reader ends. kIo, naming the path, where it cannot be created; kCancelled.
  static Result<OutputFile> Create(const std::string& path, Mode mode,
                                   const Cancellation* cancellation = nullptr);

  // Without Commit(): a file written beside is removed.
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() = default;

  // Buffered. The first failure sticks, is returned by Flush() and Commit(), and drops what
  // follows, so that writers of many small pieces need not look at each.
  void Write(std::string_view text);
  void Put(char c) {
    if (n_buffered_ == buffer_.size()) Drain();
    buffer_[n_buffered_++] = c;
  }

  // Everything written so far is with the kernel. kIo: what happened, to which file; kCancelled.
  Result<void> Flush();

  // Flush, and the file gets its name. Errors as Flush().
  Result<void> Commit();

 private:
  OutputFile(std::string path, const Cancellation* cancellation)
      : path_(std::move(path)), cancellation_(cancellation) {}
  Result<void> Open(Mode mode);
  void Drain();

  std::string path_;  // empty: standard output
  const Cancellation* cancellation_;
  std::optional<PartFile> part_;  // nullopt: written in place
  UniqueFd in_place_;             // of what has a name
  int fd_ = -1;
  int error_ = 0;  // the errno of the first failed write, ECANCELED for an interrupt
  std::size_t n_buffered_ = 0;
  std::array<char, 8192> buffer_;
};

}  // namespace tidemark::io

// OutputFile: bytes to a file, a pipe or standard output through one fixed buffer.
// A regular file is written beside its name and takes the name only on Commit(), so that an
// interrupt or a full disk leaves no half file. One owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::io {

class OutputFile {
 public:
  enum class Mode : unsigned char {
    kWhole,    // beside, then rename
    kGrowing,  // in place, readable while it grows (logs, event streams)
  };

  // Empty or "-": standard output. Existing pipes and devices are written in place.
  // kIo, naming the path, where it cannot be created.
  static Result<OutputFile> Create(const std::string& path, Mode mode);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  // Without Commit(): a file written beside is removed.
  ~OutputFile();

  // Buffered. The first failure sticks, is returned by Flush() and Commit(), and drops what
  // follows, so that writers of many small pieces need not look at each.
  void Write(std::string_view text);
  void Put(char c) {
    if (n_buffered_ == buffer_.size()) Drain();
    buffer_[n_buffered_++] = c;
  }

  // Everything written so far is with the kernel. kIo: what happened, to which file.
  Result<void> Flush();

  // Flush, and the file gets its name.
  Result<void> Commit();

 private:
  OutputFile(int fd, std::string path, std::string temporary_path);
  void Drain();

  int fd_ = -1;
  std::string path_;            // for messages and the final name; empty: standard output
  std::string temporary_path_;  // empty: written in place
  int error_ = 0;               // the errno of the first failed write
  std::size_t n_buffered_ = 0;
  std::array<char, 8192> buffer_;
};

}  // namespace tidemark::io

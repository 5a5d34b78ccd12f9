// Spool: an unnamed temporary file for what would grow in memory: the bytes of a pipe whose
// container must be seeked, or a list that grows with the audio. No crash can leave it behind.
// One owner, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class Spool {
 public:
  // Creates the file in `dir`; empty: $TMPDIR, else /var/tmp, else /tmp. It holds at most
  // cap_bytes. kIo, naming the folder, where no file can be made there.
  static Result<Spool> Create(const std::string& dir, std::uint64_t cap_bytes);

  // Writes at the end. kIo where that would pass the cap or where writing fails, as on a full
  // disk; the message names --tmpdir. What was written before stays readable.
  Result<void> Append(std::span<const std::byte> bytes);

  // Reads up to out.size() bytes at `offset`; fewer only at the end. kIo where reading fails.
  [[nodiscard]] Result<std::size_t> ReadAt(std::uint64_t offset, std::span<std::byte> out) const;

  // Bytes appended so far.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::string& dir() const { return dir_; }
  // The file itself, owned by the spool.
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  Spool(UniqueFd fd, std::string dir, std::uint64_t cap_bytes)
      : fd_(std::move(fd)), dir_(std::move(dir)), cap_bytes_(cap_bytes) {}

  UniqueFd fd_;
  std::string dir_;
  std::uint64_t cap_bytes_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace tidemark::io

#include "io/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "io/rename_new.h"
#include "io/write_error.h"

namespace tidemark::io {
namespace {

tl::unexpected<Error> Exists(const std::string& path) {
  return Fail(ErrorCode::kUsage,
              fmt::format("{}: exists already; choose another name, or --overwrite replaces it",
                          Printable(path)));
}

int Rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Result<PartFile> PartFile::Create(const std::string& path, IfExists if_exists) {
  struct stat status{};
  if (stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      return Fail(ErrorCode::kUsage, fmt::format("{}: is not a regular file; this output is "
                                                 "written to a regular file only",
                                                 Printable(path)));
    }
    if (if_exists == IfExists::kRefuse) return Exists(path);
  } else if (if_exists == IfExists::kRefuse && lstat(path.c_str(), &status) == 0) {
    return Exists(path);  // a broken link
  }
  // Names first: once the file is there, nothing may fail before somebody would remove it.
  PartFile file(path, fmt::format("{}.{}.part", path, getpid()), if_exists);
  file.fd_ = UniqueFd(open(file.part_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.fd_.valid()) {
    const int error = errno;
    file.part_path_.clear();
    return CannotWrite(path, error);
  }
  return file;
}

PartFile::~PartFile() {
  if (!part_path_.empty()) unlink(part_path_.c_str());
}

Result<void> PartFile::Commit() {
  if (close(fd_.Release()) != 0) return CannotWrite(path_, errno);
  const bool refuses = if_exists_ == IfExists::kRefuse;
  const int error = refuses ? RenameNew(part_path_, path_) : Rename(part_path_, path_);
  if (refuses && error == EEXIST) return Exists(path_);
  if (error != 0) return CannotWrite(path_, error);
  part_path_.clear();
  return {};
}

}  // namespace tidemark::io

#include "io/rename_new.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace tidemark::io {
namespace {

int ErrorOf(int result) { return result == 0 ? 0 : errno; }

bool IsNoSuchWay(int error) {
  return error == EINVAL || error == ENOSYS || error == EPERM || error == EOPNOTSUPP;
}

}  // namespace

int RenameAtOnce(const char* from, const char* to) {
  return ErrorOf(::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
}

int RenameByLink(const char* from, const char* to) {
  const int error = ErrorOf(::link(from, to));
  return error != 0 ? error : ErrorOf(::unlink(from));
}

int RenameAfterLook(const char* from, const char* to) {
  struct stat status{};
  if (::lstat(to, &status) == 0) return EEXIST;
  return ErrorOf(std::rename(from, to));
}

int RenameNew(const std::string& from, const std::string& to, std::span<const RenameWay> ways) {
  int error = EINVAL;
  for (const RenameWay way : ways) {
    error = way(from.c_str(), to.c_str());
    if (!IsNoSuchWay(error)) break;
  }
  return error;
}

}  // namespace tidemark::io

// Renaming a file to a name that nobody has: what rename(2) would replace stays. Pure functions of
// the file system; any thread.
#pragma once

#include <array>
#include <span>
#include <string>

namespace tidemark::io {

// 0; EEXIST where `to` is there, a broken link too; EINVAL, ENOSYS, EPERM or EOPNOTSUPP where the
// file system has no such way; else the errno of what failed. Both names are on one file system.
using RenameWay = int (*)(const char* from, const char* to);
int RenameAtOnce(const char* from, const char* to);  // renameat2(2) with RENAME_NOREPLACE
int RenameByLink(const char* from, const char* to);  // a second name, then the first goes
// rename(2) after a look: the last resort, as it replaces what comes to be in between.
int RenameAfterLook(const char* from, const char* to);

inline constexpr std::array<RenameWay, 3> kRenameWays = {RenameAtOnce, RenameByLink,
                                                         RenameAfterLook};

// By the first of `ways` that the file system has; results as above.
[[nodiscard]] int RenameNew(const std::string& from, const std::string& to,
                            std::span<const RenameWay> ways = kRenameWays);

}  // namespace tidemark::io

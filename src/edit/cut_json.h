// What writer and reader of cut.json agree on.
#pragma once

namespace tidemark::edit {

// The number goes up when a field changes its meaning or goes; new fields leave it.
inline constexpr const char* kCutJsonSchema = "tidemark.cut/1";

}  // namespace tidemark::edit

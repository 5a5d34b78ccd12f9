#include "io/data_extent.h"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::io {
namespace {

constexpr std::int64_t kWrap = std::int64_t{1} << 32;

std::int64_t Remaining(const PcmLayout& layout, std::int64_t file_size) {
  return std::max<std::int64_t>(0, file_size - layout.data_offset);
}

void SetClaim(PcmLayout& layout, std::int64_t declared, std::optional<std::int64_t> file_size) {
  layout.declared_bytes = declared;
  layout.data_bytes = file_size ? std::min(declared, Remaining(layout, *file_size)) : declared;
}

void SetExtentOfPlaceholder(PcmLayout& layout, std::optional<std::int64_t> file_size) {
  SetExtentToEnd(layout, file_size);
  if (layout.data_bytes && *layout.data_bytes > 0) {
    AddWarning(layout.warning, "the header does not say how long the audio is; read to the end");
  }
}

// Whether the placeholder `declared` is the truth after all.
bool IsTrueAfterAll(const PcmLayout& layout, std::uint32_t declared, std::uint32_t outer,
                    std::optional<std::int64_t> file_size) {
  if (declared == 0xFFFFFFFF || IsPlaceholder32(outer)) return false;
  const std::int64_t outer_end = std::int64_t{outer} + 8;
  if (outer_end <= layout.data_offset + std::int64_t{declared} && declared == 0) return false;
  if (!file_size) return declared == 0;
  return outer_end <= *file_size && *file_size - outer_end <= 1;
}

// The true size where `declared` is that size modulo 2^32; nullopt where it is not.
std::optional<std::int64_t> Unwrapped(std::int64_t declared, std::uint32_t outer,
                                      std::int64_t remaining, std::int64_t file_size) {
  if (file_size <= kWrap || declared > remaining) return std::nullopt;
  const std::int64_t excess = remaining - declared;
  if (excess >= kWrap && excess % kWrap == 0) return remaining;
  const std::int64_t outer_excess = file_size - 8 - std::int64_t{outer};
  if (outer_excess >= kWrap && outer_excess % kWrap == 0 && excess >= kWrap) {
    return declared + excess / kWrap * kWrap;
  }
  return std::nullopt;
}

}  // namespace

bool IsPlaceholder32(std::uint32_t size) {
  constexpr std::uint32_t kSlack = 4096 + kMaxChannels * 8;
  constexpr std::uint32_t kHalf = std::uint32_t{1} << 31;
  return size == 0 || size > 0xFFFFFFFF - kSlack || (size >= kHalf - kSlack && size <= kHalf);
}

void SetExtent32(PcmLayout& layout, std::uint32_t declared, std::uint32_t outer,
                 std::optional<std::int64_t> file_size) {
  if (IsPlaceholder32(declared) && !IsTrueAfterAll(layout, declared, outer, file_size)) {
    SetExtentOfPlaceholder(layout, file_size);
    return;
  }
  if (file_size) {
    const auto whole = Unwrapped(declared, outer, Remaining(layout, *file_size), *file_size);
    if (whole) {
      AddWarning(layout.warning,
                 fmt::format("the header's size of {} bytes is {} modulo 2^32", declared, *whole));
      SetClaim(layout, *whole, file_size);
      return;
    }
  }
  SetClaim(layout, declared, file_size);
}

void SetExtent64(PcmLayout& layout, std::uint64_t declared, std::optional<std::int64_t> file_size) {
  if (declared == 0 || declared >= std::uint64_t{1} << 62) {
    SetExtentOfPlaceholder(layout, file_size);
  } else {
    SetClaim(layout, static_cast<std::int64_t>(declared), file_size);
  }
}

void SetExtentToEnd(PcmLayout& layout, std::optional<std::int64_t> file_size) {
  if (!file_size) return;
  layout.data_bytes = Remaining(layout, *file_size);
  layout.declared_bytes = layout.data_bytes;
}

}  // namespace tidemark::io

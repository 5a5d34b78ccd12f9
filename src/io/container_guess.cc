#include "io/container_guess.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "io/header_fields.h"
#include "io/mp4_pipe.h"

namespace tidemark::io {
namespace {

using std::string_view_literals::operator""sv;

bool IsTextByte(std::byte b) {
  const auto c = std::to_integer<unsigned>(b);
  return c >= 0x20 ? c != 0x7F : c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

}  // namespace

bool LooksLikeText(std::span<const std::byte> head) {
  if (head.empty()) return false;
  // An MPEG audio header begins with FF and high bits too; in UTF-16 of any western language
  // every second byte is zero.
  constexpr std::size_t kLookBytes = 16;
  const bool has_mark = HasText(head, 0, "\xFF\xFE"sv) || HasText(head, 0, "\xFE\xFF"sv);
  if (has_mark && head.size() >= kLookBytes) {
    const auto zeros = std::count(head.begin() + 2, head.begin() + kLookBytes, std::byte{0});
    if (zeros >= 6) return true;
  }
  return std::all_of(head.begin(), head.end(), IsTextByte);
}

bool LooksLikeContainer(std::span<const std::byte> head) {
  constexpr std::array kMagics = {
      "RIFF"sv,
      "RIFX"sv,
      "RF64"sv,
      "FORM"sv,
      "\x1A\x45\xDF\xA3"sv,
      "\x30\x26\xB2\x75"sv,
      "\0\0\1\xBA"sv,
      "\0\0\1\xB3"sv,
      "FLV\1"sv,
      "caff"sv,
      ".snd"sv,
      "#!AMR"sv,
      "MAC "sv,
      "wvpk"sv,
      "TTA1"sv,
      "MPCK"sv,
      "MP+"sv,
      "tBaK"sv,
      "OggS"sv,
      "fLaC"sv,
      "\x0B\x77"sv,
      "\x7F\xFE\x80\x01"sv,
      "Creative Voice"sv,
  };
  const bool has_magic = std::any_of(kMagics.begin(), kMagics.end(),
                                     [head](std::string_view m) { return HasText(head, 0, m); });
  // Transport streams: a sync byte every 188 bytes. ADTS: twelve bits of sync, layer 0.
  constexpr std::size_t kPacketBytes = 188;
  const bool is_transport = head.size() > 2 * kPacketBytes && head[0] == std::byte{0x47} &&
                            head[kPacketBytes] == std::byte{0x47} &&
                            head[2 * kPacketBytes] == std::byte{0x47};
  const bool is_adts = head.size() > 1 && head[0] == std::byte{0xFF} &&
                       (head[1] & std::byte{0xF6}) == std::byte{0xF0};
  return has_magic || is_transport || is_adts || LooksLikeMp4(head);
}

}  // namespace tidemark::io

#include "io/wav_chunks.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>

#include "io/at_offset.h"
#include "io/chunk_walker.h"
#include "io/header_fields.h"
#include "io/pcm_layout.h"

namespace tidemark::io {
namespace {

constexpr std::int64_t kFirstChunk = 12;
constexpr std::int64_t kPreambleBytes = 8;
constexpr std::array<std::string_view, 6> kCarried = {"LIST", "bext", "iXML",
                                                      "axml", "id3 ", "ID3 "};
// INFO keys by FFmpeg's names of tags.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kInfoKeys = {
    {{"title", "INAM"},
     {"artist", "IART"},
     {"album", "IPRD"},
     {"date", "ICRD"},
     {"comment", "ICMT"},
     {"genre", "IGNR"},
     {"track", "ITRK"},
     {"copyright", "ICOP"},
     {"encoder", "ISFT"}}};

//  0 u32 number of points, then for each
//    0 u32 id   4 u32 position   8 "data"   12 u32 chunk start   16 u32 block start
//   20 u32 frame
constexpr std::size_t kCuePointBytes = 24;

void PutLittle32(std::byte* at, std::uint64_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::byte>(value >> 8 * i & 0xFF);
}

void MoveCuePoints(std::span<std::byte> body, const FrameMap& map) {
  for (std::size_t at = 4; at + kCuePointBytes <= body.size(); at += kCuePointBytes) {
    for (const std::size_t field : {at + 4, at + 20}) {
      const auto frame = ReadUnsigned<std::uint32_t>(body, field, ByteOrder::kLittle);
      PutLittle32(body.data() + field, static_cast<std::uint64_t>(map(frame)));
    }
  }
}

Result<void> Append(int fd, std::int64_t offset, std::size_t n_bytes, WavChunks& chunks) {
  const std::size_t at = chunks.bytes.size();
  chunks.bytes.resize(at + n_bytes + n_bytes % 2);
  if (const int error = ReadAt(fd, std::span(chunks.bytes).subspan(at, n_bytes), offset);
      error != 0) {
    return Fail(ErrorCode::kIo,
                fmt::format("reading tags near byte {} failed: {}", offset, std::strerror(error)));
  }
  return {};
}

}  // namespace

Result<WavChunks> ReadWavChunks(const PcmExtent& extent, std::int64_t data_bytes,
                                const FrameMap& map) {
  WavChunks chunks;
  struct stat status{};
  std::array<std::byte, kFirstChunk> head{};
  if (fstat(extent.fd, &status) != 0 || ReadAt(extent.fd, head, 0) != 0) return chunks;
  const bool riff =
      HasText(head, 0, "RIFF") || HasText(head, 0, "RF64") || HasText(head, 0, "BW64");
  if (!riff || !HasText(head, 8, "WAVE")) return chunks;
  std::int64_t at = kFirstChunk;
  for (int n = 0; n < kMaxHeaderChunks && at + kPreambleBytes <= status.st_size; ++n) {
    std::array<std::byte, kPreambleBytes> preamble{};
    if (ReadAt(extent.fd, preamble, at) != 0) break;
    const std::int64_t body = at + kPreambleBytes;
    const std::int64_t size = body == extent.data_offset
                                  ? data_bytes
                                  : ReadUnsigned<std::uint32_t>(preamble, 4, ByteOrder::kLittle);
    at = body + size + size % 2;
    const bool is_cue = HasText(preamble, 0, "cue ");
    const bool carried = is_cue || std::ranges::any_of(kCarried, [&](std::string_view code) {
                           return HasText(preamble, 0, code);
                         });
    if (!carried || body + size > status.st_size) continue;
    if (chunks.bytes.size() + static_cast<std::size_t>(size) > kMaxWavChunkBytes) {
      AddWarning(chunks.warning,
                 fmt::format("{} bytes of tags were left behind: more than {} in all", size,
                             kMaxWavChunkBytes));
      continue;
    }
    const std::size_t before = chunks.bytes.size();
    TM_TRY(Append(extent.fd, body - kPreambleBytes, static_cast<std::size_t>(size + kPreambleBytes),
                  chunks));
    if (is_cue) MoveCuePoints(std::span(chunks.bytes).subspan(before + kPreambleBytes), map);
  }
  return chunks;
}

std::vector<std::byte> MakeInfoChunk(const std::vector<std::pair<std::string, std::string>>& tags) {
  std::vector<std::byte> bytes;
  const auto put = [&](std::string_view text) {
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  };
  const auto put_size = [&](std::size_t size) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::byte>(size >> 8 * i & 0xFF));
  };
  put("LIST");
  put_size(0);
  put("INFO");
  const std::size_t empty = bytes.size();
  for (const auto& [name, code] : kInfoKeys) {
    const auto tag = std::ranges::find(tags, name, [](const auto& t) { return t.first; });
    if (tag == tags.end() || bytes.size() + tag->second.size() > kMaxWavChunkBytes) continue;
    put(code);
    put_size(tag->second.size() + 1);
    put(tag->second);
    bytes.push_back(std::byte{0});
    if (bytes.size() % 2 != 0) bytes.push_back(std::byte{0});
  }
  if (bytes.size() == empty) return {};
  PutLittle32(bytes.data() + 4, bytes.size() - kPreambleBytes);
  return bytes;
}

}  // namespace tidemark::io

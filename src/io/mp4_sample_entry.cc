#include "io/mp4_sample_entry.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "io/header_fields.h"
#include "io/mp4_box.h"

namespace tidemark::io {
namespace {

using Bytes = std::span<const std::byte>;

template <typename T>
T Big(Bytes bytes, std::size_t at) {
  return ReadUnsigned<T>(bytes, at, ByteOrder::kBig);
}

// An MPEG-4 descriptor: tag (1 byte), size in groups of 7 bits, body (ISO 14496-1, 8.3.3).
struct Descriptor {
  std::uint8_t tag;
  Bytes body;
};
std::optional<Descriptor> ReadDescriptor(Bytes bytes) {
  if (bytes.empty()) return std::nullopt;
  std::size_t size = 0;
  std::size_t at = 1;
  for (int i = 0; i < 4; ++i) {
    if (at >= bytes.size()) return std::nullopt;
    const auto b = Big<std::uint8_t>(bytes, at++);
    size = size << 7 | (b & 0x7F);
    if ((b & 0x80) == 0) break;
  }
  return Descriptor{Big<std::uint8_t>(bytes, 0),
                    bytes.subspan(at, std::min(size, bytes.size() - at))};
}

const char* DecoderOfObjectType(std::uint8_t object_type) {
  switch (object_type) {
    case 0x40:  // MPEG-4 audio
    case 0x66:
    case 0x67:
    case 0x68:  // MPEG-2 AAC
      return "aac";
    case 0x69:
    case 0x6B:
      return "mp3";
    case 0xA5:
      return "ac3";
    case 0xA6:
      return "eac3";
    default:
      return nullptr;
  }
}

// ES descriptor: id (2), flags (1: 0x80, 0x40 and 0x20 announce 2, 1 + n and 2 bytes more), then
// the decoder configuration: object type (1), 12 bytes, then the decoder's own setup.
bool ParseEsds(Bytes body, Mp4Codec* codec) {
  constexpr std::size_t kVersionBytes = 4;
  if (body.size() < kVersionBytes) return false;
  const auto es = ReadDescriptor(body.subspan(kVersionBytes));
  if (!es || es->tag != 3 || es->body.size() < 3) return false;
  const auto flags = Big<std::uint8_t>(es->body, 2);
  if ((flags & 0xE0) != 0) return false;
  const auto config = ReadDescriptor(es->body.subspan(3));
  if (!config || config->tag != 4 || config->body.size() < 13) return false;
  const char* const decoder = DecoderOfObjectType(Big<std::uint8_t>(config->body, 0));
  if (decoder == nullptr) return false;
  codec->decoder = decoder;
  const auto setup = ReadDescriptor(config->body.subspan(13));
  if (setup && setup->tag == 5) codec->setup.assign(setup->body.begin(), setup->body.end());
  return codec->decoder != "aac" || codec->setup.size() >= 2;
}

// The Opus box has the fields of the Ogg header, but big-endian and with version 0 (Opus in
// ISOBMFF, 4.3.2; RFC 7845, 5.1).
bool ParseDops(Bytes body, Mp4Codec* codec) {
  if (body.size() < 11 || body.size() > 11 + 2 + 255) return false;
  static constexpr std::array kMagic = std::to_array("OpusHead\x01");
  const auto* const magic = reinterpret_cast<const std::byte*>(kMagic.data());
  codec->setup.assign(magic, magic + 9);
  codec->setup.insert(codec->setup.end(), body.begin() + 1, body.end());
  std::swap(codec->setup[10], codec->setup[11]);
  std::reverse(codec->setup.begin() + 12, codec->setup.begin() + 16);
  std::swap(codec->setup[16], codec->setup[17]);
  codec->channels = Big<std::uint8_t>(body, 1);
  codec->decoder = "opus";
  return codec->channels > 0;
}

// Version and flags (4), block header (4), STREAMINFO (34).
bool ParseDfla(Bytes body, Mp4Codec* codec) {
  constexpr std::size_t kStreamInfoBytes = 34;
  if (body.size() < 8 + kStreamInfoBytes) return false;
  const Bytes info = body.subspan(8, kStreamInfoBytes);
  codec->setup.assign(info.begin(), info.end());
  codec->decoder = "flac";
  return true;
}

// The decoder wants the whole inner "alac" box: header (8), version (4), configuration (24).
bool ParseAlac(Bytes body, Mp4Codec* codec) {
  constexpr std::size_t kBodyBytes = 28;
  if (body.size() < kBodyBytes) return false;
  static constexpr std::array kHeader = std::to_array(
      "\0\0\0\x24"
      "alac");
  const auto* const header = reinterpret_cast<const std::byte*>(kHeader.data());
  codec->setup.assign(header, header + 8);
  codec->setup.insert(codec->setup.end(), body.begin(), body.begin() + kBodyBytes);
  codec->decoder = "alac";
  codec->bits_per_sample = Big<std::uint8_t>(body, 9);
  codec->channels = Big<std::uint8_t>(body, 13);
  codec->sample_rate_hz = static_cast<int>(Big<std::uint32_t>(body, 24));
  return true;
}

}  // namespace

// Header (8), reserved (6), data reference (2), version (2), 6 bytes, channels (2), bits (2),
// 4 bytes, sample rate (16.16), then boxes; QuickTime's version 1 has 16 bytes more.
std::optional<Mp4Codec> ParseMp4SampleEntry(Bytes entry) {
  constexpr std::size_t kFixedBytes = 36;
  constexpr std::size_t kVersion1Bytes = 16;
  if (entry.size() < kFixedBytes) return std::nullopt;
  const auto version = Big<std::uint16_t>(entry, 16);
  const std::size_t boxes_at = kFixedBytes + (version == 1 ? kVersion1Bytes : 0);
  if (version > 1 || entry.size() < boxes_at) return std::nullopt;
  Mp4Codec codec;
  codec.channels = Big<std::uint16_t>(entry, 24);
  codec.bits_per_sample = Big<std::uint16_t>(entry, 26);
  codec.sample_rate_hz = Big<std::uint16_t>(entry, 32);
  Bytes boxes = entry.subspan(boxes_at);
  if (const auto wave = FindInMemory(boxes, "wave")) boxes = *wave;

  const auto parse = [&boxes, &codec](const char* type, bool (*parser)(Bytes, Mp4Codec*)) {
    const auto body = FindInMemory(boxes, type);
    return body && parser(*body, &codec);
  };
  bool known = false;
  if (HasText(entry, 4, "mp4a")) known = parse("esds", ParseEsds);
  if (HasText(entry, 4, "alac")) known = parse("alac", ParseAlac);
  if (HasText(entry, 4, "Opus")) known = parse("dOps", ParseDops);
  if (HasText(entry, 4, "fLaC")) known = parse("dfLa", ParseDfla);
  if (HasText(entry, 4, ".mp3")) known = (codec.decoder = "mp3", true);
  if (HasText(entry, 4, "ac-3")) known = (codec.decoder = "ac3", true);
  if (HasText(entry, 4, "ec-3")) known = (codec.decoder = "eac3", true);
  if (!known) return std::nullopt;
  return codec;
}

}  // namespace tidemark::io

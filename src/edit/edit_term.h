// EditTerm: one thing that an --edit expression asks for, "audio:threshold=4%,stream=0". A value;
// any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::edit {

enum class TermKind : unsigned char {
  kAudio,   // sound over a threshold
  kSpeech,  // somebody speaks
  kBeats,   // beats of music, chosen by their place in the bar or in a group
  kBars,    // bars of music, chosen by their place in a group
};

// What the edges of a term are moved to.
enum class SnapTo : unsigned char { kNone, kBeat, kBar };

struct EditTerm {
  static constexpr int kMaxIndex = 999;  // of streams and channels
  static constexpr int kMaxGroup = 64;   // beats or bars in a group
  static constexpr std::uint64_t kEveryPosition = ~std::uint64_t{0};

  TermKind kind = TermKind::kAudio;
  // kAudio: the magnitude that counts as sound, of full scale 1.0, (0, 1]; nullopt: automatic.
  std::optional<double> threshold;
  // Counted from 0 among the file's audio streams; nullopt: all of them, each on its own, and what
  // any of them finds counts; kBeats, kBars: the first.
  std::optional<int> stream;
  // kAudio: counted from 0; nullopt: sound on any channel counts.
  std::optional<int> channel;
  SnapTo snap = SnapTo::kNone;  // kAudio, kSpeech
  // kBeats, kBars: groups of so many are counted, from the first downbeat that is known; 0 (kBeats
  // only): the bars as they were found.
  int every = 0;
  // kBeats, kBars: bit p - 1 is set where position p of a group is kept.
  std::uint64_t kept_positions = kEveryPosition;

  // What must be detected for it: the term without what the beat grid does to it, so that terms
  // which differ in nothing else share a detector.
  [[nodiscard]] EditTerm Detector() const;
  // Whether the beats of the music must be known.
  [[nodiscard]] bool UsesBeats() const {
    return kind == TermKind::kBeats || kind == TermKind::kBars || snap != SnapTo::kNone;
  }
  bool operator==(const EditTerm&) const = default;
};

// What is wrong with a text, and where.
struct TermError {
  std::size_t offset = 0;  // bytes from the start of the text
  std::string message;
};

// A term as users write it: NAME[:OPTION[,OPTION]...], NAME audio, speech, beats or bars.
//   audio   threshold=auto|4%|-28dB|0.04 (or the value alone, as the first option), stream=all|N,
//           channel=all|N, snap=beat|bar
//   speech  stream=all|N, snap=beat|bar
//   beats   every=N, keep=LIST or drop=LIST, stream=N. LIST: positions from 1, "1", "1-2", "1+3-4"
//   bars    the same, with bars for beats
// beats alone: from the first beat to the end of the last. With every=N and no list: keep=1. With a
// list and no every=N: beats by their place in the bar; bars need every=N.
tl::expected<EditTerm, TermError> ParseEditTerm(std::string_view text);

}  // namespace tidemark::edit

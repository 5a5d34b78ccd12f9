#include "analysis/note_name.h"

#include <fmt/format.h>

#include <cassert>
#include <cmath>

namespace tidemark::analysis {
namespace {

constexpr std::array<const char*, 12> kNames = {"C",  "C#", "D",  "D#", "E",  "F",
                                                "F#", "G",  "G#", "A",  "A#", "B"};
constexpr int kMidiA4 = 69;

}  // namespace

double CentsFromA440(double hz) { return 1200 * std::log2(hz / 440); }

NotePitch NearestNote(double hz) {
  assert(hz >= 1e-3 && hz <= 1e6);
  const double semitones = CentsFromA440(hz) / 100;
  const double nearest = std::floor(semitones + 0.5);
  // C-1 is MIDI note 0; notes below it have lower octaves still.
  const int from_c_minus_1 = kMidiA4 + static_cast<int>(nearest);
  const int octave = static_cast<int>(std::floor(from_c_minus_1 / 12.0)) - 1;
  const int step = from_c_minus_1 - 12 * (octave + 1);
  NotePitch note;
  fmt::format_to_n(note.name.data(), note.name.size() - 1, "{}{}",
                   kNames[static_cast<std::size_t>(step)], octave);
  note.cents = 100 * (semitones - nearest);
  return note;
}

}  // namespace tidemark::analysis

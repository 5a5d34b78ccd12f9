// Note names in equal temperament (A4 = 440 Hz, ISO 16). Pure; any thread.
#pragma once

#include <array>
#include <string>

namespace tidemark::analysis {

struct NotePitch {
  std::array<char, 8> name{};  // "A4", "C#-1"; ends with 0
  double cents = 0;            // from that note, in [-50, 50)

  [[nodiscard]] std::string text() const { return name.data(); }
};

// The note nearest to `hz`; octaves start at C, and C4 is the middle C of 261.63 Hz.
// REQUIRES: 0.001 <= hz <= 1e6.
NotePitch NearestNote(double hz);

// `hz` in cents above 440 Hz, any octave: 1200 log2(hz / 440).
double CentsFromA440(double hz);

}  // namespace tidemark::analysis

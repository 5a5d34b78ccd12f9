// Speech for tests, by espeak-ng (packages.txt).
#pragma once

#include <gtest/gtest.h>
#include <sndfile.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/analysis/level_signals.h"

namespace tidemark::test {

inline constexpr int kSpokenRateHz = 22'050;

// One channel at kSpokenRateHz; empty, and the test fails, where espeak-ng does not do it.
inline Plane SpokenText(const std::string& text, const std::string& voice = "en-us") {
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("tidemark_spoken_" + std::to_string(::getpid()) + ".wav");
  const std::string command =
      "espeak-ng -v " + voice + " -w '" + path.string() + "' '" + text + "' 2> /dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0) << "espeak-ng is not installed? " << command;
  SF_INFO info{};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
  if (file == nullptr) return {};
  EXPECT_EQ(info.samplerate, kSpokenRateHz);
  Plane plane(static_cast<std::size_t>(info.frames));
  EXPECT_EQ(sf_readf_float(file, plane.data(), info.frames), info.frames);
  sf_close(file);
  std::filesystem::remove(path);
  return plane;
}

}  // namespace tidemark::test

#include "analysis/speech_gate.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tidemark::analysis {
namespace {

// Syllables of 200 ms: a vowel that glides by `glide_oct` a frame, then a fricative, then a rest.
SpeechFrame Syllable(int k, float glide_oct) {
  const int at = k % 20;
  SpeechFrame frame;
  frame.power = at < 10 ? 1e-2F : at < 16 ? 1e-3F : 1e-6F;
  frame.high_power = frame.power * (at < 10 ? 0.05F : 1.5F);
  frame.voicing = {at < 10 ? 0.9F : 0.1F, 7 + glide_oct * static_cast<float>(at)};
  frame.may_be_voice = true;
  return frame;
}

// Notes of 500 ms that fade.
SpeechFrame Note(int k) {
  SpeechFrame frame;
  frame.power = 1e-2F * std::pow(0.97F, static_cast<float>(k % 50));
  frame.high_power = frame.power * 0.1F;
  frame.voicing = {0.9F, 7.5F + 0.25F * static_cast<float>(k / 50 % 3)};
  frame.may_be_voice = true;
  return frame;
}

TEST(SpeechGate, TellsGlidingSyllablesFromSteadyNotes) {
  SpeechGate speech;
  SpeechGate music;
  for (int k = 0; k < 400; ++k) {
    speech.Push(Syllable(k, 0.01F));
    music.Push(Note(k));
  }
  EXPECT_GT(speech.Judge(200).score, 2);
  EXPECT_LT(music.Judge(200).score, -2);
}

TEST(SpeechGate, HearsWhispersByTheirRhythm) {
  SpeechGate whisper;
  for (int k = 0; k < 400; ++k) {
    SpeechFrame frame = Syllable(k, 0);
    frame.voicing = {};
    whisper.Push(frame);
  }
  EXPECT_GT(whisper.Judge(200).score, 0);
}

TEST(SpeechGate, SetsItsThresholdsBetweenNoiseAndVoice) {
  SpeechGate gate;
  for (int k = 0; k < 300; ++k) gate.Push(Syllable(k, 0.01F));
  const SpeechGate::Judgement judgement = gate.Judge(150);
  EXPECT_GT(judgement.power_threshold, 2e-6F);
  EXPECT_LT(judgement.power_threshold, 1e-3F);
}

TEST(SpeechGate, JudgesByWhatIsThereAtTheEnds) {
  SpeechGate gate;
  gate.Push(Syllable(0, 0.01F));
  EXPECT_LT(gate.Judge(5).score, 0);
  for (int k = 1; k < 1000; ++k) gate.Push(Syllable(k, 0.01F));
  EXPECT_GT(gate.Judge(999).score, 0);
  EXPECT_EQ(gate.n_frames(), 1000);
}

}  // namespace
}  // namespace tidemark::analysis

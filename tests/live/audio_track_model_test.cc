// Random writes, reads, flushes and stalls, against a plain queue that does the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

#include "tests/live/track_signals.h"

namespace tidemark {
namespace {

using test::Frame;
using test::MakeTrack;
using test::ReadFrame;
using test::Samples;
using test::View;

// What a track of 16 bits without fades is to do, with all the memory in the world.
class Model {
 public:
  explicit Model(const TrackOptions& options, std::size_t frame)
      : channels_(static_cast<std::size_t>(options.channels)),
        frame_(frame),
        capacity_(static_cast<std::size_t>(options.sample_rate_hz * options.buffer_ms / 1000)),
        latency_(static_cast<std::size_t>(options.sample_rate_hz * options.max_latency_ms / 1000)),
        overflow_(options.overflow) {}

  void Write(Samples samples) {
    while (!samples.empty()) {
      const std::size_t n = std::min(samples.size() / channels_, capacity_);
      for (std::size_t room = capacity_ - n;
           waiting() > room && overflow_ == Overflow::kDropOldest;) {
        const std::size_t n_drop = std::min(frame_, waiting());
        Pop(n_drop);
        stats.dropped_oldest += static_cast<std::int64_t>(n_drop);
      }
      const std::size_t n_put = std::min(n, capacity_ - std::min(capacity_, waiting()));
      queue_.insert(queue_.end(), samples.begin(),
                    samples.begin() + static_cast<std::ptrdiff_t>(n_put * channels_));
      samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(n * channels_));
      stats.written += static_cast<std::int64_t>(n_put);
      stats.dropped_newest += static_cast<std::int64_t>(n - n_put);
    }
  }

  Samples Read() {
    while (latency_ > 0 && waiting() > latency_) {
      Pop(frame_);
      stats.dropped_late += static_cast<std::int64_t>(frame_);
    }
    Samples frame(frame_ * channels_, 0);
    const bool audio = waiting() >= frame_;
    (audio ? stats.read : stats.silent) += static_cast<std::int64_t>(frame_);
    if (!audio) return frame;
    std::copy_n(queue_.begin(), frame.size(), frame.begin());
    Pop(frame_);
    return frame;
  }

  void Finish() {
    const std::size_t rest = waiting() % frame_;
    if (rest > 0) {
      queue_.insert(queue_.end(), (frame_ - rest) * channels_, 0);
      stats.written += static_cast<std::int64_t>(frame_ - rest);
    }
  }

  void Flush() {
    stats.flushed += static_cast<std::int64_t>(waiting());
    queue_.clear();
  }

  [[nodiscard]] std::size_t waiting() const { return queue_.size() / channels_; }
  TrackStats stats;

 private:
  void Pop(std::size_t n) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(n * channels_));
  }

  std::size_t channels_;
  std::size_t frame_;
  std::size_t capacity_;
  std::size_t latency_;
  Overflow overflow_;
  std::deque<std::int16_t> queue_;
};

void ExpectSame(const TrackStats& track, const TrackStats& model) {
  ASSERT_EQ(track.written, model.written);
  ASSERT_EQ(track.read, model.read);
  ASSERT_EQ(track.silent, model.silent);
  ASSERT_EQ(track.dropped_oldest, model.dropped_oldest);
  ASSERT_EQ(track.dropped_newest, model.dropped_newest);
  ASSERT_EQ(track.dropped_late, model.dropped_late);
  ASSERT_EQ(track.flushed, model.flushed);
}

class Driver {
 public:
  Driver(const TrackOptions& options, unsigned seed)
      : options_(options),
        track_(MakeTrack(options)),
        model_(options, track_->frame_samples()),
        random_(seed) {}

  void Step() {
    switch (Draw(20)) {
      case 0:
        track_->Flush(), model_.Flush();
        break;
      case 1:
        Finish();
        break;
      case 2:  // the reader stalls
        for (std::size_t n = Draw(30); n > 0; --n) Write();
        break;
      case 3:  // the writer does
        for (std::size_t n = Draw(10); n > 0; --n) Read();
        break;
      default:
        Draw(2) == 0 ? Write() : Read();
    }
    ASSERT_NO_FATAL_FAILURE(ExpectSame(track_->Stats(), model_.stats));
    ASSERT_EQ(std::llround(track_->Stats().buffered_ms * options_.sample_rate_hz / 1000),
              static_cast<std::int64_t>(model_.waiting()));
  }

 private:
  std::size_t Draw(std::size_t n) { return random_() % n; }

  void Write() {
    const std::size_t longest = Draw(10) == 0 ? 20'000 : 2'000;
    Samples samples(Draw(longest) * static_cast<std::size_t>(options_.channels));
    for (auto& x : samples) x = ++next_;
    ASSERT_TRUE(track_->Write(View(samples, options_.sample_rate_hz, options_.channels)));
    model_.Write(samples);
  }

  void Read() {
    const Frame frame = ReadFrame(*track_);
    ASSERT_EQ(frame.info.pts, pts_);
    pts_ += static_cast<std::int64_t>(track_->frame_samples());
    ASSERT_EQ(frame.samples, model_.Read());
  }

  // There is always space for what fills the last frame.
  void Finish() {
    ASSERT_TRUE(track_->Finish());
    model_.Finish();
  }

  TrackOptions options_;
  std::unique_ptr<AudioTrack> track_;
  Model model_;
  std::mt19937 random_;
  std::int16_t next_ = 0;
  std::int64_t pts_ = 0;
};

#ifdef TIDEMARK_SANITIZED
constexpr int kSteps = 100;
#else
constexpr int kSteps = 400;
#endif

TEST(AudioTrackModel, DoesAsAPlainQueueDoes) {
  unsigned seed = 1;
  for (const Overflow overflow : {Overflow::kDropOldest, Overflow::kDropNewest}) {
    for (const int channels : {1, 2, 6}) {
      for (const double buffer_ms : {20.0, 55.0, 103.7, 1000.0}) {
        for (const double max_latency_ms : {0.0, 60.0}) {
          const TrackOptions options{.sample_rate_hz = 44'100,
                                     .channels = channels,
                                     .buffer_ms = buffer_ms,
                                     .overflow = overflow,
                                     .max_latency_ms = max_latency_ms,
                                     .fade_ms = 0};
          Driver driver(options, seed++);
          for (int i = 0; i < kSteps; ++i) {
            ASSERT_NO_FATAL_FAILURE(driver.Step())
                << "step " << i << ", seed " << seed - 1 << ", buffer " << buffer_ms;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace tidemark

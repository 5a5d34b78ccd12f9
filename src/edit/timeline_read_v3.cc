// Reads auto-editor's v3: tracks of clips. What can be rendered here is one source whose tracks are
// all cut alike, clip after clip; anything else is refused. Speeds stand in "effects" (since
// version 29) or in "speed" (before).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "edit/timeline_list.h"

namespace tidemark::edit {
namespace {

struct V3Clip {
  std::int64_t start = -1;
  std::int64_t dur = -1;
  std::int64_t offset = -1;
  double speed = 1;

  bool operator==(const V3Clip&) const = default;
};

// The source's range of a clip that begins `offset` ticks into the source played at its speed and
// lasts `dur` of them. Several ranges of the source have the same; the one that begins where the
// clip before it ends is taken, if it is one of them, since clips at a speed mostly lie between
// others; else the last.
Clip SourceRange(const V3Clip& clip, std::int64_t before, std::int64_t after) {
  if (clip.speed == 1) return {clip.offset, clip.offset + clip.dur, 1};
  const auto at = [&](std::int64_t ticks, std::int64_t neighbour) {
    const bool is_neighbour =
        neighbour >= 0 && tidemark::OutputTicks({0, neighbour, clip.speed}) == ticks;
    // A little more than the product, so that a rounding below a whole number does no harm.
    const double product = static_cast<double>(ticks) * clip.speed * (1 + 1e-12);
    if (is_neighbour) return neighbour;
    if (product > static_cast<double>(kMaxListTicks)) return kMaxListTicks + 1;  // refused later
    return static_cast<std::int64_t>(std::floor(product));
  };
  return {at(clip.offset, before), at(clip.offset + clip.dur, after), clip.speed};
}

class V3Visitor final : public ListVisitor {
 public:
  explicit V3Visitor(const ListOutline& outline) { clips_.reserve(outline.n_items); }

  bool OnScalar(std::string_view path, const JsonScalar& value) override {
    if (path == "/timebase") return TakeRate(value, "timebase", rate_);
    if (path == "/samplerate") {
      return TakeInteger(value, "\"samplerate\"", kMinSampleRateHz, kMaxSampleRateHz, sample_rate_);
    }
    if (path == "/resolution/#") {
      return n_sizes_ < 2 ? TakeInteger(value, "\"resolution\"", 0, 65'536, size_[n_sizes_++])
                          : Refuse("\"resolution\" has more than two numbers");
    }
    if (IsClip(path.substr(0, 6))) return Member(path.substr(6), value);
    if (path == "/v" || path == "/a" || path == "/v/#" || path == "/a/#") {
      return Refuse("a list of tracks is no array of arrays");
    }
    return true;
  }

  bool OnBegin(std::string_view path, bool is_array) override {
    if (path == "/v" || path == "/a") return Expect("a list of tracks", is_array, true);
    if (path == "/v/#" || path == "/a/#") {
      is_video_ = path[1] == 'v';
      n_in_track_ = 0;
      return Expect("a track", is_array, true);
    }
    if (IsClip(path)) {
      clip_ = {};
      source_.clear();
      stream_ = 0;
      return Expect(ClipName(), is_array, false);
    }
    if (path.starts_with("/transitions/") && path.ends_with("/#/#")) return RefuseTransitions();
    if (IsClip(path.substr(0, 6)) && path.size() > 6 && path.substr(6) != "/effects") {
      return Refuse(fmt::format("{}: a member is an array or object", ClipName()));
    }
    return true;
  }

  bool OnEnd(std::string_view path, bool) override {
    if (IsClip(path)) return EndClip();
    if (path == "/v/#" || path == "/a/#") return EndTrack();
    return true;
  }

  Result<TimelineList> Finish() override {
    const auto lacks = [](const char* what) {
      return Fail(ErrorCode::kBadData, fmt::format("it has no {}", what));
    };
    if (!rate_) return lacks("\"timebase\"");
    if (clips_.empty()) return lacks("clips");
    TimelineList list;
    Timeline& timeline = list.timeline;
    timeline.media.path = all_source_;
    timeline.timebase = *rate_;
    StreamFormat audio;
    audio.sample_rate_hz = static_cast<int>(sample_rate_);
    timeline.media.audio.assign(n_sounds_, audio);
    if (has_video_) {
      timeline.media.video =
          VideoInfo{static_cast<int>(size_[0]), static_cast<int>(size_[1]), *rate_, false};
    }
    timeline.clips.reserve(clips_.size());
    std::int64_t before = -1;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      const bool has_next = i + 1 < clips_.size() && clips_[i + 1].speed == 1;
      timeline.clips.push_back(
          SourceRange(clips_[i], before, has_next ? clips_[i + 1].offset : -1));
      before = timeline.clips.back().end;
      timeline.n_ticks = std::max(timeline.n_ticks, before);
    }
    return list;
  }

 private:
  static bool IsClip(std::string_view path) { return path == "/v/#/#" || path == "/a/#/#"; }

  [[nodiscard]] std::string ClipName() const {
    return fmt::format("clip {} of {} track {}", n_in_track_ + 1, is_video_ ? "video" : "audio",
                       (is_video_ ? 0 : n_sounds_) + 1);
  }
  bool Unsupported(const std::string& what) { return Refuse(what, ErrorCode::kUnsupported); }
  bool RefuseTransitions() { return Unsupported("it has transitions; only cuts can be rendered"); }

  bool Member(std::string_view key, const JsonScalar& value) {
    const auto ticks = [&](std::int64_t min, std::int64_t& out) {
      return TakeInteger(value, fmt::format("{}: \"{}\"", ClipName(), key.substr(1)), min,
                         kMaxListTicks / 4, out);
    };
    if (key == "/start") return ticks(0, clip_.start);
    if (key == "/dur") return ticks(1, clip_.dur);
    if (key == "/offset") return ticks(0, clip_.offset);
    if (key == "/stream") return ticks(0, stream_);
    if (key == "/src") {
      if (value.kind != JsonScalar::Kind::kNull) return TakeText(value, "src", source_);
      return Unsupported(ClipName() + " has no source: it shows the background");
    }
    if (key == "/name") {
      return value.text == (is_video_ ? "video" : "audio") ||
             Unsupported(ClipName() + " is neither video nor audio");
    }
    if (key == "/speed") return Times(value.Number().value_or(-1));
    if (key == "/volume") {
      return value.Number() == 1.0 || Unsupported(ClipName() + " changes the volume");
    }
    if (key == "/effects" || key == "/effects/#") return Effect(value);
    return true;
  }

  bool Effect(const JsonScalar& value) {
    if (value.kind != JsonScalar::Kind::kString)
      return Refuse(ClipName() + ": an effect is no text");
    const auto speed = ParseAction(value.text);
    if (speed) return Times(*speed);
    return Refuse(fmt::format("{}: {}", ClipName(), speed.error().message), speed.error().code);
  }

  bool Times(double speed) {
    clip_.speed *= speed;
    return (clip_.speed >= kMinListSpeed && clip_.speed < kMaxListSpeed) ||
           Refuse(fmt::format("{}: its speed is not from {} to {}", ClipName(), kMinListSpeed,
                              kMaxListSpeed));
  }

  bool EndClip() {
    if (clip_.start < 0 || clip_.dur < 1 || clip_.offset < 0 || source_.empty()) {
      return Refuse(ClipName() + " lacks one of \"src\", \"start\", \"dur\", \"offset\"");
    }
    if (all_source_.empty()) all_source_ = source_;
    if (source_ != all_source_) {
      return Unsupported(ClipName() + " is of another source; only one can be rendered");
    }
    if (stream_ != static_cast<std::int64_t>(is_video_ ? 0 : n_sounds_)) {
      return Unsupported(
          fmt::format("{} plays stream {}; track n must play stream n - 1", ClipName(), stream_));
    }
    const bool is_first = n_tracks_ == 0;
    if (is_first) {
      const V3Clip* const last = clips_.empty() ? nullptr : &clips_.back();
      if (clip_.start != (last == nullptr ? 0 : last->start + last->dur)) {
        return Unsupported(ClipName() + " does not begin where the one before it ends");
      }
      if (clips_.size() == kMaxListClips) {
        return Refuse(fmt::format("it has more than {} clips", kMaxListClips));
      }
      clips_.push_back(clip_);
    } else if (n_in_track_ >= clips_.size() || clip_ != clips_[n_in_track_]) {
      return RefuseTracks();
    }
    ++n_in_track_;
    return true;
  }

  bool EndTrack() {
    if (n_in_track_ == 0) return true;  // an empty track plays nothing
    if (n_in_track_ != clips_.size()) return RefuseTracks();
    if (is_video_ && has_video_) return Unsupported("it has several tracks of video");
    ++n_tracks_;
    if (is_video_) {
      has_video_ = true;
    } else {
      ++n_sounds_;
    }
    return true;
  }

  bool RefuseTracks() {
    return Unsupported("its tracks are not cut alike; only one cut for all can be rendered");
  }

  std::optional<Timebase> rate_;
  std::int64_t sample_rate_ = 0;
  std::int64_t size_[2] = {0, 0};
  std::size_t n_sizes_ = 0;
  std::string all_source_;
  std::vector<V3Clip> clips_;  // of the first track that has any
  std::size_t n_tracks_ = 0;   // that have clips
  std::size_t n_sounds_ = 0;
  bool has_video_ = false;
  // Of the track and the clip that are read.
  bool is_video_ = false;
  std::size_t n_in_track_ = 0;
  V3Clip clip_;
  std::string source_;
  std::int64_t stream_ = 0;
};

}  // namespace

std::unique_ptr<ListVisitor> MakeV3Visitor(const ListOutline& outline) {
  return std::make_unique<V3Visitor>(outline);
}

}  // namespace tidemark::edit

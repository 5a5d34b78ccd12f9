// Reads cut.json (docs/cut-formats.md). Unknown members are passed over: version 1 may get more.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "edit/timeline_list.h"

namespace tidemark::edit {
namespace {

// A clip as it stands there; nullopt: not given.
struct RawClip {
  std::optional<std::int64_t> begin;
  std::optional<std::int64_t> end;
  std::optional<double> begin_s;
  std::optional<double> end_s;
  double speed = 1;
};

class CutJsonVisitor final : public ListVisitor {
 public:
  explicit CutJsonVisitor(const ListOutline& outline) : timebase_(outline.timebase) {
    clips_.reserve(outline.n_items);
  }

  bool OnScalar(std::string_view path, const JsonScalar& value) override {
    if (path.starts_with("/clips/#/")) return ClipMember(path.substr(9), value);
    if (path.starts_with("/source/")) return SourceMember(path.substr(7), value);
    // Known from the first look; here for what is wrong with them.
    if (path == "/timebase/num") return RatePart(value, timebase_.num);
    if (path == "/timebase/den") return RatePart(value, timebase_.den);
    if (path == "/n_ticks") return TakeInteger(value, "\"n_ticks\"", 1, kMaxListTicks, n_ticks_);
    if (path == "/clips") return Refuse("\"clips\" is no array");
    if (path == "/clips/#") return Refuse(ClipName() + " is no object");
    if (path == "/source" || path == "/timebase") {
      return Refuse(fmt::format("\"{}\" is no object", path.substr(1)));
    }
    return true;
  }

  bool OnBegin(std::string_view path, bool is_array) override {
    if (path == "/clips") {
      if (has_clips_) return Refuse("it has two lists of clips");
      has_clips_ = true;
      return Expect("\"clips\"", is_array, true);
    }
    if (path == "/clips/#") {
      clip_ = {};
      if (clips_.size() == kMaxListClips) {
        return Refuse(fmt::format("it has more than {} clips", kMaxListClips));
      }
      return Expect(ClipName(), is_array, false);
    }
    if (path == "/source/audio/#") audio_.emplace_back();
    if (path == "/source/audio/#" && audio_.size() > kMaxStreams) {
      return Refuse(fmt::format("it has more than {} streams", kMaxStreams));
    }
    if (path == "/source/video") video_.emplace();
    if (path.starts_with("/clips/#/")) {
      return Refuse(fmt::format("{}: a member is an array or object", ClipName()));
    }
    return true;
  }

  bool OnEnd(std::string_view path, bool) override {
    if (path == "/clips/#") AddClip();
    return true;
  }

  Result<TimelineList> Finish() override {
    const auto lacks = [](const char* what) {
      return Fail(ErrorCode::kBadData, fmt::format("it has no {}", what));
    };
    if (path_.empty()) return lacks("\"path\" in \"source\"");
    if (timebase_.num == 0 || timebase_.den == 0) return lacks("\"timebase\" with num and den");
    if (!has_clips_) return lacks("\"clips\"");
    if (error_) return tl::unexpected<Error>(*error_);
    TimelineList list;
    Timeline& timeline = list.timeline;
    timeline.media.path = path_;
    timeline.media.duration_s = duration_s_;
    timeline.media.start_timecode = start_timecode_;
    timeline.media.audio = audio_;
    timeline.media.video = video_;
    timeline.timebase = timebase_;
    timeline.clips = std::move(clips_);
    std::int64_t last = 0;
    for (const Clip& clip : timeline.clips) last = std::max(last, clip.end);
    timeline.n_ticks = n_ticks_ > 0 ? n_ticks_ : last;
    return list;
  }

 private:
  static constexpr std::size_t kMaxStreams = 256;

  // The first clip that is wrong is told of once all else is known to be there.
  void AddClip() {
    const std::size_t index = clips_.size();
    clips_.push_back({.begin = 0, .end = 0, .speed = clip_.speed});
    if (timebase_.num == 0 || timebase_.den == 0 || error_) return;
    const auto begin = Ticks(index, "begin", clip_.begin, clip_.begin_s);
    const auto end = begin ? Ticks(index, "end", clip_.end, clip_.end_s) : begin;
    if (!end) {
      error_ = end.error();
      return;
    }
    clips_.back().begin = *begin;
    clips_.back().end = *end;
  }

  [[nodiscard]] std::string ClipName() const { return fmt::format("clip {}", clips_.size() + 1); }

  bool RatePart(const JsonScalar& value, std::int64_t& out) {
    return TakeInteger(value, "a part of a rate", 1, kMaxRatePart, out);
  }

  bool ClipMember(std::string_view key, const JsonScalar& value) {
    const auto ticks = [&](std::optional<std::int64_t>& out) {
      return TakeInteger(value, fmt::format("{}: \"{}\"", ClipName(), key), 0, kMaxListTicks,
                         out.emplace());
    };
    const auto seconds = [&](std::optional<double>& out) {
      out = value.Number();
      return (out && *out >= 0) ||
             Refuse(fmt::format("{}: \"{}\" is no time in seconds", ClipName(), key));
    };
    if (key == "begin") return ticks(clip_.begin);
    if (key == "end") return ticks(clip_.end);
    if (key == "begin_s") return seconds(clip_.begin_s);
    if (key == "end_s") return seconds(clip_.end_s);
    if (key != "speed") return true;
    const auto speed = value.Number();
    clip_.speed = speed.value_or(0);
    return speed.has_value() || Refuse(ClipName() + ": \"speed\" is no number");
  }

  bool SourceMember(std::string_view path, const JsonScalar& value) {
    std::int64_t number = 0;
    const auto integer = [&](std::int64_t min, std::int64_t max) {
      return TakeInteger(value, fmt::format("\"source{}\"", path), min, max, number);
    };
    if (path == "/path") return TakeText(value, "path", path_);
    if (path == "/start_timecode" && value.text.size() <= 32) start_timecode_ = value.text;
    if (path == "/duration_s") duration_s_ = value.Number().value_or(0);
    if (path == "/audio/#") return Refuse("\"audio\" has an element that is no object");
    if (path.starts_with("/audio/#/")) {
      StreamFormat& stream = audio_.back();
      if (path.ends_with("/sample_rate_hz")) {
        if (!integer(kMinSampleRateHz, kMaxSampleRateHz)) return false;
        stream.sample_rate_hz = static_cast<int>(number);
      } else if (path.ends_with("/channels")) {
        if (!integer(1, kMaxChannels)) return false;
        stream.channels = static_cast<int>(number);
      } else if (path.ends_with("/channel_mask")) {
        if (!integer(0, 0xFFFFFFFF)) return false;
        stream.channel_mask = static_cast<std::uint32_t>(number);
      }
      return true;
    }
    if (path.starts_with("/video/") && video_) return VideoMember(path.substr(6), value);
    return true;
  }

  bool VideoMember(std::string_view path, const JsonScalar& value) {
    constexpr std::int64_t kMaxPixels = 65'536;
    std::int64_t number = 0;
    if (path == "/width" || path == "/height") {
      if (!TakeInteger(value, fmt::format("\"video{}\"", path), 0, kMaxPixels, number)) {
        return false;
      }
      (path == "/width" ? video_->width : video_->height) = static_cast<int>(number);
    }
    if (path == "/frame_rate/num") return RatePart(value, video_->frame_rate.num);
    if (path == "/frame_rate/den") return RatePart(value, video_->frame_rate.den);
    if (path == "/variable_rate") video_->variable_rate = value.boolean;
    return true;
  }

  // Ticks are exact and count; seconds stand in where ticks are not given, and must not say
  // something else where they are: someone edited one and forgot the other.
  [[nodiscard]] Result<std::int64_t> Ticks(std::size_t index, const char* key,
                                           std::optional<std::int64_t> ticks,
                                           std::optional<double> seconds) const {
    const auto bad = [&](const std::string& what) {
      return Fail(ErrorCode::kBadData, fmt::format("clip {}: {}", index + 1, what));
    };
    if (!ticks && !seconds) return bad(fmt::format("it has neither \"{0}\" nor \"{0}_s\"", key));
    if (!seconds) return *ticks;
    const double exact =
        *seconds * static_cast<double>(timebase_.num) / static_cast<double>(timebase_.den);
    if (exact > static_cast<double>(kMaxListTicks)) {
      return bad(fmt::format("\"{}_s\" is past 2^53 ticks", key));
    }
    const auto rounded = static_cast<std::int64_t>(std::llround(exact));
    if (ticks && std::abs(*ticks - rounded) > 1) {
      return bad(
          fmt::format("\"{0}\" is {1}, which is {2:.6f} s, but \"{0}_s\" says {3:.6f}; "
                      "remove the one that is wrong",
                      key, *ticks, timebase_.Seconds(*ticks), *seconds));
    }
    return ticks.value_or(rounded);
  }

  std::string path_;
  std::string start_timecode_;
  double duration_s_ = 0;
  std::vector<StreamFormat> audio_;
  std::optional<VideoInfo> video_;
  Timebase timebase_;
  std::int64_t n_ticks_ = 0;
  bool has_clips_ = false;
  RawClip clip_;
  std::vector<Clip> clips_;
  std::optional<Error> error_;
};

}  // namespace

std::unique_ptr<ListVisitor> MakeCutJsonVisitor(const ListOutline& outline) {
  return std::make_unique<CutJsonVisitor>(outline);
}

}  // namespace tidemark::edit

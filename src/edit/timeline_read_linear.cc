// Reads auto-editor's v1 and v2, which go through one source: [begin, end, speed or effect].
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "edit/timeline_list.h"

namespace tidemark::edit {
namespace {

// The triples of both, and their common members.
class TripleVisitor : public ListVisitor {
 public:
  // `list_key`: "chunks" or "clips".
  TripleVisitor(const char* list_key, const char* rate_key)
      : list_key_(list_key),
        list_path_(fmt::format("/{}", list_key)),
        item_path_(list_path_ + "/#"),
        part_path_(item_path_ + "/#"),
        rate_key_(rate_key),
        rate_path_(fmt::format("/{}", rate_key)) {}

  bool OnScalar(std::string_view path, const JsonScalar& value) override {
    if (path == part_path_) return Part(value);
    if (path == "/source") return TakeText(value, "source", source_);
    if (path == rate_path_) return TakeRate(value, rate_key_, rate_);
    if (path == list_path_) return Refuse(fmt::format("\"{}\" is no array", list_key_));
    if (path == item_path_) return Refuse(ItemName() + " is no array");
    return true;
  }

  bool OnBegin(std::string_view path, bool is_array) override {
    if (path == list_path_) {
      if (has_list_) return Refuse(fmt::format("it has two lists of {}", list_key_));
      has_list_ = true;
      return Expect(fmt::format("\"{}\"", list_key_), is_array, true);
    }
    if (path == item_path_) {
      n_parts_ = 0;
      if (++n_items_ > kMaxListClips) {
        return Refuse(fmt::format("it has more than {} {}", kMaxListClips, list_key_));
      }
      return Expect(ItemName(), is_array, true);
    }
    if (path == part_path_) return Refuse(ItemName() + " has a part that is no number");
    return true;
  }

  bool OnEnd(std::string_view path, bool) override {
    if (path != item_path_) return true;
    if (n_parts_ != 3) return Refuse(ItemName() + " has not three numbers");
    if (end_ < begin_) return Refuse(ItemName() + " ends before it begins");
    return OnTriple(begin_, end_, third_);
  }

 protected:
  virtual bool OnTriple(std::int64_t begin, std::int64_t end, double third) = 0;

  [[nodiscard]] std::string ItemName() const { return fmt::format("{} {}", list_key_, n_items_); }

  // The list but its clips.
  Result<TimelineList> Begin() {
    if (source_.empty()) return Fail(ErrorCode::kBadData, "it has no \"source\"");
    if (!has_list_) {
      return Fail(ErrorCode::kBadData, fmt::format("it has no \"{}\"", list_key_));
    }
    TimelineList list;
    list.timeline.media.path = source_;
    list.timeline.timebase = rate_.value_or(Timebase{30, 1});
    return list;
  }

  [[nodiscard]] bool has_rate() const { return rate_.has_value(); }

 private:
  bool Part(const JsonScalar& value) {
    const std::string name = ItemName();
    if (n_parts_ >= 3) return Refuse(name + " has more than three numbers");
    if (n_parts_++ == 0) return TakeInteger(value, name, 0, kMaxListTicks, begin_);
    if (n_parts_ == 2) return TakeInteger(value, name, 0, kMaxListTicks, end_);
    const auto number = value.Number();
    third_ = number.value_or(-1);
    return (number && third_ >= 0) || Refuse(name + " has a third number that is none, or below 0");
  }

  const char* list_key_;
  std::string list_path_;
  std::string item_path_;
  std::string part_path_;
  const char* rate_key_;
  std::string rate_path_;
  std::string source_;
  std::optional<Timebase> rate_;
  bool has_list_ = false;
  std::size_t n_items_ = 0;
  int n_parts_ = 0;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  double third_ = 0;
};

class V1Visitor final : public TripleVisitor {
 public:
  explicit V1Visitor(const ListOutline& outline) : TripleVisitor("chunks", "timebase") {
    clips_.reserve(outline.n_items);
  }

  Result<TimelineList> Finish() override {
    TimelineList list;
    TM_TRY_ASSIGN(list, Begin());
    list.timebase_is_implied = !has_rate();
    list.timeline.n_ticks = at_;
    list.timeline.clips = std::move(clips_);
    return list;
  }

 private:
  bool OnTriple(std::int64_t begin, std::int64_t end, double speed) override {
    if (begin != at_) {
      return Refuse(fmt::format("{} begins at {}, where {} was due", ItemName(), begin, at_));
    }
    at_ = end;
    const bool is_cut = speed == 0 || speed >= kMaxListSpeed;
    if (!is_cut && end > begin) clips_.push_back({begin, end, speed});
    return true;
  }

  std::int64_t at_ = 0;
  std::vector<Clip> clips_;
};

class V2Visitor final : public TripleVisitor {
 public:
  explicit V2Visitor(const ListOutline& outline) : TripleVisitor("clips", "tb") {
    clips_.reserve(outline.n_items);
    effects_.reserve(outline.n_effects);
  }

  bool OnScalar(std::string_view path, const JsonScalar& value) override {
    if (path != "/effects/#/#" && path != "/effects/#") return TripleVisitor::OnScalar(path, value);
    if (path == "/effects/#") return Refuse("\"effects\" is no list of lists");
    if (value.kind != JsonScalar::Kind::kString) return Refuse("an effect is no text");
    const auto speed = ParseAction(value.text);
    if (!speed) return Refuse(speed.error().message, speed.error().code);
    effects_.back() *= *speed;
    return true;
  }

  bool OnBegin(std::string_view path, bool is_array) override {
    if (path != "/effects/#") return TripleVisitor::OnBegin(path, is_array);
    if (effects_.size() == kMaxListClips) return Refuse("it has too many effects");
    effects_.push_back(1);
    return Expect("an element of \"effects\"", is_array, true);
  }

  Result<TimelineList> Finish() override {
    TimelineList list;
    TM_TRY_ASSIGN(list, Begin());
    if (!has_rate()) return Fail(ErrorCode::kBadData, "it has no \"tb\"");
    list.timeline.n_ticks = last_;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      const auto effect = static_cast<std::size_t>(clips_[i].speed);
      if (effect >= effects_.size()) {
        return Fail(ErrorCode::kBadData,
                    fmt::format("clips {}: there is no effect {}", i + 1, effect));
      }
      clips_[i].speed = effects_[effect];
    }
    std::erase_if(clips_, [](const Clip& c) { return !(c.speed > 0) || c.end <= c.begin; });
    list.timeline.clips = std::move(clips_);
    return list;
  }

 private:
  // The speed of a clip is the number of its effect until all are known.
  bool OnTriple(std::int64_t begin, std::int64_t end, double effect) override {
    if (effect != std::floor(effect) || effect >= static_cast<double>(kMaxListClips)) {
      return Refuse(ItemName() + " has an effect that is no whole number");
    }
    clips_.push_back({begin, end, effect});
    last_ = std::max(last_, end);
    return true;
  }

  std::int64_t last_ = 0;
  std::vector<double> effects_;
  std::vector<Clip> clips_;
};

}  // namespace

std::unique_ptr<ListVisitor> MakeV1Visitor(const ListOutline& outline) {
  return std::make_unique<V1Visitor>(outline);
}
std::unique_ptr<ListVisitor> MakeV2Visitor(const ListOutline& outline) {
  return std::make_unique<V2Visitor>(outline);
}

}  // namespace tidemark::edit

#include "edit/edit_term.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/units.h"

namespace tidemark::edit {
namespace {

struct TermName {
  std::string_view name;
  TermKind kind;
  std::string_view options;  // for messages
};

constexpr std::array<TermName, 4> kNames = {{
    {"audio", TermKind::kAudio, "threshold, stream, channel, snap"},
    {"speech", TermKind::kSpeech, "stream, snap"},
    {"beats", TermKind::kBeats, "every, keep, drop, stream"},
    {"bars", TermKind::kBars, "every, keep, drop, stream"},
}};

bool OnGrid(TermKind kind) { return kind == TermKind::kBeats || kind == TermKind::kBars; }

// Takes `suffix` off the end of `text`; false where it does not stand there.
bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// A whole number of low to high; nullopt for anything else.
std::optional<int> WholeNumber(std::string_view text, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < low || value > high) return std::nullopt;
  return value;
}

// "1-2+4" as bits; nullopt where it is none.
std::optional<std::uint64_t> PositionBits(std::string_view list) {
  std::uint64_t bits = 0;
  for (;;) {
    const std::string_view part = list.substr(0, list.find('+'));
    const std::size_t dash = part.find('-');
    const auto first = WholeNumber(part.substr(0, dash), 1, EditTerm::kMaxGroup);
    const auto last = dash == std::string_view::npos
                          ? first
                          : WholeNumber(part.substr(dash + 1), 1, EditTerm::kMaxGroup);
    if (!first || !last || *first > *last) return std::nullopt;
    for (int p = *first; p <= *last; ++p) bits |= std::uint64_t{1} << (p - 1);
    if (part.size() == list.size()) return bits;
    list.remove_prefix(part.size() + 1);
  }
}

// The options of one term, read one after the other.
class TermReader {
 public:
  explicit TermReader(TermKind kind, std::string_view names) : names_(names) { term_.kind = kind; }

  // What is wrong with the option; empty: nothing.
  std::string Read(std::string_view option) {
    const std::size_t equals = option.find('=');
    if (equals == std::string_view::npos) {
      if (term_.kind == TermKind::kAudio) return ReadNamed("threshold", option);
      return fmt::format("'{}' is no option; write NAME=VALUE with one of {}", option, names_);
    }
    return ReadNamed(option.substr(0, equals), option.substr(equals + 1));
  }

  // What is wrong with all of it; empty: nothing. Fills in what was left out.
  std::string Finish() {
    if (!OnGrid(term_.kind)) return {};
    const bool has_list = keep_.has_value();
    if (term_.kind == TermKind::kBars && has_list && term_.every == 0) {
      return "bars wants every=N beside keep= and drop=: how many bars make a group";
    }
    if (term_.every != 0 && !has_list) keep_ = 1;
    if (!keep_) return {};
    const int group = term_.every == 0 ? EditTerm::kMaxGroup : term_.every;
    const std::uint64_t all = EditTerm::kEveryPosition >> (EditTerm::kMaxGroup - group);
    if ((*keep_ & ~all) != 0) {
      return fmt::format("a group has only every={} positions", term_.every);
    }
    term_.kept_positions = drops_ ? all & ~*keep_ : *keep_;
    return {};
  }

  [[nodiscard]] const EditTerm& term() const { return term_; }

 private:
  std::string ReadNamed(std::string_view name, std::string_view value) {
    if (name == "drop" || name == "keep") {
      if (keep_) return "give keep= or drop= once";
    } else if (std::ranges::find(seen_, name) != seen_.end()) {
      return fmt::format("{}= stands there twice", name);
    }
    if (n_seen_ < seen_.size()) seen_[n_seen_++] = name;
    if (name == "stream") return ReadIndex(name, value, term_.stream);
    const bool heard = !OnGrid(term_.kind);
    if (heard && name == "snap") return ReadSnap(value);
    if (term_.kind == TermKind::kAudio && name == "threshold") return ReadThreshold(value);
    if (term_.kind == TermKind::kAudio && name == "channel") {
      return ReadIndex(name, value, term_.channel);
    }
    if (!heard && name == "every") return ReadEvery(value);
    if (!heard && (name == "keep" || name == "drop")) {
      drops_ = name == "drop";
      keep_ = PositionBits(value);
      if (keep_) return {};
      return fmt::format("'{}' are no positions; write 1, 1-2 or 1+3, each of 1 to {}", value,
                         EditTerm::kMaxGroup);
    }
    return fmt::format("there is no option '{}' here; there are {}", name, names_);
  }

  static std::string ReadIndex(std::string_view name, std::string_view value,
                               std::optional<int>& index) {
    if (value == "all") {
      index.reset();
      return {};
    }
    index = WholeNumber(value, 0, EditTerm::kMaxIndex);
    if (index) return {};
    return fmt::format("'{}' is no {}; write all or its number, the first is 0", value, name);
  }

  std::string ReadSnap(std::string_view value) {
    if (value != "beat" && value != "bar") {
      return fmt::format("snap={} is neither snap=beat nor snap=bar", value);
    }
    term_.snap = value == "beat" ? SnapTo::kBeat : SnapTo::kBar;
    return {};
  }

  std::string ReadEvery(std::string_view value) {
    const auto every = WholeNumber(value, 1, EditTerm::kMaxGroup);
    if (!every) return fmt::format("every={} is not 1 to {}", value, EditTerm::kMaxGroup);
    term_.every = *every;
    return {};
  }

  std::string ReadThreshold(std::string_view value) {
    if (value == "auto") {
      term_.threshold.reset();
      return {};
    }
    std::string_view number = value;
    const bool percent = TakeSuffix(number, "%");
    const bool decibels = !percent && (TakeSuffix(number, "dBFS") || TakeSuffix(number, "dB"));
    const Result<double> parsed = ParseNumber(number);
    if (parsed) {
      term_.threshold = percent ? *parsed / 100 : decibels ? std::pow(10.0, *parsed / 20) : *parsed;
      if (*term_.threshold > 0 && *term_.threshold <= 1) return {};
    }
    return fmt::format(
        "'{}' is no threshold; write auto, 4%, -28dB or 0.04 (over 0, at most full scale)", value);
  }

  std::string_view names_;
  EditTerm term_;
  std::optional<std::uint64_t> keep_;  // the positions of keep= or drop=
  bool drops_ = false;
  std::array<std::string_view, 8> seen_{};
  std::size_t n_seen_ = 0;
};

}  // namespace

EditTerm EditTerm::Detector() const {
  EditTerm detector = *this;
  detector.snap = SnapTo::kNone;
  if (OnGrid(kind)) {
    detector.kind = TermKind::kBeats;
    detector.every = 0;
    detector.kept_positions = kEveryPosition;
  }
  return detector;
}

tl::expected<EditTerm, TermError> ParseEditTerm(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const auto* const known = std::ranges::find(kNames, name, &TermName::name);
  if (known == kNames.end()) {
    return tl::unexpected(TermError{
        0,
        fmt::format("there is no '{}'; there are audio, speech, beats, bars, none and all", name)});
  }
  TermReader reader(known->kind, known->options);
  std::size_t at = colon;
  while (at < text.size()) {
    ++at;
    const std::string_view option = text.substr(at, text.find(',', at) - at);
    std::string wrong = reader.Read(option);
    if (!wrong.empty()) return tl::unexpected(TermError{at, std::move(wrong)});
    at += option.size();
  }
  std::string wrong = reader.Finish();
  if (!wrong.empty()) return tl::unexpected(TermError{0, std::move(wrong)});
  return reader.term();
}

}  // namespace tidemark::edit

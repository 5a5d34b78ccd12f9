// What the readers of lists share. Private to src/edit. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edit/json_walker.h"
#include "edit/timeline_reader.h"

namespace tidemark::edit {

inline constexpr std::int64_t kMaxListTicks = std::int64_t{1} << 53;
inline constexpr std::int64_t kMaxRatePart = (std::int64_t{1} << 31) - 1;
inline constexpr double kMinListSpeed = 0.01;
inline constexpr double kMaxListSpeed = 99999;  // this and above: cut

// What the first look at a list finds, so that the second makes lists in their size.
struct ListOutline {
  std::size_t n_items = 0;  // clips, or chunks; of v3 those of the longest track
  std::size_t n_effects = 0;
  Timebase timebase{0, 0};  // of cut.json; 0: not there, or not sound
};

// Reads one format; after WalkJson(), Finish() gives the list.
class ListVisitor : public JsonVisitor {
 public:
  // What the list lacks, or what is wrong with it as a whole, without the name of the file.
  virtual Result<TimelineList> Finish() = 0;

  bool OnBegin(std::string_view, bool) override { return true; }
  bool OnEnd(std::string_view, bool) override { return true; }

 protected:
  // The named string, or a refusal.
  bool TakeText(const JsonScalar& value, const char* key, std::string& out);
  // "30/1", or a refusal.
  bool TakeRate(const JsonScalar& value, const char* key, std::optional<Timebase>& out);
  // A whole number in [min, max], or a refusal: "`what` is no whole number from 0 to 9".
  bool TakeInteger(const JsonScalar& value, const std::string& what, std::int64_t min,
                   std::int64_t max, std::int64_t& out);
  // `path` must be what `is_array` says, as wanted.
  bool Expect(std::string_view what, bool is_array, bool wants_array);
};

std::unique_ptr<ListVisitor> MakeCutJsonVisitor(const ListOutline& outline);
std::unique_ptr<ListVisitor> MakeV1Visitor(const ListOutline& outline);
std::unique_ptr<ListVisitor> MakeV2Visitor(const ListOutline& outline);
std::unique_ptr<ListVisitor> MakeV3Visitor(const ListOutline& outline);

// "30/1"; nullopt for anything else, and for parts outside [1, kMaxRatePart].
std::optional<Timebase> ParseRate(std::string_view text);

// Speeds multiplied from auto-editor's action ("nil", "speed:2.0"); 0 for "cut". kUnsupported for
// actions that change something else.
Result<double> ParseAction(std::string_view text);

// A list whose clips are checked: inside the source, in a row no longer than kMaxListTicks, at
// least one. The message is without the name of the file.
Result<TimelineList> CheckedList(TimelineList list);

}  // namespace tidemark::edit

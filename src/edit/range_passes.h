// How lists of ranges are walked over and written: RangeSweep, RangeReader, RangeRewriter. Private
// to src/edit. Values; one thread.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <utility>

#include "edit/range_list.h"

namespace tidemark::edit {

// Makes a new list, which may grow beyond kMaxRanges.
class RangeSweep {
 public:
  // Joins what overlaps or touches the last range; an empty one adds nothing.
  // REQUIRES: begin >= the begin of the last.
  void Add(Range range) {
    if (range.begin >= range.end) return;
    RangeList::Ranges& ranges = list_.ranges_;
    if (!ranges.empty() && range.begin <= ranges.back().end) {
      ranges.back().end = std::max(ranges.back().end, range.end);
    } else {
      ranges.push_back(range);
    }
  }
  RangeList Take() { return std::move(list_); }

 private:
  RangeList list_;
};

// Reads a list for the last time: what it has passed is given back.
class RangeReader {
 public:
  explicit RangeReader(RangeList list) : list_(std::move(list)) {}

  // The present range; nullptr at the end.
  [[nodiscard]] const Range* range() const {
    return at_ < list_.size() ? &list_.ranges_[at_] : nullptr;
  }
  // REQUIRES: range().
  void Next() { list_.ranges_.ReleaseBefore(++at_); }

 private:
  RangeList list_;
  std::size_t at_ = 0;
};

// Reads a list and writes it anew behind the place where it reads.
class RangeRewriter {
 public:
  explicit RangeRewriter(RangeList list) : list_(std::move(list)), n_old_(list_.size()) {}

  // The next range of the old list; nullopt at its end.
  std::optional<Range> Next() {
    return n_read_ < n_old_ ? std::optional(list_.ranges_[n_read_++]) : std::nullopt;
  }
  // As RangeSweep::Add(). REQUIRES: no more ranges come together than were read, until all were.
  void Add(Range range) {
    if (range.begin >= range.end) return;
    RangeList::Ranges& ranges = list_.ranges_;
    if (n_written_ > 0 && range.begin <= ranges[n_written_ - 1].end) {
      Range& last = ranges[n_written_ - 1];
      last.end = std::max(last.end, range.end);
      return;
    }
    assert(n_written_ < n_read_ || n_read_ == n_old_);
    if (n_written_ < list_.size()) {
      ranges[n_written_] = range;
    } else {
      ranges.push_back(range);
    }
    ++n_written_;
  }
  RangeList Take() {
    list_.ranges_.Truncate(n_written_);
    return std::move(list_);
  }

 private:
  RangeList list_;
  std::size_t n_old_;
  std::size_t n_read_ = 0;
  std::size_t n_written_ = 0;
};

}  // namespace tidemark::edit

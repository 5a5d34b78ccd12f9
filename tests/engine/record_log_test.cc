#include "engine/record_log.h"

#include <gtest/gtest.h>

#include <array>

#include "analysis/activity.h"

namespace tidemark::engine {
namespace {

using analysis::Interval;
using IntervalLog = RecordLog<Interval>;

constexpr std::uint64_t kCap = 64 << 20;

TEST(RecordLog, GivesBackAShortListInOrder) {
  auto arena = memory::Arena::Create(IntervalLog::PlanBytes()).value();
  IntervalLog log(arena, "", kCap);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log.Append({i * 1.0, i + 0.5}));
  std::array<Interval, 8> out;
  EXPECT_EQ(log.Read(0, out).value(), 3U);
  EXPECT_EQ(out[2].end_s, 2.5);
  EXPECT_EQ(log.Read(3, out).value(), 0U);
}

TEST(RecordLog, HoldsAHundredThousandRecordsInTheMemoryOfAFew) {
  auto arena = memory::Arena::Create(IntervalLog::PlanBytes()).value();
  IntervalLog log(arena, "", kCap);
  constexpr int kMany = 100'000;
  for (int i = 0; i < kMany; ++i) ASSERT_TRUE(log.Append({i * 1.0, i + 0.25}));
  ASSERT_EQ(log.size(), kMany);
  EXPECT_EQ(arena.used(), arena.size());
  std::array<Interval, 100> out;
  std::int64_t first = 0;
  while (const std::size_t n = log.Read(first, out).value()) {
    for (std::size_t i = 0; i < n; ++i) {
      const auto at = static_cast<double>(first + static_cast<std::int64_t>(i));
      ASSERT_EQ(out[i].start_s, at);
      ASSERT_EQ(out[i].end_s, at + 0.25);
    }
    first += static_cast<std::int64_t>(n);
  }
  EXPECT_EQ(first, kMany);
}

TEST(RecordLog, SaysSoWhenTheTemporaryFolderIsMissing) {
  auto arena = memory::Arena::Create(IntervalLog::PlanBytes()).value();
  IntervalLog log(arena, "/no/such/folder", kCap);
  Result<void> outcome;
  for (std::size_t i = 0; i <= IntervalLog::kBuffered && outcome; ++i) outcome = log.Append({0, 1});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kIo);
}

TEST(RecordCursor, WalksFromTheFirstRecordToTheLast) {
  // Across the pieces it reads, what is spooled and what is not.
  for (const int n_records : {0, 1, 64, 65, 256, 1000}) {
    auto arena = memory::Arena::Create(RecordLog<int>::PlanBytes()).value();
    RecordLog<int> log(arena, "", kCap);
    for (int i = 0; i < n_records; ++i) ASSERT_TRUE(log.Append(i));
    RecordCursor<int> cursor(&log);
    for (int i = 0; i < n_records; ++i) {
      const int* record = cursor.Next().value();
      ASSERT_NE(record, nullptr);
      ASSERT_EQ(*record, i);
    }
    EXPECT_EQ(cursor.Next().value(), nullptr);
    EXPECT_EQ(cursor.Next().value(), nullptr);
  }
}

TEST(RecordCursor, FindsNothingWithoutALog) {
  RecordCursor<int> cursor(nullptr);
  EXPECT_EQ(cursor.Next().value(), nullptr);
}

}  // namespace
}  // namespace tidemark::engine

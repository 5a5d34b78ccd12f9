// Plan: the memory of a run in rows, made before the first sample is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidemark::engine {

enum class PlanKind : std::uint8_t {
  kOurs,       // exact: the stage computes it and takes it from the arena
  kAllowance,  // a measured bound for a library or for the process itself
};

struct PlanRow {
  std::string stage;
  std::uint64_t bytes = 0;
  PlanKind kind = PlanKind::kOurs;
};

class Plan {
 public:
  void Add(std::string stage, std::uint64_t bytes, PlanKind kind) {
    rows_.push_back({std::move(stage), bytes, kind});
  }

  [[nodiscard]] const std::vector<PlanRow>& rows() const { return rows_; }

  [[nodiscard]] std::uint64_t TotalBytes() const {
    std::uint64_t total = 0;
    for (const PlanRow& row : rows_) total += row.bytes;
    return total;
  }

  [[nodiscard]] std::uint64_t OurBytes() const {
    std::uint64_t total = 0;
    for (const PlanRow& row : rows_) total += row.kind == PlanKind::kOurs ? row.bytes : 0;
    return total;
  }

 private:
  std::vector<PlanRow> rows_;
};

}  // namespace tidemark::engine

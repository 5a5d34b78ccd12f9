"""The results of bench/track as Markdown."""

from tables import number, table, verdict_table
from track_bars import COPIES, JOBS, PROMISES, TOOLS


def times_table(rows):
    copies_ns = {(row.job, row.n_buffered): row.least_ns for row in rows if row.tool == COPIES}
    lines = []
    for row in sorted(rows, key=lambda row: (list(JOBS).index(row.job), row.n_buffered, list(TOOLS).index(row.tool))):
        copy_ns = copies_ns.get((row.job, row.n_buffered))
        ratio = row.least_ns / copy_ns if copy_ns else None
        lines.append([
            JOBS[row.job], TOOLS[row.tool], f"{row.n_buffered / 50:g} s",
            number(row.least_ns, 1), number(row.median_ns, 1), number(ratio),
        ])  # fmt: skip
    return table(["a frame of 20 ms", "by", "buffered", "least ns", "median ns", "x memcpy"], lines)


def paced_text(paced):
    return (
        f"{paced['tracks']:,} paced tracks for {paced['seconds']:g} s: {paced['frames']:,} frames, "
        f"{paced['missed']} over 20 ms late; late by {paced['late_p50_ms']:.2f} ms in the median, "
        f"{paced['late_p999_ms']:.2f} ms for one in a thousand, {paced['late_max_ms']:.2f} ms at most."
    )


def document(machine, results, verdicts):
    parts = [
        f"Live tracks: {machine['cpu']}, {machine['cores']} cores, load {machine['load']:.1f} before; "
        f"{machine['repeats']} interleaved repetitions. Ratios are of the least times.",
        times_table(results["rows"]),
        paced_text(results["paced"]),
        "Promised:\n\n" + "\n".join(f"- {promise}" for promise in PROMISES),
        verdict_table(verdicts),
    ]
    return "\n\n".join(parts) + "\n"

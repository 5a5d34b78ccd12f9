"""The results of bench/cut as Markdown, for the terminal and for the README alike."""

from cut_bars import COPY_INPUT, CUT, PROMISES
from cut_peers import AUTO_EDITOR_NAME, COPY, PEERS
from tables import number, table, verdict_table

NOT_MEASURED = "not measured here"


def all_table(rows):
    head = [
        "input", "job", "tool", "left, s", "clips", "wall s", "CPU s", "RSS MiB", "anon MiB",
        "wall to copy", "runs",
    ]  # fmt: skip
    return table(
        head,
        [
            [
                row.input,
                row.job,
                row.tool,
                number(row.output_s, 1),
                "" if row.n_clips is None else f"{row.n_clips:,}",
                number(row.wall_s, 3),
                number(row.cpu_s, 3),
                number(row.rss_mib, 1),
                number(row.anon_mib, 1),
                number(row.copy_ratio),
                str(row.n_runs),
            ]
            for row in rows
        ],
    )


def ours_table(rows):
    """The README's: what `tidemark cut` takes."""
    head = ["input", "job", "clips", "peak RSS / anonymous, MiB", "wall s", "to a copy", "x real time"]
    return table(
        head,
        [
            [
                row.input,
                row.job,
                f"{row.n_clips:,}",
                f"{row.rss_mib:.1f} / {row.anon_mib:.1f}",
                number(row.wall_s),
                number(row.copy_ratio),
                number(row.duration_s / row.wall_s, 0),
            ]
            for row in rows
            if row.is_ours
        ],
    )


def peer_table(rows):
    """The README's: the same input and job by all who were measured; empty if not even ours was."""
    measured = [row for row in rows if row.input == COPY_INPUT and row.job in (CUT, COPY)]
    if not any(row.is_ours for row in measured):
        return ""
    lines = [
        [row.tool, row.job, number(row.wall_s), number(row.rss_mib, 1), number(row.output_s, 0)]
        for row in sorted(measured, key=lambda row: (row.job == COPY, not row.is_ours))
    ]
    names = {row.tool for row in measured}
    for peer in PEERS:
        if "wav" in peer.formats and peer.job in (CUT, COPY) and peer.name not in names:
            lines.append([peer.name, peer.job, NOT_MEASURED, "", ""])
    return table(["tool", "job", "wall s", "peak RSS, MiB", "left, s"], lines)


def machine_text(machine):
    return (
        f"{machine['cpu']}, {machine['cores']} cores; medians of {machine['repeats']} runs, of "
        f"{machine['long_repeats']} for more than an hour."
    )


def explanation():
    return (
        "To a copy: the wall time, to that of the fastest program that merely writes the input anew "
        "in its format, with the same codec. `left` is what the output holds. Memory is the peak; of "
        f"{AUTO_EDITOR_NAME}, which runs ffmpeg besides, that of its largest process."
    )


def readme(machine, rows):
    parts = [ours_table(rows), machine_text(machine), peer_table(rows)]
    return "\n\n".join(part for part in parts if part) + "\n"


def document(machine, rows, verdicts, notes):
    parts = [
        "`tidemark cut`: " + machine_text(machine),
        all_table(rows),
        explanation(),
        "Promised:\n\n" + "\n".join(f"- {promise}" for promise in PROMISES),
        verdict_table(verdicts),
    ]
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"

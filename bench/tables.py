"""Results as Markdown, for the terminal and for the README alike."""

from bars import AUBIO, LIBROSA, NO_RHYTHM, OURS


def table(head, rows):
    """A Markdown table with padded columns; all but the first are right-aligned."""
    cells = [head, *rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]

    def line_of(line):
        padded = [
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * width if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join([line_of(head), f"| {' | '.join(rule)} |", *map(line_of, rows)])


def number(value, digits=2):
    return "" if value is None else f"{value:,.{digits}f}"


def speed_table(rows):
    head = ["input", "tool", "CPU s", "wall s", "RSS MiB", "anon MiB", "CPU ratio", "wall ratio", "x real time"]
    return table(
        head,
        [
            [
                row.input,
                row.tool,
                number(row.cpu_s, 3),
                number(row.wall_s, 3),
                number(row.rss_mib, 1),
                number(row.anon_mib, 1),
                number(row.cpu_ratio),
                number(row.wall_ratio),
                number(row.x_realtime, 0),
            ]
            for row in rows
        ],
    )


def verdict_table(verdicts, digits=2):
    words = {True: "pass", False: "FAIL", None: "not measured"}
    return table(
        ["bar", "measured", "allowed", "verdict"],
        [
            [
                verdict.what,
                verdict.note if verdict.measured is None else number(verdict.measured, digits),
                f"{'≤' if verdict.at_most else '≥'} {number(verdict.bar)} {verdict.unit}".rstrip(),
                words[verdict.passed],
            ]
            for verdict in verdicts
        ],
    )


def document(machine, rows, verdicts, notes):
    parts = [
        f"Measured on {machine['cpu']}, {machine['cores']} cores, {machine['system']}; "
        f"medians of {machine['repeats']} interleaved runs.",
        speed_table(rows),
        "Ratios are to the fastest program that only decodes, for CPU and wall apart. "
        f"`{OURS}` has every default feature, `{NO_RHYTHM}` all of them but tempo and beats. "
        f"{AUBIO} and {LIBROSA} look for these alone, decoding included; the times of {LIBROSA} are "
        "without its imports.",
        verdict_table(verdicts),
    ]
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"

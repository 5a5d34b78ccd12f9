"""Standard MIDI files of one track, in ticks of a millisecond."""

import struct

TICKS_PER_SECOND = 1000
TICKS_PER_QUARTER = 500
MICROSECONDS_PER_QUARTER = 500_000

NOTE_OFF, NOTE_ON, CONTROL, PROGRAM = 0x80, 0x90, 0xB0, 0xC0
VOLUME, SUSTAIN_PEDAL = 7, 64
DRUM_CHANNEL = 9


def variable_length(number):
    """A number as MIDI writes it: seven bits a byte, the highest first, all but the last marked."""
    groups = [number & 127]
    number >>= 7
    while number:
        groups.append(128 | (number & 127))
        number >>= 7
    return bytes(reversed(groups))


def file_bytes(events):
    """The file of events (seconds, begins_a_note, message bytes), in any order. Of events at the
    same time those that begin a note come last, so that none is ended before it sounds."""
    track = b"\0\xff\x51\x03" + MICROSECONDS_PER_QUARTER.to_bytes(3, "big")
    last_tick = 0
    for time_s, _, message in sorted(events, key=lambda event: (event[0], event[1])):
        tick = max(0, int(round(time_s * TICKS_PER_SECOND)))
        track += variable_length(tick - last_tick) + bytes(message)
        last_tick = tick
    track += b"\0\xff\x2f\0"
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS_PER_QUARTER)
    return header + b"MTrk" + struct.pack(">I", len(track)) + track

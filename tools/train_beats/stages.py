"""In what stages each form of the network is fitted, and to which recordings in each."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Stage:
    """One stage goes on from the weights of the one before. A batch has one excerpt of each of
    `pools`, names of POOLS. The rate rises to its greatest within `rising_part` of the steps and
    falls for the rest."""

    pools: tuple
    n_steps: int
    greatest_rate: float
    seed: int
    rising_part: float = 0.1
    dropout: float = 0.05


@dataclasses.dataclass(frozen=True)
class Form:
    """A form of the network: its file, its stages, and over how many of the last stages its
    weights are averaged."""

    file_name: str
    causal: bool
    stages: tuple
    n_averaged: int = 1


# "no music" is clicks and noises.
POOLS = ("corpus", "warped", "pieces", "piano", "clicks", "noises", "no music")

# Three of the corpus, four composed, one without beats.
MUSIC = ("corpus", "pieces", "corpus", "pieces", "corpus", "pieces", "pieces", "noises")
# Music has no bare clicks: fitted to it alone, the network loses the pulse of fast ones.
MUSIC_AND_CLICKS = (*MUSIC[:6], "clicks", "noises")
PLAYED_FREELY = ("corpus", "pieces", "piano", "piano", "warped", "piano", "no music", "piano")
# After half a fit of liberties steady music is heard less well: less of them, at a lower rate.
BOTH = ("corpus", "pieces", "corpus", "piano", "corpus", "piano", "no music", "piano")
# And some noise was taken for music.
NOT_NOISE = ("corpus", "piano", "corpus", "piano", "pieces", "noises", "clicks", "noises")


def first(n_steps):
    return Stage(MUSIC, n_steps, 6e-3, seed=0, rising_part=0.3, dropout=0.1)


def second(n_steps):
    return Stage(MUSIC_AND_CLICKS, n_steps, 2.5e-3, seed=3, dropout=0.1)


# Those that the weights in the tree were fitted in.
FORMS = {
    "hindsight": Form(
        "beat_network.f32",
        False,
        (
            first(4201),
            second(1201),
            Stage(PLAYED_FREELY, 2800, 5e-3, seed=0),
            Stage(BOTH, 850, 2e-3, seed=3),
            Stage(NOT_NOISE, 240, 1e-3, seed=4),
        ),
        n_averaged=2,
    ),
    "causal": Form("beat_network_causal.f32", True, (first(2601), second(801))),
}

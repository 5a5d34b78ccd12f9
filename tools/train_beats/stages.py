"""In what stages each form of the network is fitted, and to which recordings in each."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Stage:
    """One stage goes on from the weights of the one before. A batch has one excerpt of each of
    `pools`, names of POOLS. The rate rises to its greatest within `n_rising` steps, stays, and
    falls to nothing within the last `falling_part` of the steps."""

    pools: tuple
    n_steps: int
    greatest_rate: float
    seed: int
    n_rising: int = 500
    falling_part: float = 0.3
    dropout: float = 0.05

    def part_of_rate(self, step):
        left = (self.n_steps - step) / self.n_steps
        return min(1, (step + 1) / self.n_rising) * min(1, left / self.falling_part)


@dataclasses.dataclass(frozen=True)
class Form:
    """A form of the network: its file and its stages."""

    file_name: str
    causal: bool
    stages: tuple


# "no music" is clicks and noises.
POOLS = ("corpus", "warped", "pieces", "piano", "clicks", "noises", "no music")

ALL = ("corpus", "pieces", "corpus", "piano", "pieces", "piano", "warped", "no music")
MORE_PIANO = (*ALL, "piano")

# Those that the weights in the tree were fitted in.
FORMS = {
    "hindsight": Form(
        "beat_network.f32",
        False,
        (
            Stage(ALL, 5_500, 2.5e-3, seed=0, falling_part=0.01),
            Stage(MORE_PIANO, 4_200, 2.5e-3, seed=7, falling_part=0.5),
            Stage(MORE_PIANO, 17_800, 2.5e-3, seed=21, falling_part=0.6),
        ),
    ),
    "causal": Form(
        "beat_network_causal.f32",
        True,
        (
            Stage(ALL, 4_000, 3e-3, seed=0),
            Stage(ALL, 5_300, 2e-3, seed=11, falling_part=0.7),
        ),
    ),
}

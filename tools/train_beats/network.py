"""The network of src/analysis/beat_network.h in PyTorch, and how it is fitted."""

import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import excerpts
import export
import features

WEIGHT_DECAY = 1e-2
GREATEST_GRADIENT = 1.0
DOWNBEAT_PART = 0.5  # of the loss, beside the beats' 1
FIRST_LOGIT = -3.0  # few frames are beats
STEPS_BETWEEN_REPORTS = 200


def pairs_of(frames):
    """(batch, inputs, frames) as (batch, 2 * inputs, pairs), the first frame's inputs first."""
    n_batch, n_inputs, n_frames = frames.shape
    halves = frames.reshape(n_batch, n_inputs, n_frames // 2, 2)
    return halves.permute(0, 3, 1, 2).reshape(n_batch, 2 * n_inputs, n_frames // 2)


def frames_of(pairs):
    """(batch, 2 * outputs, pairs) as (batch, outputs, frames), an output's two side by side."""
    n_batch, n_outputs, n_pairs = pairs.shape
    halves = pairs.reshape(n_batch, n_outputs // 2, 2, n_pairs)
    return halves.permute(0, 1, 3, 2).reshape(n_batch, n_outputs // 2, 2 * n_pairs)


class BeatNetwork(nn.Module):
    """From (batch, features.INPUTS, frames) to logits (batch, 2, frames): beat and downbeat."""

    def __init__(self, causal, dropout=0.0):
        super().__init__()
        n, taps = export.CHANNELS, export.TAPS
        self.causal = causal
        # The names are those of export.py; the order of creation is that of the random start.
        self.input = nn.Conv1d(export.INPUTS, n, export.INPUT_TAPS)
        self.hidden = nn.ModuleList([nn.Conv1d(n, n, taps, dilation=d) for d in export.DILATIONS])
        self.mix = nn.ModuleList([nn.Conv1d(n, n, 1) for _ in export.DILATIONS])
        self.output = nn.Conv1d(n, export.OUTPUTS, 1)
        nn.init.constant_(self.output.bias, FIRST_LOGIT)
        self.dropout = nn.Dropout(dropout)

    def padded(self, pairs, reach):
        return F.pad(pairs, (reach, 0) if self.causal else (reach // 2, reach // 2))

    def forward(self, inputs):
        n_frames = inputs.shape[2]
        pairs = pairs_of(F.pad(inputs, (0, n_frames % 2)))
        pairs = F.relu(self.input(self.padded(pairs, export.INPUT_TAPS - 1)))
        for hidden, mix, dilation in zip(self.hidden, self.mix, export.DILATIONS):
            heard = F.relu(hidden(self.padded(pairs, (export.TAPS - 1) * dilation)))
            pairs = pairs + mix(self.dropout(heard))
        return frames_of(self.output(pairs))[:, :, :n_frames]

    def arrays(self):
        """{name: array} as export.flatten takes them."""
        return {name: tensor.detach().numpy() for name, tensor in self.state_dict().items()}


def loss_of(logits, targets):
    beats = F.binary_cross_entropy_with_logits(logits[:, 0], targets[:, 0])
    downbeats = F.binary_cross_entropy_with_logits(logits[:, 1], targets[:, 1])
    return beats + DOWNBEAT_PART * downbeats


def fit(stage, recordings, causal, report, fitted=None):
    """A BeatNetwork fitted as a stages.Stage has it, from the weights of the network `fitted`, which
    is left as it is, or from random ones. `recordings`: a list of excerpts.Recording for each name
    of a pool. `report(text)` tells how far it is. More threads, or another PyTorch, round otherwise
    and end at somewhat other weights."""
    torch.manual_seed(stage.seed)
    rng = np.random.default_rng(stage.seed)
    network = BeatNetwork(causal, stage.dropout)
    pools = [recordings[name] for name in stage.pools]
    if fitted is not None:
        network.load_state_dict(fitted.state_dict())
    optimizer = torch.optim.AdamW(
        network.parameters(), stage.greatest_rate, weight_decay=WEIGHT_DECAY
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, stage.part_of_rate)
    start_s, recent_loss = time.monotonic(), None
    for step in range(stage.n_steps):
        inputs, targets = map(torch.from_numpy, excerpts.draw_batch(pools, rng))
        loss = loss_of(network(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), GREATEST_GRADIENT)
        optimizer.step()
        schedule.step()
        value = loss.item()
        recent_loss = value if recent_loss is None else 0.98 * recent_loss + 0.02 * value
        if step % STEPS_BETWEEN_REPORTS == 0:
            elapsed_s = time.monotonic() - start_s
            report(f"step {step} of {stage.n_steps}, loss {recent_loss:.4f}, {elapsed_s:.0f} s")
    return network

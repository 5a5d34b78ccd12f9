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
STEPS_BETWEEN_REPORTS = 200


class BeatNetwork(nn.Module):
    """From (batch, features.INPUTS, frames) to logits (batch, 2, frames): beat and downbeat."""

    def __init__(self, causal, dropout=0.0):
        super().__init__()
        n, taps = export.CHANNELS, export.TAPS
        self.causal = causal
        # The names are those of export.py; the order of creation is that of the random start.
        self.input = nn.Conv1d(features.INPUTS, n, taps)
        self.hidden = nn.ModuleList([nn.Conv1d(n, n, taps, dilation=d) for d in export.DILATIONS])
        self.mix = nn.ModuleList([nn.Conv1d(n, n, 1) for _ in export.DILATIONS])
        self.output = nn.Conv1d(n, 2, 1)
        self.dropout = nn.Dropout(dropout)

    def padded(self, frames, dilation):
        reach = dilation * (export.TAPS - 1)
        return F.pad(frames, (reach, 0) if self.causal else (reach // 2, reach // 2))

    def forward(self, inputs):
        frames = F.relu(self.input(self.padded(inputs, 1)))
        for hidden, mix, dilation in zip(self.hidden, self.mix, export.DILATIONS):
            heard = F.relu(hidden(self.padded(frames, dilation)))
            frames = frames + mix(self.dropout(heard))
        return self.output(frames)

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
    rate = stage.greatest_rate
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=stage.n_steps, pct_start=stage.rising_part
    )
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


def averaged(networks):
    """A BeatNetwork with the mean of the weights of several, which lie close together."""
    states = [network.state_dict() for network in networks]
    result = BeatNetwork(networks[0].causal)
    result.load_state_dict(
        {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    )
    return result

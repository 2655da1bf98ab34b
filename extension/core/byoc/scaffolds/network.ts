import { t } from '@vscode/l10n';
import { isValues } from '../../mmar/kind.ts';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a network of this MMAR.

It must stay TorchScript-able, or the MMAR cannot be exported: no *args in forward,
no dictionaries of mixed types, loops over modules only through nn.ModuleList.
"""

import torch
from monai.networks.blocks import Convolution
from torch import nn


class {{name}}(nn.Module):
    """A small encoder and decoder with one skip connection.

    Takes (B, in_channels, spatial...) and returns logits (B, out_channels, spatial...)
    of the same spatial size, which must be even: the body works at half of it.

    Args:
        spatial_dims: 2 or 3.
        in_channels: channels of the image.
        out_channels: one per class, the background included.
        features: channels of the first level; the second has twice as many.
    """

    def __init__(
        self,
        spatial_dims: int = 3,
        in_channels: int = 1,
        out_channels: int = 2,
        features: int = 16,
    ) -> None:
        super().__init__()
        if spatial_dims not in (2, 3):
            raise ValueError(f"spatial_dims must be 2 or 3, got {spatial_dims}")
        # TODO: replace these layers by those of your network.
        dims, wide = spatial_dims, 2 * features
        self.first = Convolution(dims, in_channels, features, norm="batch")
        self.down = Convolution(dims, features, wide, strides=2, norm="batch")
        self.up = Convolution(
            dims, wide, features, strides=2, norm="batch", is_transposed=True
        )
        self.head = Convolution(
            dims, 2 * features, out_channels, kernel_size=1, conv_only=True
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        skip = self.first(x)
        up = self.up(self.down(skip))
        logits: torch.Tensor = self.head(torch.cat([skip, up], dim=1))
        return logits
`;

const test = `"""{{docs}}
"""

import copy

import pytest
import torch

# isort: split
from {{module}} import {{name}}


@pytest.mark.parametrize("dims", [2, 3])
def test_shape_and_dtype(dims: int) -> None:
    image = torch.rand(2, 3, *[16] * dims)
    network = {{name}}(spatial_dims=dims, in_channels=3, out_channels=4, features=4)
    logits = network(image)
    assert tuple(logits.shape) == (2, 4, *[16] * dims)
    assert logits.dtype == torch.float32


def test_every_parameter_learns() -> None:
    network = {{name}}(features=4)
    network(torch.rand(2, 1, 8, 8, 8)).square().mean().backward()
    idle = [
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is None or not torch.isfinite(parameter.grad).all()
    ]
    assert idle == []


def test_same_seed_same_network() -> None:
    image = torch.rand(1, 1, 8, 8, 8)

    def run() -> torch.Tensor:
        torch.manual_seed(0)
        logits: torch.Tensor = {{name}}(features=4).eval()(image)
        return logits

    with torch.no_grad():
        assert torch.equal(run(), run())


def test_state_survives() -> None:
    network = {{name}}(features=4).eval()
    other = {{name}}(features=4).eval()
    other.load_state_dict(copy.deepcopy(network.state_dict()))
    image = torch.rand(1, 1, 8, 8, 8)
    with torch.no_grad():
        assert torch.equal(network(image), other(image))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_gives_the_same() -> None:
    """What export.sh does: without it there is no model.ts, and no AIAA."""
    network = {{name}}(features=4).eval()
    image = torch.rand(1, 1, 8, 8, 8)
    scripted = torch.jit.script(network)
    with torch.no_grad():
        torch.testing.assert_close(scripted(image), network(image))


def test_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="spatial_dims"):
        {{name}}(spatial_dims=4)
`;

export const network: Scaffold = {
  kind: 'network',
  label: () => t('Network'),
  detail: () => t('nn.Module that exports to TorchScript'),
  suggestion: 'MyNetwork',
  module,
  test,
  args: ({ before, config }) => ({
    spatial_dims: before['spatial_dims'] ?? before['dimensions'] ?? windowSize(config) ?? 3,
    in_channels: before['in_channels'] ?? 1,
    out_channels: before['out_channels'] ?? 2,
    features: 16,
  }),
};

/** Networks that say their dimensions otherwise still have a window of so many numbers. */
function windowSize(config: unknown): number | undefined {
  const at = (value: unknown, key: string): unknown => (isValues(value) ? value[key] : undefined);
  const roi = ['validate', 'inferer', 'args', 'roi_size'].reduce(at, config);
  return Array.isArray(roi) && (roi.length === 2 || roi.length === 3) ? roi.length : undefined;
}

import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a handler of this MMAR.

Handlers run in the order of their list: one that changes the engine's state goes before
those that read it. "rank": 0 in the config runs it in the first process only.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

from ignite.engine import Engine, Events


class {{name}}:
    """Stops a training whose loss is no longer a number.

    Args:
        output_transform: engine output -> the loss, as StatsHandler takes it.
        patience: iterations in a row that may be without a finite loss; mixed precision
            has some at its start.
    """

    def __init__(
        self, output_transform: Callable[[Any], Any] = lambda x: x, patience: int = 5
    ) -> None:
        self.output_transform = output_transform
        self.patience = patience
        self.bad = 0
        self.logger = logging.getLogger(__name__)

    def attach(self, engine: Engine) -> None:
        """Called once by the trainer, for every handler of the list."""
        engine.add_event_handler(Events.STARTED, self.started)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self)

    def started(self, engine: Engine) -> None:
        self.bad = 0

    def __call__(self, engine: Engine) -> None:
        # TODO: replace this by what is to be done after every iteration.
        loss = float(self.output_transform(engine.state.output))
        self.bad = 0 if math.isfinite(loss) else self.bad + 1
        if self.bad > self.patience:
            self.logger.error(
                "loss %s in iteration %d: the training stops",
                loss,
                engine.state.iteration,
            )
            engine.terminate()
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ignite.engine import Engine

# isort: split
from {{module}} import {{name}}


def iterations(
    losses: list[Any],
    patience: int = 0,
    output_transform: Callable[[Any], Any] = lambda x: x,
) -> int:
    """How many iterations an engine makes that has these outputs."""
    engine = Engine(lambda _, loss: loss)
    {{name}}(output_transform, patience).attach(engine)
    return int(engine.run(losses).iteration)


def test_lets_a_sound_training_be() -> None:
    assert iterations([0.9, 0.8, 0.7]) == 3


def test_stops_where_the_loss_is_no_number() -> None:
    assert iterations([0.9, math.nan, 0.7]) == 2
    assert iterations([math.inf, 0.8, 0.7]) == 1


def test_is_patient() -> None:
    assert iterations([math.nan, 0.9, math.nan, 0.8], patience=1) == 4
    assert iterations([math.nan, math.nan, 0.9, 0.8], patience=1) == 2


def test_output_transform() -> None:
    outputs = [{"loss": 0.5}, {"loss": math.nan}, {"loss": 0.4}]
    assert iterations(outputs, output_transform=lambda x: x["loss"]) == 2


def test_a_second_run_starts_anew() -> None:
    engine = Engine(lambda _, loss: loss)
    {{name}}(patience=1).attach(engine)
    assert engine.run([0.5, math.nan]).iteration == 2
    assert engine.run([math.nan, 0.5]).iteration == 2
`;

export const handler: Scaffold = {
  kind: 'handler',
  label: () => t('Handler'),
  detail: () => t('reacts to events of a trainer or evaluator'),
  suggestion: 'MyHandler',
  module,
  test,
  args: ({ dialect }) => ({
    output_transform:
      dialect === '4.0'
        ? "lambda x: x['loss']"
        : "#monai.handlers.from_engine(['loss'], first=True)",
    patience: 5,
  }),
};

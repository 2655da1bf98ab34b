import type { MmarChoices, MmarText } from '../newMmar.ts';

const setEnv = `#!/usr/bin/env bash
# Sourced by the other scripts: where this MMAR lies, and its own Python components.
MMAR_ROOT=$(cd "$(dirname "\${BASH_SOURCE[0]}")/.." && pwd -P)
export MMAR_ROOT
export PYTHONPATH="\${PYTHONPATH:+$PYTHONPATH:}/opt/nvidia:$MMAR_ROOT/custom"
`;

/** All arguments are KEY=VALUE and go to --set; which GPUs are used is CUDA_VISIBLE_DEVICES' business. */
const medl = (app: string, config: string, options: string, set: string): string =>
  `-m medl.apps.${app} -m "$MMAR_ROOT" -c config/${config} \\
  -e config/environment.json${options} --set print_conf=True ${set}"$@"`;

const train = (set = ''): string => medl('train', 'config_train.json', ' --write_train_stats', set);
const evaluate = (config: string, set = ''): string => medl('evaluate', config, '', set);

const exporting = ({ channels, patch }: MmarChoices): string =>
  `-m medl.apps.export -m "$MMAR_ROOT" -c config/config_train.json \\
  -e config/environment.json --model_path "$MMAR_ROOT/models/model.pt" \\
  --output_path "$MMAR_ROOT/models/model.ts" --input_shape "[${[1, channels, ...patch].join(', ')}]" "$@"`;

/** Jobs that share a node must not share a port. */
const distributed = `gpus="\${GPUS:-$(nvidia-smi --list-gpus | wc -l)}"
port="\${MASTER_PORT:-$((20000 + RANDOM % 20000))}"
python3 -u -m torch.distributed.launch --nproc_per_node="$gpus" --nnodes=1 --node_rank=0 \\
  --master_addr=localhost --master_port="$port" \\
  ${train('multi_gpu=True ')}`;

const python = (rest: string): string => `python3 -u ${rest}`;

/** Scripts as Clara's own, without what goes wrong there: no fixed ports, no arguments taken for GPUs. */
export function scripts(choices: MmarChoices): MmarText[] {
  const withTorchScript = 'dont_load_ts_model=False dont_load_ckpt_model=True ';
  const all: [name: string, about: string, body: string][] = [
    ['train.sh', 'Trains from the beginning.', python(train())],
    ['train_multi_gpu.sh', 'GPUS=N uses so many; without it, all that there are.', distributed],
    ['finetune.sh', 'Goes on from models/model.pt.', python(train('dont_load_ckpt_model=False '))],
    [
      'validate.sh',
      'Scores models/model.pt; results are in eval/.',
      python(evaluate('config_validation.json')),
    ],
    [
      'validate_ts.sh',
      'Scores models/model.ts, which export.sh makes.',
      python(evaluate('config_validation.json', withTorchScript)),
    ],
    [
      'infer.sh',
      'Predicts with models/model.ts; results are in eval/.',
      python(evaluate('config_inference.json')),
    ],
    ['export.sh', 'Makes models/model.ts of models/model.pt.', python(exporting(choices))],
  ];
  return [
    { path: 'commands/set_env.sh', text: setEnv },
    ...all.map(([name, about, body]) => ({
      path: `commands/${name}`,
      text: scriptOf(name, about, body),
    })),
  ];
}

const scriptOf = (name: string, about: string, body: string): string => `#!/usr/bin/env bash
# Inside Clara Train's container: ${name} [${name === 'export.sh' ? 'OPTION' : 'KEY=VALUE'} ...]
# ${about}
set -euo pipefail
. "$(dirname "$0")/set_env.sh"
${body}
`;

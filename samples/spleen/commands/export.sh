#!/usr/bin/env bash
# Inside Clara Train's container: models/model.pt to TorchScript, models/model.ts
set -euo pipefail
. "$(dirname "$0")/set_env.sh"
python3 -u -m medl.apps.export -m "$MMAR_ROOT" -c config/config_train.json -e config/environment.json \
  --model_path "$MMAR_ROOT/models/model.pt" --output_path "$MMAR_ROOT/models/model.ts" --input_shape "[1, 1, 40, 40, 40]" "$@"

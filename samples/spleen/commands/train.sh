#!/usr/bin/env bash
# Inside Clara Train's container: train.sh [KEY=VALUE ...]
set -euo pipefail
. "$(dirname "$0")/set_env.sh"
python3 -u -m medl.apps.train -m "$MMAR_ROOT" -c config/config_train.json -e config/environment.json --write_train_stats --set print_conf=True "$@"

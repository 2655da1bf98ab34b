#!/usr/bin/env bash
# Inside Clara Train's container: validate.sh [KEY=VALUE ...]
set -euo pipefail
. "$(dirname "$0")/set_env.sh"
python3 -u -m medl.apps.evaluate -m "$MMAR_ROOT" -c config/config_validation.json -e config/environment.json --set print_conf=True "$@"

#!/usr/bin/env bash
# job.sh RUN_FOLDER ATTEMPT PYTHON ARGUMENT...
# Runs one attempt of a run in its folder, for every scheduler. Everything variable comes as an argument.
set -u
run=$1
attempt=$2
shift 2

exec >>"$run/job.log" 2>&1 </dev/null

# Files that others read are whole or absent.
put() {
  printf '%s\n' "$2" >"$run/.$1.part" && mv -f "$run/.$1.part" "$run/$1"
}

# The last word is written into room that was taken at the start: a disk that the training filled does not silence it.
reserve() {
  printf '%-200s\n' '' >"$run/.exit.json.part"
}
finish() {
  local signal=null
  if [ -n "$asked" ]; then signal="\"$asked\""; fi
  printf -- '-- ended with exit code %s, %s\n' "$1" "$(date '+%Y-%m-%d %H:%M:%S')"
  printf '%-200s\n' \
    "{\"attempt\": $attempt, \"code\": $1, \"signal\": $signal, \"ended\": $(date +%s)}" 1<>"$run/.exit.json.part"
  mv -f "$run/.exit.json.part" "$run/exit.json"
  exit "$1"
}

child=
asked=
# The training saves a checkpoint and ends when it is asked to; only it is asked, not its data-loader workers.
# shellcheck disable=SC2317,SC2329 # called by trap
stop() {
  asked=$1
  if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null; fi
}
trap 'stop TERM' TERM
trap 'stop INT' INT
trap 'stop USR1' USR1

rm -f "$run/exit.json"
reserve
printf -- '-- attempt %s on %s, %s\n' "$attempt" "$(uname -n)" "$(date '+%Y-%m-%d %H:%M:%S')"
put started.json \
  "{\"attempt\": $attempt, \"started\": $(date +%s), \"pid\": $$, \"job\": \"${SLURM_JOB_ID:-}\"}"

cd "$run/bundle" || finish 1
export PYTHONPATH="$run/bundle:$run/bundle/custom${PYTHONPATH:+:$PYTHONPATH}"
# configs and datalists are UTF-8, whatever the locale of the machine says
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONUTF8=1

# said at every start, of configs that the user chose to run: noise above what matters
export PYTHONWARNINGS="ignore:parsing config_file:UserWarning,ignore:tqdm is not installed:UserWarning${PYTHONWARNINGS:+,$PYTHONWARNINGS}"

if [ -n "$asked" ]; then finish 143; fi
"$@" &
child=$!
if [ -n "$asked" ]; then kill -TERM "$child"; fi # it came between the two
while kill -0 "$child" 2>/dev/null; do wait "$child"; done
wait "$child"
finish $?

#!/bin/bash
# A small cluster on this machine for tests: munge, slurmctld, three slurmd with made-up GPUs, and sshd on 127.0.0.1.
#
#   site.sh run DIR    starts it, state below DIR; prints one line of JSON that says how to log in, and ends it with
#                      all that is in DIR when its standard input ends: whoever started it may be killed at any time
#   site.sh up DIR     starts it for a person, who ends it
#   site.sh env DIR    prints that line again
#   site.sh down DIR   ends it
#
# Everything lives in a mount and pid namespace of its own: the user alice exists only in there, the system's own
# daemons and files stay as they are, and ending the namespace's first process ends all the others.
#
# Environment:
#   BIND           folders, separated by colons, that alice must be able to read (e.g. a Python environment)
#   BASE_PORT      first of five free ports in a row: sshd, slurmctld, three slurmd; chosen when it is not given
#   MAX_SECONDS    the site ends by itself after this time, default 3600
set -euo pipefail

readonly user=alice uid=2001 nodes='cn1 cn2 viz1'

fail() {
  echo "site.sh: $*" >&2
  exit 1
}

# --- outside -------------------------------------------------------------------------------------------------------

# True when nothing listens on any of the five ports from $1 on.
free_ports() {
  local port
  for port in $(seq "$1" $(($1 + 4))); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 1; fi
  done
}

choose_port() {
  local base
  for _ in $(seq 50); do
    base=$((20000 + RANDOM % 10000))
    if free_ports "$base"; then
      echo "$base"
      return
    fi
  done
  fail 'no free ports'
}

# Starts the site, which ends by itself when its standard input ends ("held") or not ("free").
start() {
  # slurm.conf, sshd_config and the JSON line below know no quoting
  [[ $dir =~ ^/[A-Za-z0-9/._-]+$ ]] || fail "the folder's name may only have letters, digits and . _ -: $dir"
  [[ ! -e $dir/pid ]] || fail "$dir is in use"
  mkdir -p "$dir"
  dir=$(readlink -f "$dir")
  chmod 755 "$dir"
  mkdir -p "$dir"/{dev,etc,home,log,munge,slurm,ssh,state} "$dir"/spool/{cn1,cn2,viz1}
  chmod 700 "$dir/munge"
  base=${BASE_PORT:-$(choose_port)}
  setsid unshare --mount --pid --fork --kill-child=KILL -- \
    "$self" inside "$dir" "$base" "$1" >"$dir/log/site.log" 2>&1 <&3 &
  first=$!
  for _ in $(seq 500); do
    [[ ! -e $dir/ready ]] || break
    kill -0 "$first" 2>/dev/null || break
    sleep 0.02
  done
  if [[ ! -e $dir/ready ]]; then
    tail -n 30 "$dir"/log/*.log >&2
    down
    fail 'the site did not come up'
  fi
  local format='{"host":"127.0.0.1","port":%d,"user":"%s","identityFile":"%s","knownHosts":"%s","home":"%s","root":"%s","pid":%d}'
  # shellcheck disable=SC2059 # the format is the line above
  printf "$format\n" "$base" "$user" "$dir/ssh/$user" "$dir/ssh/known_hosts" "$dir/home/$user" \
    "$dir/home/$user/mmar" "$(cat "$dir/pid")" >"$dir/site.json"
  cat "$dir/site.json"
}

up() {
  exec 3</dev/null
  start free
}

run() {
  [[ -z $(ls -A "$dir" 2>/dev/null) ]] || fail "$dir is not empty"
  trap '' INT HUP # Ctrl-C reaches the tests, too, and they end the site by ending its input
  trap 'rm -rf "$dir"' EXIT
  exec 3<&0 </dev/null
  start held
  exec 3<&-
  wait "$first" || true
}

down() {
  local pid
  [[ -s $dir/pid ]] || return 0
  pid=$(cat "$dir/pid")
  # the number may belong to somebody else by now
  if [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF " inside $dir "; then
    kill -KILL "$pid"
    for _ in $(seq 250); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.02
    done
  fi
  rm -f "$dir/pid" "$dir/ready" "$dir/site.json"
}

# --- inside the namespace ------------------------------------------------------------------------------------------

# The outermost folder above $1 that others may not enter; nothing when the way is open.
barrier() {
  local path='' part
  local -a parts
  IFS=/ read -ra parts <<<"${1#/}"
  for part in "${parts[@]::${#parts[@]}-1}"; do
    path+=/$part
    if (((8#$(stat -L -c %a "$path") & 1) == 0)); then
      echo "$path"
      return
    fi
  done
}

# Puts an empty folder over each home folder that is closed to others, with only the wanted folders in it.
open_ways() {
  local -a paths=("$dir")
  local -A covered=()
  local path wall real
  if [[ -n ${BIND:-} ]]; then
    IFS=: read -ra extra <<<"$BIND"
    paths+=("${extra[@]}")
  fi
  for path in "${paths[@]}"; do
    wall=$(barrier "$path")
    for real in "${!covered[@]}"; do
      [[ $path/ != "$real"/* ]] || wall=$real
    done
    [[ -n $wall ]] || continue
    if [[ -z ${covered[$wall]:-} ]]; then
      real=/run/behind/${#covered[@]}
      mkdir -p "$real"
      mount --rbind "$wall" "$real"
      mount -t tmpfs -o mode=755 tmpfs "$wall"
      covered[$wall]=$real
    fi
    real=${covered[$wall]}${path#"$wall"}
    [[ -e $real ]] || fail "BIND: $path does not exist"
    mkdir -p "$path"
    mount --rbind "$real" "$path"
  done
  [[ ${#covered[@]} -eq 0 ]] || umount -l /run/behind/*
}

add_user() {
  local file
  for file in passwd group shadow; do cp -p "/etc/$file" "$dir/etc/$file"; done
  echo "$user:x:$uid:$uid::$dir/home/$user:/bin/bash" >>"$dir/etc/passwd"
  echo "$user:x:$uid:" >>"$dir/etc/group"
  echo "$user:*:19000:0:99999:7:::" >>"$dir/etc/shadow"
  for file in passwd group shadow; do mount --bind "$dir/etc/$file" "/etc/$file"; done
  install -d -o "$uid" -g "$uid" -m 700 "$dir/home/$user"
}

start_munge() {
  mkdir -p /run/munge
  dd if=/dev/urandom of="$dir/munge/key" bs=1024 count=1 status=none
  chmod 600 "$dir/munge/key"
  munged --force --key-file="$dir/munge/key" --socket=/run/munge/socket --pid-file=/run/munge/pid \
    --log-file="$dir/munge/log" --seed-file="$dir/munge/seed"
}

write_slurm() {
  local host
  host=$(hostname)
  cat >"$dir/slurm/slurm.conf" <<END
ClusterName=site
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$((base + 1))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=/run/munge/socket,cred_expire=5
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SlurmdParameters=config_overrides
SlurmdTimeout=10
MessageTimeout=5
KillWait=5
ReturnToService=2
MailProg=/bin/true
NodeName=cn1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + 2)) CPUs=16 Sockets=2 CoresPerSocket=8 RealMemory=64000 Gres=gpu:a100:4
NodeName=cn2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + 3)) CPUs=16 Sockets=2 CoresPerSocket=8 RealMemory=64000 Gres=gpu:a100:4
NodeName=viz1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + 4)) CPUs=8 Sockets=1 CoresPerSocket=8 RealMemory=32000 Gres=gpu:l4:1
PartitionName=gpu Nodes=cn1,cn2 Default=YES MaxTime=2-0 DefaultTime=60 DefMemPerCPU=1000
PartitionName=viz Nodes=viz1 MaxTime=12:00:00 DefaultTime=240 DefMemPerCPU=1000
END
  cat >"$dir/slurm/gres.conf" <<END
AutoDetect=off
NodeName=cn1,cn2 Name=gpu Type=a100 File=$dir/dev/nvidia[0-3]
NodeName=viz1 Name=gpu Type=l4 File=$dir/dev/nvidia0
END
  # "disabled" came with 23.11; before, this plugin was there and is not used by what is chosen above
  if [[ $(printf '%s\n' 23.11 "$(slurmd -V | tr -dc '0-9.')" | sort -V | head -n 1) == 23.11 ]]; then
    echo CgroupPlugin=disabled
  else
    echo CgroupPlugin=cgroup/v1
  fi >"$dir/slurm/cgroup.conf"
}

start_slurm() {
  local number node
  for number in 0 1 2 3; do mknod -m 666 "$dir/dev/nvidia$number" c 195 "$number"; done
  write_slurm
  export SLURM_CONF=$dir/slurm/slurm.conf
  # children of a background process ignore these two, and Slurm's daemons would, too
  env --default-signal=INT,QUIT slurmctld -f "$SLURM_CONF"
  for node in $nodes; do env --default-signal=INT,QUIT slurmd -f "$SLURM_CONF" -N "$node"; done
}

start_ssh() {
  local name
  mkdir -p /run/sshd
  for name in host "$user"; do ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$dir/ssh/$name"; done
  cp "$dir/ssh/$user.pub" "$dir/ssh/authorized_$user"
  echo "[127.0.0.1]:$base $(cut -d' ' -f1,2 "$dir/ssh/host.pub")" >"$dir/ssh/known_hosts"
  cat >"$dir/ssh/sshd_config" <<END
Port $base
ListenAddress 127.0.0.1
HostKey $dir/ssh/host
AuthorizedKeysFile $dir/ssh/authorized_%u
PidFile /run/sshd.pid
StrictModes no
LogLevel VERBOSE
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthenticationMethods publickey
SetEnv SLURM_CONF=$dir/slurm/slurm.conf
Subsystem sftp internal-sftp
END
  # tests log in wrongly on purpose; newer versions shut the address out for that
  if /usr/sbin/sshd -t -f "$dir/ssh/sshd_config" -o PerSourcePenalties=no 2>/dev/null; then
    echo 'PerSourcePenalties no' >>"$dir/ssh/sshd_config"
  fi
  /usr/sbin/sshd -f "$dir/ssh/sshd_config" -E "$dir/log/sshd.log"
}

inside() {
  local pid
  exec 3<&0 </dev/null
  read -r pid _ </proc/self/stat # this /proc still counts as the outside does
  echo "$pid" >"$dir/pid"
  mount --make-rprivate /
  mount -t proc proc /proc
  mount -t tmpfs -o mode=755 tmpfs /run
  open_ways
  add_user
  start_munge
  start_slurm
  start_ssh
  for _ in $(seq 400); do
    [[ $(sinfo -h -o %t | sort -u) != idle ]] || break
    sleep 0.02
  done
  touch "$dir/ready"
  sleep "${MAX_SECONDS:-3600}" &
  if [[ $1 == held ]]; then cat <&3 >/dev/null & fi
  # the first process of a pid namespace has to reap the others; when it ends, they do
  wait -n
}

self=$(readlink -f "$0")
dir=${2:-}
base=${3:-}
[[ -n $dir ]] || fail 'usage: site.sh run|up|env|down DIR'
case $1 in
  run) run ;;
  up) up ;;
  env) cat "$dir/site.json" ;;
  down)
    dir=$(readlink -f "$dir")
    down
    ;;
  inside) inside "$4" ;;
  *) fail 'usage: site.sh run|up|env|down DIR' ;;
esac

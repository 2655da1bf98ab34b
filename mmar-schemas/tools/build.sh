#!/bin/sh
# Makes mmar-schemas/components/monai-*.json.gz and changes.json again, from wheels that pip downloads:
#
#   WORK=/some/folder PYTHON=/python/with/monai/1.6.1/bin/python mmar-schemas/tools/build.sh
#
# WORK (default: a new temporary folder) holds the unpacked Python files and is kept, about 250 MB. Nothing of what is
# downloaded is installed or run. The newest release is taken from PYTHON's own environment (requirements.txt).
# Of torch the macOS wheels are taken: they hold the same Python files as the Linux ones at a fifth of the size.
# Which torch and ignite Clara's containers hold is not known; those that the release of MONAI was made for stand in.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../components
work=${WORK:-$(mktemp -d)}
python=${PYTHON:-python3}
newest=1.6.1
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$here"

get() { # distribution release [options of pip]: unpacks the Python files and metadata to $work/distribution-release
  name=$1 release=$2
  shift 2
  to=$work/$name-$release
  if [ -d "$to" ]; then return 0; fi
  rm -rf "$work/wheel"
  "$python" -m pip download --quiet --no-deps --only-binary=:all: --dest "$work/wheel" "$@" "$name==$release"
  "$python" - "$work/wheel" "$to" <<'EOF'
import sys, zipfile
from pathlib import Path
for wheel in Path(sys.argv[1]).glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith((".py", "/METADATA")):
                archive.extract(name, sys.argv[2])
EOF
  rm -rf "$work/wheel"
}

site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

roots() { # release of monai: the folders to read, as DIR:DIR:DIR
  case $1 in
    0.[56].*) torch=1.10.2 ignite=0.4.4 ;;
    0.* | 1.[01].*) torch=1.10.2 ignite=0.4.8 ;;
    1.[234].*) torch=2.3.1 ignite=0.4.11 ;;
    *) torch=2.6.0 ignite=0.4.11 ;;
  esac
  if [ "$1" = $newest ]; then echo "$site"; return 0; fi
  echo "$work/monai-$1:$work/torch-$torch:$work/pytorch-ignite-$ignite"
}

get torch 1.10.2 --platform macosx_10_9_x86_64 --python-version 3.8
get torch 2.3.1 --platform macosx_11_0_arm64 --python-version 3.11
get torch 2.6.0 --platform macosx_11_0_arm64 --python-version 3.11
for release in 0.4.4 0.4.8 0.4.11; do get pytorch-ignite $release; done

set --
for release in 0.5.3 0.6.0 0.7.0 0.8.0 0.8.1 0.9.0 0.9.1 1.0.0 1.0.1 1.1.0 1.2.0 1.3.0 1.3.1 1.3.2 1.4.0 \
  1.5.0 1.5.1 1.5.2 1.6.0 $newest; do
  if [ "$release" != $newest ]; then get monai "$release"; fi
  set -- "$@" --release "$release=$(roots "$release")"
done

for release in 0.5.3 0.8.1 1.3.2 1.5.2 $newest; do
  "$python" -m harvest release --label "monai-$release" --root "$(roots "$release")" -o "$out/monai-$release.json.gz"
done
"$python" -m harvest changes "$@" --successors "$here/successors.json" -o "$out/changes.json"

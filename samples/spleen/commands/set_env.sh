#!/usr/bin/env bash
# Sourced by the other scripts: where this MMAR lies, and its own Python components.
MMAR_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export MMAR_ROOT
export PYTHONPATH="${PYTHONPATH:+$PYTHONPATH:}/opt/nvidia:$MMAR_ROOT/custom"

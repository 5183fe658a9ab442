#!/usr/bin/env bash
# Inputs that were made to exhaust or fool the tool, each in a process of its own:
#   ./build.sh bench hostile [--only TEXT]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python3 "$here/run.py" --tool "$here/../../artifacts/panoptes" --model "$here/../../models/person.safetensors" "$@"

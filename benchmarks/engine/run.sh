#!/usr/bin/env bash
# Panoptes.Torch and PyTorch, one after the other: calls of a small operator, an SGD step, a gradient norm.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
dotnet run --project "$here" --configuration Release
source "$here/../python.sh"
python="$(find_python 'import torch')"
if [[ -n "$python" ]]; then exec "$python" "$here/engine.py"; fi
echo "No python3 here imports torch: nothing to compare with (apt-get install python3-torch)." >&2

#!/usr/bin/env bash
# Panoptes.Torch and PyTorch, one after the other: calls of a small operator, an SGD step, a gradient norm.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
dotnet run --project "$here" --configuration Release
for python in "${PANOPTES_PYTHON:-}" /usr/bin/python3 python3; do
    if [[ -n "$python" ]] && "$python" -c 'import torch' 2>/dev/null; then
        exec "$python" "$here/engine.py"
    fi
done
echo "No python3 here imports torch: nothing to compare with (apt-get install python3-torch)." >&2

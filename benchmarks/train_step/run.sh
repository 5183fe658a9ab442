#!/usr/bin/env bash
# One training step of EmbedMask-R50, ours and PyTorch's in turn: ./build.sh bench train_step
#   [--steps 12] and what the programs take: [--size 512] [--batch 2] [--objects 8] [--threads 2]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
steps=12
if [[ "${1:-}" == --steps ]]; then steps="$2"; shift 2; fi

source "$here/../python.sh"
python="$(find_python 'import torch, torchvision')"
if [[ -z "$python" ]]; then
    echo "train_step: no python3 with torch and torchvision (apt-get install python3-torch python3-torchvision)" >&2
    exit 1
fi

dotnet build --configuration Release --verbosity quiet "$here/TrainStep.csproj" >&2
"$python" "$here/run.py" "$steps" "$@" -- \
    dotnet "$here/bin/Release/net10.0/TrainStep.dll" -- \
    "$python" "$here/embedmask_eager.py" -- \
    "$python" "$here/embedmask_eager.py" --channels-last

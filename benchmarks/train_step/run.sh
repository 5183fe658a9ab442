#!/usr/bin/env bash
# One training step of EmbedMask-R50, ours and PyTorch's in turn: ./build.sh bench train_step
#   [--steps 12] and what the programs take: [--size 512] [--batch 2] [--objects 8] [--threads 2]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
steps=12
source "$here/../turns.sh" TrainStep "$@"
"$python" "$here/run.py" "$steps" "${options[@]}" -- \
    "${ours[@]}" -- \
    "$python" "$here/embedmask_eager.py" -- \
    "$python" "$here/embedmask_eager.py" --channels-last

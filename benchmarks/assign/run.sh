#!/usr/bin/env bash
# CIAE's assignment of pixels to queries: pixel by pixel, the library's way, and in PyTorch eager: ./build.sh bench assign
# Where the first two differ on a trained network's embeddings: ./build.sh bench assign --model FILE --images DIR [--threshold S]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
if (($# > 0)); then
    exec dotnet run --project "$here" --configuration Release -- "$@"
fi

scene="$(mktemp -d)"
trap 'rm -rf "$scene"' EXIT
dotnet run --project "$here" --configuration Release -- --write "$scene"
source "$here/../python.sh"
python="$(find_python 'import torch')"
if [[ -n "$python" ]]; then
    "$python" "$here/assign.py" "$scene"
else
    echo "No python3 here imports torch: nothing to compare with (apt-get install python3-torch)." >&2
fi
echo "load: $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)"

#!/usr/bin/env bash
# One training step of EmbedMask-R50, ours against PyTorch eager, in turn on the same machine: ./build.sh bench train_step
#   [--rounds 3] and what both programs take: [--size 512] [--batch 2] [--objects 8] [--steps 8] [--threads 2]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
rounds=3
if [[ "${1:-}" == --rounds ]]; then rounds="$2"; shift 2; fi

python=""
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import torch, torchvision' 2>/dev/null; then python="$candidate"; break; fi
done
if [[ -z "$python" ]]; then
    echo "train_step: no python3 with torch and torchvision (apt-get install python3-torch python3-torchvision)" >&2
    exit 1
fi

dotnet build --configuration Release --verbosity quiet "$here/TrainStep.csproj" >&2
results="$(mktemp)"
trap 'rm -f "$results"' EXIT
for ((round = 1; round <= rounds; round++)); do
    dotnet "$here/bin/Release/net10.0/TrainStep.dll" "$@" | tee -a "$results"
    "$python" "$here/embedmask_eager.py" "$@" | tee -a "$results"
    "$python" "$here/embedmask_eager.py" --channels-last "$@" | tee -a "$results"
done

"$python" - "$results" <<'PY'
import collections, json, statistics, sys
rows = collections.defaultdict(list)
for line in open(sys.argv[1]):
    row = json.loads(line)
    rows[row["name"]].append(row)
ours = rows.pop("panoptes")
for name, theirs in rows.items():
    time = statistics.median(a["ms"] / b["ms"] for a, b in zip(ours, theirs))
    memory = statistics.median(a["peak_mib"] / b["peak_mib"] for a, b in zip(ours, theirs))
    print(f"panoptes / {name}: time {time:.2f}, peak memory {memory:.2f} (medians of {len(ours)} pairs)")
PY

#!/usr/bin/env bash
# What sending gradients while the backward pass goes on saves on a slow network: seconds of a step of two processes on two hosts whose cable
# carries so much, with it and without, in turns.
#
#   benchmarks/distributed/overlap.sh [RATE] [STEPS]       1gbit and 8 unless given; needs root, Open MPI, ip, tc and unshare
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$(dirname "${BASH_SOURCE[0]}")/network.sh"
need mpirun ip tc unshare dotnet
rate="${1:-1gbit}" steps="${2:-8}"
prepare
up
for host in $a $b; do
    cable="cable-${host##*-}"
    tc -n "$host" qdisc add dev "$cable" root tbf rate "$rate" burst 256kb latency 50ms
done

seconds() { "$python" -c '
import json, statistics, sys
lines = [json.loads(line) for line in open(sys.argv[1] + "/metrics.jsonl") if "loss_total" in line]
times = [b["seconds"] - a["seconds"] for a, b in zip(lines, lines[1:])]
print(f"{statistics.median(times[1:]):.3f}")' "$1"; }

for round in 1 2 3; do
    for overlap in 1 0; do
        run="$work/$round-$overlap"
        on 2 env PANOPTES_MPI_OVERLAP=$overlap "$tool" train embedmask_slim "data.train.images=$data/train" \
            "data.train.annotations=$data/instances_train.json" "data.val.images=$data/val" "data.val.annotations=$data/instances_val.json" \
            "${settings[@]}" evaluation.every=0 "schedule.iterations=$steps" --output "$run" >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
        echo "round $round, $([[ $overlap == 1 ]] && echo "while computing" || echo "afterwards"): $(seconds "$run") s a step"
    done
done

#!/usr/bin/env bash
# Several processes against one with the same global batch: losses and weights of each method after some steps, and two runs of one layout.
#
#   ./build.sh bench distributed [STEPS]       50 steps unless given; needs Open MPI and a python3 with numpy
#   benchmarks/distributed/hosts.sh            two hosts, and what happens when one is lost (root)
#   benchmarks/distributed/overlap.sh          what sending while computing saves on a slow network (root)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need mpirun
prepare
steps="${1:-50}"

panoptic=("data.train.panoptic=$data/panoptic_train.json" "data.train.panoptic_folder=$data/panoptic_train"
    "data.val.panoptic=$data/panoptic_val.json" "data.val.panoptic_folder=$data/panoptic_val")
instances=("data.train.annotations=$data/instances_train.json" "data.val.annotations=$data/instances_val.json")

for method in embedmask meinst ciae; do
    more=("${instances[@]}")
    if [[ $method == ciae ]]; then more=("${panoptic[@]}" "${instances[@]}"); fi
    train=("$tool" train "${method}_slim" "data.train.images=$data/train" "data.val.images=$data/val" "${more[@]}" "${settings[@]}"
        "schedule.iterations=$steps" replicas=4)
    "${train[@]}" --output "$work/$method-1" >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
    for count in 2 4; do
        mpirun -n $count "${train[@]}" --output "$work/$method-$count" >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
        echo -n "$method, $count processes against one: "
        compare "$work/$method-1" "$work/$method-$count"
    done
    mpirun -n 2 "${train[@]}" --output "$work/$method-2b" >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
    echo -n "$method, 2 processes twice: "
    compare "$work/$method-2" "$work/$method-2b"
done

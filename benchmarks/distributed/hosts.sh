#!/usr/bin/env bash
# Two "hosts" in network namespaces of their own, with their own names and addresses and a cable between them, on this machine: a run of
# both gives the weights of a run of one; the cable is pulled, a process is killed, a process is stopped; the run goes on with 2 and with 3.
#
#   benchmarks/distributed/hosts.sh            needs root, Open MPI, ip and unshare
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need mpirun ip unshare dotnet
prepare

. "$(dirname "${BASH_SOURCE[0]}")/network.sh"

train=("$tool" train embedmask_slim "data.train.images=$data/train" "data.train.annotations=$data/instances_train.json"
    "data.val.images=$data/val" "data.val.annotations=$data/instances_val.json" "${settings[@]}" replicas=6
    schedule.batch_size=6)
rank() { pgrep -f "Panoptes.Cli.* train .*$1" | while read -r id; do
    if tr '\0' '\n' <"/proc/$id/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$2"; then echo "$id"; fi
done | head -n 1; }

working() { local id; for id in $(pgrep -f "Panoptes.Cli.* train .*$1"); do
    case "$(ps -o stat= -p "$id")" in T* | Z* | "") ;; *) return 0 ;; esac
done; return 1; }

wait_for() { local i; for ((i = 0; i < 600; i++)); do if [[ -e "$1" ]]; then return; fi; sleep 0.1; done; echo "no $1" >&2; exit 1; }

up
echo "== two hosts against one process, 20 steps"
"${train[@]}" schedule.iterations=20 --output "$work/one" >/dev/null 2>&1
on 2 "${train[@]}" schedule.iterations=20 --output "$work/two" >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
compare "$work/one" "$work/two"

for fault in cable kill stop; do
    up
    run="$work/$fault"
    echo "== $fault"
    on 2 "${train[@]}" schedule.iterations=100000 checkpoint.every=5 --output "$run" >/dev/null 2>"$run.log" &
    mpirun=$!
    wait_for "$run/checkpoint/state.safetensors"
    sleep 2
    begin=$(date +%s)
    case $fault in
        cable) ip -n $b link set cable-b down ;;
        kill) kill -9 "$(rank "$run" 1)" ;;
        stop) kill -STOP "$(rank "$run" 1)" ;;
    esac
    # Until no process works any more that could; a stopped one cannot. mpirun itself waits for a host behind a pulled cable for minutes.
    while working "$run"; do sleep 0.5; done
    took=$(($(date +%s) - begin))
    sleep 2 # what the processes said last passes through mpirun
    echo "ended after $took s: $(grep -a error: "$run.log" | head -n 3)"
    pkill -KILL -f "train .*$run" || true
    pkill -KILL -x orted || true
    wait $mpirun || true
    up
    for count in 2 3; do
        steps=$((count == 2 ? 3 : 6))
        done=$(grep -c loss_total "$run/metrics.jsonl")
        on $count "$tool" train --resume --output "$run" "schedule.iterations=$((done + steps))" >/dev/null 2>"$run.log" || { cat "$run.log"; exit 1; }
        echo "resumed with $count processes: $(grep -c loss_total "$run/metrics.jsonl") steps in metrics.jsonl"
    done
done

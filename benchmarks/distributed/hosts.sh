#!/usr/bin/env bash
# Two "hosts" in network namespaces of their own, with their own names and addresses and a cable between them, on this machine: a run of
# both gives the weights of a run of one; the cable is pulled, a process is killed, a process is stopped; the run goes on with 2 and with 3.
#
#   benchmarks/distributed/hosts.sh            needs root, Open MPI, ip and unshare
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need mpirun ip unshare dotnet
prepare

a=panoptes-a b=panoptes-b
down() { ip netns del $a 2>/dev/null || true; ip netns del $b 2>/dev/null || true; rm -rf "$work"; }
trap down EXIT
up() {
    ip netns del $a 2>/dev/null || true
    ip netns del $b 2>/dev/null || true
    ip netns add $a
    ip netns add $b
    ip link add cable-a netns $a type veth peer name cable-b netns $b
    ip -n $a addr add 10.77.0.1/24 dev cable-a
    ip -n $b addr add 10.77.0.2/24 dev cable-b
    for host in $a $b; do ip -n $host link set lo up; done
    ip -n $a link set cable-a up
    ip -n $b link set cable-b up
}

# mpirun's remote shell: `agent HOST COMMAND...` runs the command on the other host.
cat >"$work/agent" <<AGENT
#!/bin/sh
host="\$1"; shift
case "\$host" in 10.77.0.1|host-a) ns=$a name=host-a;; *) ns=$b name=host-b;; esac
exec ip netns exec "\$ns" unshare --uts sh -c 'hostname "\$1"; shift; exec sh -c "\$*"' sh "\$name" "\$@"
AGENT
chmod +x "$work/agent"

# on N COMMAND...: N processes, dealt out to both hosts.
on() {
    local count="$1"
    shift
    ip netns exec $a unshare --uts sh -c 'hostname host-a; exec "$@"' sh \
        mpirun -n "$count" --host "host-a:$(((count + 1) / 2)),10.77.0.2:$((count / 2))" --map-by slot \
        --mca plm_rsh_agent "$work/agent" --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 \
        -x OMPI_MCA_mpi_yield_when_idle -x DOTNET_ROOT "$@"
}

train=("$tool" train embedmask_slim "data.train.images=$data/train" "data.train.annotations=$data/instances_train.json" "${settings[@]}" replicas=6
    schedule.batch_size=6)
rank() { pgrep -f "Panoptes.Cli.* train .*$1" | while read -r id; do
    if tr '\0' '\n' <"/proc/$id/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$2"; then echo "$id"; fi
done | head -n 1; }

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
    code=0
    wait $mpirun || code=$?
    echo "ended after $(($(date +%s) - begin)) s with code $code: $(grep -a error: "$run.log" | head -n 3)"
    pkill -KILL -f "train .*$run" || true
    up
    for count in 2 3; do
        steps=$((count == 2 ? 3 : 6))
        done=$(grep -c loss_total "$run/metrics.jsonl")
        on $count "$tool" train --resume --output "$run" "schedule.iterations=$((done + steps))" >/dev/null 2>"$run.log" || { cat "$run.log"; exit 1; }
        echo "resumed with $count processes: $(grep -c loss_total "$run/metrics.jsonl") steps in metrics.jsonl"
    done
done

#!/usr/bin/env bash
# How long a service takes to start: 5 times the command, until a path of it answers; medians of the seconds that pass and of the
# processor's, and the megabytes that it holds then.
#
#   benchmarks/run.sh serve_start URL COMMAND [ARG ...]
#   benchmarks/run.sh serve_start http://127.0.0.1:8090/readyz panoptes serve --model person.onnx --urls http://127.0.0.1:8090
set -euo pipefail

url="$1"
shift
ticks="$(getconf CLK_TCK)"
walls=() processors=() memories=()
for _ in 1 2 3 4 5; do
    start="$EPOCHREALTIME"
    "$@" >/dev/null 2>&1 &
    pid=$!
    until curl --silent --output /dev/null "$url"; do
        kill -0 "$pid" || exit 1
        sleep 0.01
    done
    walls+=("$(awk "BEGIN { print $EPOCHREALTIME - $start }")")
    processors+=("$(sed 's/.*) //' "/proc/$pid/stat" | awk "{ print (\$12 + \$13) / $ticks }")")
    memories+=("$(awk '/VmRSS/ { print $2 / 1024 }' "/proc/$pid/status")")
    kill -TERM "$pid"
    wait "$pid" || true
done
median() { printf '%s\n' "$@" | sort -g | sed -n 3p; }
printf '%.2f s until it answers, %.2f s of the processor, %.0f MB (medians of 5; load %s)\n' \
    "$(median "${walls[@]}")" "$(median "${processors[@]}")" "$(median "${memories[@]}")" "$(cut -d ' ' -f 1 /proc/loadavg)"

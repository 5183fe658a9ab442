# What the scripts of this benchmark share. Sourced by them.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
tool="${PANOPTES_TOOL:-$root/artifacts/panoptes}"
source "$root/benchmarks/python.sh"
python="$(find_python 'import numpy')"
if [[ -z "$python" ]]; then
    echo "distributed: needs a python3 with numpy; PANOPTES_PYTHON names one" >&2
    exit 2
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Open MPI refuses more processes than cores, and root, unless it is told.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_btl_vader_single_copy_mechanism=none

need() {
    local program
    for program in "$@"; do
        if ! command -v "$program" >/dev/null; then
            echo "distributed: needs $program" >&2
            exit 2
        fi
    done
}

# Drawn scenes with instances and panoptic segments, and a narrow network of each method that learns them in seconds.
prepare() {
    "$tool" demo --scenes 16 --method ciae --minutes 0.01 --output "$work/demo" >/dev/null 2>&1 || true
    data="$work/demo/data"
    if [[ ! -e "$data/instances_train.json" ]]; then
        echo "distributed: no scenes were drawn" >&2
        exit 1
    fi
}

# compare RUN RUN: how far apart their losses and weights are.
compare() { "$python" "$root/benchmarks/distributed/compare.py" "$1" "$2"; }

# A network as wide as any, since narrow ones on small maps enlarge what roundings differ by; small images, for time.
settings=(
    input.short_side='[128]' input.long_side=192 schedule.batch_size=4 schedule.warmup.iterations=5 data.workers=1
    logging.every=1 evaluation.every=25 evaluation.samples=1 threads=1
)

#!/usr/bin/env bash
# Installs what tests need besides .NET, where apt-get is at hand: a Python with PyTorch, torchvision and Pillow to compare with, and
# Chromium for the tests of the service's page. All is optional: without it those tests are skipped and say so. So this script always
# succeeds, and tells what it did.
set -uo pipefail

modules="torch torchvision PIL numpy"

say() { printf 'oracle: %s\n' "$*" >&2; }

has_oracle() {
    local python
    for python in "${PANOPTES_PYTHON:-}" /usr/bin/python3 python3; do
        if [[ -n "$python" ]] && "$python" -c "import ${modules// /, }" 2>/dev/null; then return 0; fi
    done
    return 1
}

has_browser() { [[ -x "${PANOPTES_CHROMIUM:-/usr/bin/chromium}" ]]; }

as_root() {
    if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >/dev/null; }

install() { apt install --yes --no-install-recommends --no-remove "$@"; }

# need CHECK WHAT PACKAGE...: installs the packages unless the check passes already.
need() {
    local check="$1" what="$2" skipped
    shift 2
    skipped="Tests that need $what will be skipped."
    if "$check"; then return; fi
    if ! command -v apt-get >/dev/null; then say "this system has no apt-get. $skipped"; return; fi
    if ! as_root true 2>/dev/null; then say "neither root nor sudo without a password: $* not installed. $skipped"; return; fi
    say "installing with apt-get: $*."
    # The lists that are there may do, and save a minute; fresh ones otherwise.
    install "$@" 2>/dev/null || { apt update && install "$@"; } || { say "apt-get failed. $skipped"; return; }
    "$check" || say "apt-get succeeded, and $what is still missing. $skipped"
}

need has_oracle "a python3 that imports ${modules// /, }" python3-torch python3-torchvision python3-pil python3-numpy
need has_browser "Chromium" chromium
exit 0

#!/usr/bin/env bash
# Installs what tests compare with, where apt-get is at hand: a Python with PyTorch, torchvision and Pillow.
# It is optional: without it those tests are skipped and say so. So this script always succeeds, and tells what it did.
set -uo pipefail

modules="torch torchvision PIL numpy"
packages=(python3-torch python3-torchvision python3-pil python3-numpy)

say() { printf 'oracle: %s\n' "$*" >&2; }

give_up() {
    say "$* Tests that compare with PyTorch, torchvision and Pillow will be skipped."
    exit 0
}

has_oracle() {
    local python
    for python in "${PANOPTES_PYTHON:-}" /usr/bin/python3 python3; do
        if [[ -n "$python" ]] && "$python" -c "import ${modules// /, }" 2>/dev/null; then return 0; fi
    done
    return 1
}

as_root() {
    if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >/dev/null; }

install() { apt install --yes --no-install-recommends --no-remove "${packages[@]}"; }

if has_oracle; then exit 0; fi
if ! command -v apt-get >/dev/null; then give_up "this system has no apt-get."; fi
if ! as_root true 2>/dev/null; then give_up "neither root nor sudo without a password: ${packages[*]} are not installed."; fi

say "installing with apt-get: ${packages[*]}."
# The lists that are there may do, and save a minute; fresh ones otherwise.
install 2>/dev/null || { apt update && install; } || give_up "apt-get failed."
if ! has_oracle; then give_up "apt-get succeeded, and still no python3 imports ${modules// /, }."; fi

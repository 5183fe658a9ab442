# Prints the first Python that runs a line ("import torch"), or nothing. PANOPTES_PYTHON comes first.
find_python() {
    local candidate
    for candidate in "${PANOPTES_PYTHON:-}" python3 /usr/bin/python3; do
        if [[ -n "$candidate" ]] && "$candidate" -c "$1" 2>/dev/null; then echo "$candidate"; return; fi
    done
}

# Two hosts on this machine: namespaces with names and addresses of their own, and a cable between them. Sourced.
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


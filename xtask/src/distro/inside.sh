# Runs a command in another root file system. It runs in mount and process namespaces of its own, so that whatever ends it, be it
# a signal to one process, every mount and every process in it is gone.
#
# inside.sh ROOT MOUNTS PROGRAM ARGUMENT…, where MOUNTS is a file with a line for each mount: `ro` or `rw`, what, and where below ROOT,
# with a tab between.
set -eu
root=$1 mounts=$2
shift 2
tab=$(printf '\t')
while IFS="$tab" read -r mode from to; do
    if [ -d "$from" ]; then
        mkdir -p "$root$to"
    else
        mkdir -p "$(dirname "$root$to")"
        # A symbolic link would lead out of the root file system.
        if [ -L "$root$to" ]; then rm "$root$to"; fi
        [ -e "$root$to" ] || : > "$root$to"
    fi
    mount --bind "$from" "$root$to"
    [ "$mode" = rw ] || mount -o remount,bind,ro "$root$to"
done < "$mounts"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"

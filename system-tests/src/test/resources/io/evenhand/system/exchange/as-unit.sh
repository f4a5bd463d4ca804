#!/usr/bin/env bash
# Becomes COMMAND as systemd would start it: the same user, rights, paths, mounts and limits, with the kernel's own
# means. Runs as root in a mount namespace of its own; all that it mounts ends with the process.
#   as-unit.sh ROOT TREE JDK LIB ETC USER-ID -- COMMAND...
# ROOT: an empty folder, which becomes "/"; TREE: stands at /opt/evenhand; JDK: at /opt/jdk; LIB: at /var/lib;
# ETC: at /etc/evenhand. The unit's directives come as variables named U_<Directive>.
set -euo pipefail
root=$1 tree=$2 jdk=$3 lib=$4 etc=$5 user=$6
shift 7

yes() { [[ ${!1:-} == true ]]; }
bind() { mkdir -p "$root$2" && mount --bind "$1" "$root$2"; }

mount -t tmpfs -o mode=755 tmpfs "$root"
for name in bin sbin lib lib32 lib64 usr; do
  if [[ -L /$name ]]; then cp -P "/$name" "$root/$name"; elif [[ -d /$name ]]; then bind "/$name" "/$name"; fi
done
cp -a /etc "$root/etc"
rm -rf "$root/etc/evenhand"
cp -a "$etc" "$root/etc/evenhand"
chmod 755 "$root/etc/evenhand"
echo "evenhand:x:$user:$user::/nonexistent:/usr/sbin/nologin" >>"$root/etc/passwd"
echo "evenhand:x:$user:" >>"$root/etc/group"
bind "$tree" /opt/evenhand
bind "$jdk" /opt/jdk
bind "$lib" /var/lib
bind /proc /proc
mkdir -m 700 "$root/root" "$root/home"
mkdir -p "$root/dev/shm" "$root/run/credentials" "$root/var/tmp" "$root/tmp"

writable=" $root/tmp $root/var/tmp $root/dev/shm $root/proc "
for directory in ${U_StateDirectory:-}; do
  install -d -o "$user" -g "$user" -m "${U_StateDirectoryMode:-0755}" "$lib/$directory"
  bind "$lib/$directory" "/var/lib/$directory"
  writable+="$root/var/lib/$directory "
done
yes U_PrivateTmp || { echo "as-unit: only units with PrivateTmp=true" >&2; exit 9; }
for directory in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o mode=1777 tmpfs "$root$directory"; done
yes U_PrivateDevices || { echo "as-unit: only units with PrivateDevices=true" >&2; exit 9; }
for device in null zero full random urandom; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
if yes U_ProtectKernelTunables; then mount --bind -o ro /proc/sys "$root/proc/sys"; fi

# LoadCredentialEncrypted=NAME:FILE ends as a file that the user of the unit alone may read.
credentials=/run/credentials/unit
mkdir -m 500 "$root$credentials"
while IFS=: read -r name file; do
  [[ -n $name ]] || continue
  install -m 400 -o "$user" -g "$user" "$root$file" "$root$credentials/$name"
done <<<"${U_LoadCredentialEncrypted:-}"
chown "$user" "$root$credentials"

[[ ${U_ProtectSystem:-} == strict ]] || { echo "as-unit: only units with ProtectSystem=strict" >&2; exit 9; }
while read -r _ _ _ _ at _; do
  [[ $at == "$root" || $at == "$root"/* ]] || continue
  [[ $writable == *" $at "* || $at == "$root/dev/"* || $at == "$root/proc/"* ]] || mount -o remount,bind,ro "$at"
done </proc/self/mountinfo

rights=(--reuid="$user" --regid="$user" --clear-groups --inh-caps=-all)
if yes U_NoNewPrivileges; then rights+=(--no-new-privs); fi
if [[ -n ${U_CapabilityBoundingSet+set} && -z $U_CapabilityBoundingSet ]]; then rights+=(--bounding-set=-all); fi
limits=()
[[ -z ${U_LimitNOFILE:-} ]] || limits+=("--nofile=$U_LimitNOFILE")
[[ -z ${U_LimitCORE:-} ]] || limits+=("--core=$U_LimitCORE")
environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/nonexistent USER=evenhand LOGNAME=evenhand
  SHELL=/usr/sbin/nologin "STATE_DIRECTORY=/var/lib/${U_StateDirectory:-}" "CREDENTIALS_DIRECTORY=$credentials")
while read -r setting; do [[ -z $setting ]] || environment+=("$setting"); done <<<"${U_Environment:-}"
umask "${U_UMask:-0022}"
where=${U_WorkingDirectory:-/}
exec chroot "$root" prlimit "${limits[@]}" setpriv "${rights[@]}" env -i "${environment[@]}" \
  sh -c 'cd "$0" && exec "$@"' "$where" "$@"

#!/bin/sh
# Installs a tarball of the Yizhan host: checked, tried, and only then switched to, in one step.
#   install.sh TARBALL [--key PUBLIC.pem] [--root DIR]
# SHA256SUMS and SHA256SUMS.sig lie beside the tarball. --root: another root folder, for an image that is being made.
# The version before stays where it is: `sh install.sh --switch OLD` and a restart go back; `--keep OLD` makes the updater that version's too.
# In parts, for root's updater (docs/decisions/0055), which has verified what it gives and may do each of them twice:
#   install.sh --lay TARBALL --sha256 HEX --version VERSION    beside the others, tried
#   install.sh --switch VERSION                                program, units and policy
#   install.sh --keep VERSION                                  the updater and its units are that version's too
# For the deb (docs/decisions/0057), of what dpkg has verified and laid out:
#   install.sh --tree DIR [--root DIR]                         all of it; --lay-only: beside the others, tried; says which
set -eu
# Whatever root's own is: the services read what is laid here.
umask 022

fail() { echo "install.sh: $1" >&2; exit 1; }

usage='usage: install.sh TARBALL [--key PUBLIC.pem] [--root DIR]'
do='install'; tarball=''; tree=''; key=''; root=''; sha256=''; version=''
while [ $# -gt 0 ]; do
  case "$1" in
    --key|--root|--lay|--tree|--switch|--keep|--sha256|--version) [ $# -gt 1 ] || fail "$1 of what? $usage" ;;
  esac
  case "$1" in
    --key) key="$2"; shift 2 ;;
    --root) root="${2%/}"; shift 2 ;;
    --lay) do='lay'; tarball="$2"; shift 2 ;;
    --tree) tree="${2%/}"; shift 2 ;;
    --lay-only) do='lay'; shift ;;
    --switch) do='switch'; version="$2"; shift 2 ;;
    --keep) do='keep'; version="$2"; shift 2 ;;
    --sha256) sha256="$2"; shift 2 ;;
    --version) version="$2"; shift 2 ;;
    -*) fail "what is $1? $usage" ;;
    *) tarball="$1"; shift ;;
  esac
done
place="$root/opt/yizhan"; fresh=''
config="${YIZHAN_CONFIG:-$root/var/lib/yizhan/terminal.yaml}"
node="${YIZHAN_NODE:-node}"

# SHA256SUMS, by the key of releases.
verify() {
  folder="$(cd "$(dirname "$tarball")" && pwd)"
  name="$(basename "$tarball")"
  trusted="$root/etc/yizhan/release.pub"
  if [ -z "$key" ] && [ -f "$trusted" ]; then key="$trusted"; fi
  [ -f "$folder/SHA256SUMS" ] || fail "SHA256SUMS is not beside $name"
  if [ -n "$key" ]; then
    "$node" -e 'process.exit(require("crypto").createPublicKey(require("fs").readFileSync(process.argv[1])).asymmetricKeyType === "ed25519" ? 0 : 1)' \
      "$key" 2>/dev/null || fail "$key is no public Ed25519 key (PEM)"
    [ -f "$folder/SHA256SUMS.sig" ] || fail "SHA256SUMS is not signed: SHA256SUMS.sig is not beside it"
    "$node" -e '
      const { readFileSync } = require("node:fs");
      const { createPublicKey, verify } = require("node:crypto");
      const [key, sums] = process.argv.slice(1);
      const signature = Buffer.from(readFileSync(`${sums}.sig`, "utf8"), "base64");
      process.exit(verify(null, readFileSync(sums), createPublicKey(readFileSync(key)), signature) ? 0 : 1);
    ' "$key" "$folder/SHA256SUMS" 2>/dev/null || fail "SHA256SUMS is not signed by $key"
  else
    echo "install.sh: no key is installed in $trusted: only the sum is checked" >&2
  fi
  grep -q "  $name\$" "$folder/SHA256SUMS" || fail "SHA256SUMS does not name $name"
  (cd "$folder" && grep "  $name\$" SHA256SUMS | sha256sum --check --status -) || fail "$name is not what SHA256SUMS says"
}

# The terminal's own user wrote the configuration, and so he reads it, where he is there already.
as_terminal() {
  if [ -z "$root" ] && [ "$(id -u)" = 0 ] && id yizhan >/dev/null 2>&1; then
    setpriv --reuid=yizhan --regid=yizhan --init-groups -- "$@"
  else "$@"; fi
}

# By its own self-test, with this machine's configuration. A terminal in Electron is no program of Node's.
try() {
  if [ -f "$fresh/packaging/self-test.sh" ]; then
    allow_sandbox
    set -- sh "$fresh/packaging/self-test.sh"
  else set -- "$node" "$fresh/dist/host/self-test.js" --report -; fi
  as_terminal timeout --kill-after=10 120 "$@" --config "$config" --data "$root/var/lib/yizhan" >"$fresh/self-test.json" ||
    fail "its self-test failed: $(cat "$fresh/self-test.json" 2>/dev/null)"
}

# A machine's AppArmor that does not know the rule needs none.
allow_sandbox() {
  rule="$fresh/packaging/apparmor"
  if [ ! -f "$rule" ]; then rule="$place/$version/packaging/apparmor"; fi
  if [ -n "$root" ] || [ ! -f "$rule" ] || ! apparmor_parser --skip-kernel-load --debug "$rule" >/dev/null 2>&1; then return; fi
  install -m 0644 "$rule" /etc/apparmor.d/yizhan
  apparmor_parser --replace --write-cache --skip-read-cache /etc/apparmor.d/yizhan || true
}

# Unpacked beside the others and tried, with its name at last; `version` is what it says of itself.
lay_out() {
  [ -n "$tree$tarball" ] || fail "$usage"
  [ -f "${tree:+$tree/package.json}$tarball" ] || fail "$tree$tarball is not there"
  [ -n "$root" ] || [ "$(id -u)" = 0 ] || fail 'run it as root'
  "$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 24 ? 0 : 1)' 2>/dev/null ||
    fail "Node 24 or later is needed (the distribution's, or nodejs.org's for this processor)"
  if [ -n "$tree" ]; then :
  elif [ "$do" = lay ]; then
    echo "$sha256  $tarball" | sha256sum --check --status - || fail "$tarball is not what was verified"
  else verify; fi
  mkdir -p "$place"
  # What a kill left; not what another one is laying out just now, by the process in its name.
  for left in "$place"/.new-*; do
    kill -0 "${left##*-}" 2>/dev/null || rm -rf "$left"
  done
  fresh="$place/.new-$$"; aside="$place/.new-old-$$"
  rm -rf "$fresh" "$aside"
  trap 'rm -rf "$fresh"' EXIT
  mkdir "$fresh"
  if [ -n "$tree" ]; then
    # dpkg takes its own away with the next version, by another inode: linked here, the same bytes stay, on the disk once.
    cp -a --link "$tree/." "$fresh" 2>/dev/null || { rm -rf "$fresh"; cp -a "$tree" "$fresh"; }
  else
    tar --extract --gzip --no-same-owner --no-same-permissions --file="$tarball" --directory="$fresh" --strip-components=1 ||
      fail "it does not unpack"
  fi
  inside="$("$node" -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).version' "$fresh/package.json")"
  case "$inside" in ''|.*|*[!A-Za-z0-9.+-]*) fail "it has no version" ;; esac
  [ -z "$version" ] || [ "$inside" = "$version" ] || fail "it is $inside, and $version was asked for"
  version="$inside"
  at_work="$(readlink "$place/current" 2>/dev/null || true)"
  # dpkg's last step, begun again where it was cut off.
  if [ -n "$tree" ] && [ "$at_work" = "$version" ]; then return; fi
  if [ "$do$tree" = install ] || [ "$at_work" = "$version" ]; then
    [ ! -e "$place/$version" ] || fail "$version is installed already"
  fi
  # By hand gone back from, and not kept: the updater would replace itself. dpkg may, which brings its own installer and is begun again.
  [ "$do$tree" != lay ] || [ "$(readlink "$place/updater" 2>/dev/null || true)" != "$version" ] ||
    fail "$version is the updater's: install.sh --keep $at_work first"
  if [ -f "$config" ]; then try; fi
  # Aside in one step: half a version must not have its name.
  if [ -e "$place/$version" ]; then mv -T "$place/$version" "$aside"; fi
  mv -T "$fresh" "$place/$version"
  # What is switched to must be there behind a power cut.
  sync
  rm -rf "$aside"
}

# In one step, and on the disk before it has its name: what it replaces may be what brings the machine up.
lay() {
  mkdir -p "$root$(dirname "$2")"
  install -m 0644 "$place/$version/packaging/$1" "$root$2.new-$$"
  sync "$root$2.new-$$"
  mv -T "$root$2.new-$$" "$root$2"
}
# `update` or not: the updater's own units stay those of the version that can be gone back to, until another one is kept.
lay_units() {
  for unit in "$place/$version"/packaging/systemd/*; do
    name="$(basename "$unit")"
    case "$name" in yizhan-update*) kind=update ;; *) kind=terminal ;; esac
    [ "$kind" != "$1" ] || lay "systemd/$name" "/usr/lib/systemd/system/$name"
  done
}
point() {
  rm -f "$place/.$1-$$"
  ln -s "$version" "$place/.$1-$$"
  mv -T "$place/.$1-$$" "$place/$1"
}
switch() {
  [ -f "$place/$version/package.json" ] || fail "$version is not there"
  point current
  lay_units terminal
  lay sysusers.conf /usr/lib/sysusers.d/yizhan.conf
  lay tmpfiles.conf /usr/lib/tmpfiles.d/yizhan.conf
  lay 60-yizhan-serial.rules /usr/lib/udev/rules.d/60-yizhan-serial.rules
  lay chromium-policy.json /etc/chromium/policies/managed/yizhan.json
  if [ -f "$place/$version/yizhan" ]; then
    mkdir -p "$root/usr/bin"
    ln -sfn /opt/yizhan/current/yizhan "$root/usr/bin/yizhan"
    allow_sandbox
  fi
  sync
  if [ -z "$root" ]; then
    systemd-sysusers; systemd-tmpfiles --create yizhan.conf
    # Not in an image that is being made.
    if [ -d /run/systemd/system ]; then udevadm control --reload || true; systemctl daemon-reload; fi
  fi
}
keep() {
  point updater
  lay_units update
  sync
  if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

case "$do" in
  lay)
    lay_out
    [ -z "$tree" ] || echo "$version"
    ;;
  switch) switch ;;
  keep) keep ;;
  install)
    lay_out
    switch
    keep
    echo "Yizhan $version is installed in $place/$version; systemctl enable --now yizhan.target starts it"
    [ -f "$config" ] || [ -f "$root/etc/yizhan/station.yaml" ] ||
      echo "before that, put the station's file at /etc/yizhan/station.yaml: the first start sets the terminal up over it"
    ;;
esac

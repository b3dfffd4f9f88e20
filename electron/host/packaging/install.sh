#!/bin/sh
# Installs a tarball of the Yizhan host: checked, tried, and only then switched to, in one step.
#   install.sh TARBALL [--key PUBLIC.pem] [--root DIR]
#   install.sh --tree DIR [--root DIR]
# SHA256SUMS and SHA256SUMS.sig lie beside the tarball. --tree: what dpkg has verified and laid out, units too (deb/postinst).
# --root: another root folder, for an image that is being made.
# The version before stays where it is: `ln -sfn OLD /opt/yizhan/current` and a restart go back.
set -eu
# Whatever root's own is: the services read what is laid here.
umask 022

fail() { echo "install.sh: $1" >&2; exit 1; }

usage='usage: install.sh TARBALL [--key PUBLIC.pem] [--root DIR] | --tree DIR [--root DIR]'
tarball=''; tree=''; key=''; root=''
while [ $# -gt 0 ]; do
  case "$1" in
    --key) key="$2"; shift 2 ;;
    --root) root="${2%/}"; shift 2 ;;
    --tree) tree="${2%/}"; shift 2 ;;
    -*) fail "what is $1? $usage" ;;
    *) tarball="$1"; shift ;;
  esac
done
[ -f "$tarball" ] || [ -n "$tree" ] || fail "$usage"
node="${YIZHAN_NODE:-node}"
"$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 24 ? 0 : 1)' 2>/dev/null ||
  fail "Node 24 or later is needed (the distribution's, or nodejs.org's for this processor)"

verify() {
  folder="$(cd "$(dirname "$tarball")" && pwd)"
  name="$(basename "$tarball")"
  trusted="$root/etc/yizhan/release.pub"
  if [ -z "$key" ] && [ -f "$trusted" ]; then key="$trusted"; fi
  if [ -n "$key" ]; then
    "$node" -e '
      const { readFileSync } = require("node:fs");
      const { createPublicKey, verify } = require("node:crypto");
      const [key, sums] = process.argv.slice(1);
      const signature = Buffer.from(readFileSync(`${sums}.sig`, "utf8"), "base64");
      process.exit(verify(null, readFileSync(sums), createPublicKey(readFileSync(key)), signature) ? 0 : 1);
    ' "$key" "$folder/SHA256SUMS" 2>/dev/null || fail "SHA256SUMS is not signed by $key"
  else
    echo "install.sh: no key is installed in /etc/yizhan/release.pub: only the sum is checked" >&2
  fi
  grep -q "  $name\$" "$folder/SHA256SUMS" || fail "SHA256SUMS does not name $name"
  (cd "$folder" && grep "  $name\$" SHA256SUMS | sha256sum --check --status -) || fail "$name is not what SHA256SUMS says"
}
[ -n "$tree" ] || verify

place="$root/opt/yizhan"
mkdir -p "$place"
fresh="$place/.new-$$"
trap 'rm -rf "$fresh"' EXIT
mkdir "$fresh"
if [ -z "$tree" ]; then
  tar --extract --gzip --no-same-owner --no-same-permissions --file="$tarball" --directory="$fresh" --strip-components=1
else
  # dpkg takes its own away with the next version, by another inode: linked here, the same bytes stay, on the disk once.
  cp -a --link "$tree/." "$fresh" 2>/dev/null || { rm -rf "$fresh"; cp -a "$tree" "$fresh"; }
fi
version="$("$node" -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).version' "$fresh/package.json")"
case "$version" in ''|*[!A-Za-z0-9.+-]*) fail "it has no version" ;; esac

config="${YIZHAN_CONFIG:-$root/var/lib/yizhan/terminal.yaml}"
if [ ! -e "$place/$version" ]; then
  if [ -f "$config" ]; then
    "$node" "$fresh/dist/host/self-test.js" --config "$config" --report "$fresh/self-test.json" ||
      fail "its self-test failed: $(cat "$fresh/self-test.json" 2>/dev/null)"
  fi
  mv "$fresh" "$place/$version"
  # What is switched to must be there behind a power cut.
  sync
elif [ -z "$tree" ]; then
  fail "$version is installed already"
fi
# Else dpkg was cut off behind the move, and does its last step once more.
ln -s "$version" "$place/.current-$$"
mv -T "$place/.current-$$" "$place/current"

lay() { mkdir -p "$root$(dirname "$2")"; install -m 0644 "$place/$version/packaging/$1" "$root$2"; }
if [ -z "$tree" ]; then
  for unit in "$place/$version"/packaging/systemd/*; do lay "systemd/$(basename "$unit")" "/usr/lib/systemd/system/$(basename "$unit")"; done
  lay sysusers.conf /usr/lib/sysusers.d/yizhan.conf
  lay tmpfiles.conf /usr/lib/tmpfiles.d/yizhan.conf
  lay 60-yizhan-serial.rules /usr/lib/udev/rules.d/60-yizhan-serial.rules
  lay chromium-policy.json /etc/chromium/policies/managed/yizhan.json
fi
if [ -z "$root" ]; then
  systemd-sysusers; systemd-tmpfiles --create yizhan.conf
  # Not in an image that is being made.
  if [ -d /run/systemd/system ]; then udevadm control --reload || true; systemctl daemon-reload; fi
fi
echo "Yizhan $version is installed in $place/$version; systemctl enable --now yizhan.target starts it"
[ -f "$config" ] || [ -f "$root/etc/yizhan/station.yaml" ] ||
  echo "before that, put the station's file at /etc/yizhan/station.yaml: the first start sets the terminal up over it"

# Sourced by the scripts: Debian packages that are missing are named, explained and installed.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# need_packages "NAME|why it is needed" …: quick and silent when nothing is missing.
need_packages() {
  local entry missing=() reasons=()
  if ! command -v dpkg-query >/dev/null; then
    say "This is not Debian, so nothing is installed for you. Needed, under Debian's names:"
    for entry in "$@"; do say "  ${entry%%|*}: ${entry#*|}"; done
    return 0
  fi
  for entry in "$@"; do
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "${entry%%|*}" 2>/dev/null)" != installed ]; then
      missing+=("${entry%%|*}")
      reasons+=("  ${entry%%|*}: ${entry#*|}")
    fi
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "Some Debian packages are missing, and installing them takes root or sudo. As root, run:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}
They are for:
$(printf '%s\n' "${reasons[@]}")"
    as_root=(sudo)
  fi
  say "Installing what is missing (apt-get install --no-install-recommends):"
  printf '%s\n' "${reasons[@]}" >&2
  local log
  log=$(mktemp)
  # One package source that does not answer need not matter: what counts is the installation.
  "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 </dev/null || true
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

need_rust() {
  command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
  command -v cargo >/dev/null || fail "Rust is missing: install Rust 1.95 or newer with rustup, then run this again."
  command -v cc >/dev/null || fail "A C compiler is missing: apt-get install gcc libc6-dev, then run this again."
}

BUILD_PACKAGES=(
  "libpq-dev|PostgreSQL's client library, which the program is linked with"
)
FONT_PACKAGES=(
  "fonts-noto-cjk|the Chinese typeface of the documents in PDF"
)

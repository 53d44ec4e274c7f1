# The package under a real systemd: installed, used, disturbed, upgraded, purged.
source /tests/checks.sh

install_package() { dpkg --install "$1" > /tmp/dpkg.log 2>&1; }

# --- installed -----------------------------------------------------------------------------
check 'the package installs' install_package /tests/kangarood.deb
check 'nothing warns of anything while it does' fails grep -i -E 'warn|error|fail' /tmp/dpkg.log
# Without it, libudev takes it that nobody would tell of devices.
mkdir -p /run/udev && : > /run/udev/control

check 'the daemon is ready' await 20 ready
check 'it is enabled, and so are its two sockets' systemctl is-enabled --quiet \
  kangarood.service kangarood-stream.socket kangarood-control.socket
verify() {
  systemd-analyze verify --man=no kangarood.service kangarood-{stream,control,uevent}.socket
}
check 'systemd finds nothing to object to in the units' equals "$(verify 2>&1)" ''
pages() {
  sed -n 's/^Documentation=//p' /usr/lib/systemd/system/kangarood* | tr ' ' '\n' | sort -u |
    sed 's/man:\(.*\)(\(.\))/\2 \1/' | while read -r section name; do
    test -s "/usr/share/man/man$section/$name.$section.gz" || echo "$name($section)"
  done
}
check 'the pages that they point to are there' equals "$(pages)" ''
echo "        exposure $(exposure)"
check 'its exposure is at most 0.8' at_most 0.8 "$(exposure)"
mode() { stat --format='%a %U:%G' "$1"; }
check 'listeners have a socket of their own' equals \
  "$(mode /run/kangarood/stream.sock)" '660 root:kangaroo'
check 'those who may give orders have another' equals \
  "$(mode /run/kangarood/control.sock)" '660 root:kangaroo-control'
check 'the state is for the daemon and its listeners' equals \
  "$(mode /var/lib/kangarood)" '750 kangarood:kangaroo'
capabilities() { sed -n 's/^CapEff:\s*//p' "/proc/$(daemon_pid)/status"; }
check 'the daemon has no capability' equals "$(capabilities)" 0000000000000000
check 'the reading thread has real-time priority' \
  bash -c "chrt --pid $(daemon_pid) | grep -q 'SCHED_FIFO|SCHED_RESET_ON_FORK'"
others() {
  for thread in /proc/"$(daemon_pid)"/task/*; do
    [ "${thread##*/}" = "$(daemon_pid)" ] || chrt --pid "${thread##*/}" | grep policy
  done
}
check 'and no other thread has' equals "$(others | grep -c SCHED_OTHER)" "$(others | wc -l)"
check 'of which there are some' test "$(others | wc -l)" -gt 0
echo "        $(grep VmRSS "/proc/$(daemon_pid)/status" | tr -s '\t ' ' ')"
commands() { kangaroo --help | sed -n 's/^  \([a-z-]*\) .*/\1/p'; }
undocumented() {
  for command in $(commands); do
    zcat /usr/share/man/man1/kangaroo.1.gz | grep -q -E "^\.BR? .*\b$command\b" || echo "$command"
  done
}
check 'every command is in the manual' equals "$(undocumented)" ''
imagined() {
  zcat /usr/share/man/man1/kangaroo.1.gz | sed -n '/^.SH COMMANDS/,/^.SH EXIT/p' |
    sed -n -E '/^\.BR? /s/^\.BR? |"//gp' | tr -d ',' | tr ' ' '\n' | grep '^[a-z]' |
    while read -r command; do commands | grep -q -x -- "$command" || echo "$command"; done
}
check 'and the manual has no other' equals "$(imagined)" ''
check 'and there are commands to look for' test "$(commands | wc -l)" -gt 8

# --- who may do what -----------------------------------------------------------------------
mkdir -p /etc/sysusers.d
cat > /etc/sysusers.d/ward.conf << 'USERS'
u listener -
u nurse -
u stranger -
m listener kangaroo
m nurse kangaroo
m nurse kangaroo-control
USERS
systemd-sysusers ward.conf
# `timeout` ends what goes on for ever; only what came before that counts.
hears() { runuser -u "$1" -- timeout 5 kangaroo watch | grep -q '"type":"live"'; }
orders() { runuser -u "$1" -- kangaroo mark transfer --infant infant-1 --by "$1"; }
check 'a listener is told what there is' hears listener
check 'a stranger is refused' fails hears stranger
check 'a nurse may mark a transfer' orders nurse
check 'the log says which user did' await 5 logged \
  "mark transfer for infant-1 by nurse, user $(id -u nurse)"
marks() { kangaroo events | grep '"type":"mark"' | grep -c '"by":"nurse"'; }
check 'the mark is kept' equals "$(marks)" 1
check 'a listener may not' fails orders listener
check 'nor may a stranger' fails orders stranger

# --- probes --------------------------------------------------------------------------------
probe() { # SERIAL NAME PROPERTY=VALUE...
  /tests/ward-probe "$@" > "/tmp/probe-$1" &
  probe=$!
  await 5 test -s "/tmp/probe-$1"
}
descriptors() { ls -l "/proc/$(daemon_pid)/fd"; }
listen /tmp/said
probe 0001 ttyUSB0 KANGAROOD=probe
check 'a probe that is tagged is opened' await 10 said /tmp/said \
  '"type":"port".*"link":"open".*KMC_Probe_0001'
status_shows() { kangaroo status | grep -q "$1"; }
check 'its temperature arrives' await 30 status_shows '36\.[89]'
tagged=$probe
probe 0666 ttyUSB6
foreign=$(cat /tmp/probe-0666)
# The next tagged probe was told of after the foreign one: once it is open, that one was seen.
probe 0002 ttyUSB1 KANGAROOD=probe
check 'another is opened beside it' await 10 said /tmp/said '"link":"open".*KMC_Probe_0002'
check 'one that is not tagged is not' fails grep -q "$foreign\$" <(descriptors)
check 'nor is it spoken of' fails said /tmp/said KMC_Probe_0666
second=$probe

kill -USR2 "$tagged"
check 'unplugged in the middle of a frame, it is gone within a second' await 1 said /tmp/said \
  '"type":"port".*"link":"detached".*KMC_Probe_0001'
check 'and missed' await 2 said /tmp/said '"rule":"port-lost","kind":"technical"'
probe 0001 ttyUSB9 KANGAROOD=probe
check 'the log finds the alarm by what it is about' await 5 bash -c \
  'journalctl --no-pager --output=cat KANGAROOD_RULE=port-lost KANGAROOD_INFANT=infant-1 |
    grep -q raised'
check 'plugged in elsewhere, it is the same port' await 10 said /tmp/said \
  '"type":"port".*"link":"open".*KMC_Probe_0001.*'"$(cat /tmp/probe-0001)"
check 'and no longer missed' await 60 said /tmp/said '"event":"cleared".*"rule":"port-lost"'
check 'no physiological alarm came of it' fails said /tmp/said '"kind":"physiological"'
check 'no port has a double' equals \
  "$(kangaroo watch --types port | timeout 3 sed '/"type":"live"/q' | grep -c KMC_Probe_0001)" 1
replugged=$probe

# --- a configuration that is wrong ---------------------------------------------------------
before=$(daemon_pid)
printf '[infant bed-3a]\n[probe a]\ndevice = usb-KMC_Probe_0001-if00-port0\ninfant = bed-3b\n' \
  > /etc/kangarood/kangarood.conf.d/ward.conf
check 'a reload with a wrong configuration fails' fails systemctl reload kangarood
check 'and says where, what and why' logged \
  'kangarood.conf.d/ward.conf:2: found infant “bed-3b” for probe “a”, expected'
systemctl kill --signal=HUP --kill-who=main kangarood
check 'the daemon itself refuses it too' await 5 logged 'the configuration stays as it was'
check 'and goes on as it was' equals \
  "$(daemon_pid) $(systemctl is-active kangarood) $(kangaroo status | grep -c ^infant-1)" \
  "$before active 1"
sed -i 's/bed-3b/bed-3a/' /etc/kangarood/kangarood.conf.d/ward.conf
check 'a reload with a right one is taken' systemctl reload kangarood
check 'and in force' await 10 status_shows bed-3a
check 'without a restart' equals "$(daemon_pid)" "$before"
rm /etc/kangarood/kangarood.conf.d/ward.conf

# --- ends ----------------------------------------------------------------------------------
kill -KILL "$before"
check 'whoever connects while it is killed is kept waiting, not refused' \
  bash -c 'timeout 20 kangaroo watch | grep -q -m1 "\"type\":\"live\""'
check 'killed, it comes back' await 20 again
kill -USR1 "$replugged" "$second"
check 'what was kept is still there' equals "$(marks)" 1
check 'and it reads what is plugged in' await 20 status_shows '36\.[89]'
before=$(daemon_pid)
kill -STOP "$before"
check 'hanging, it is ended by the watchdog and comes back' await 40 again
check 'for that very reason' bash -c \
  'journalctl --no-pager --unit=kangarood | grep -q "Failed with result .watchdog"'
before=$(daemon_pid)
systemctl stop kangarood-stream.socket kangarood-control.socket kangarood.service
check 'stopped with its sockets, it stays stopped' equals \
  "$(systemctl is-active kangarood kangarood-uevent.socket | sort -u)" inactive
reads() { runuser -u "$1" -- kangaroo events | grep -q '"by":"nurse"'; }
check 'a listener can read what happened without a daemon' reads listener
check 'a stranger cannot' fails reads stranger
systemctl start kangarood.service
check 'started, it has its sockets again' await 20 hears listener

# --- stricter still -------------------------------------------------------------------------
mkdir -p /etc/systemd/system/kangarood.service.d
printf '[Service]\nPrivateUsers=yes\n' > /etc/systemd/system/kangarood.service.d/stricter.conf
systemctl daemon-reload
check 'with users of its own it starts' systemctl restart kangarood.service
echo "        exposure $(exposure)"
check 'its exposure is at most 0.4' at_most 0.4 "$(exposure)"
check 'a listener is heard' await 20 hears listener
kill -USR1 "$replugged"
check 'a probe is read' await 20 status_shows '36\.[89]'
check 'a nurse may mark' orders nurse
check 'but the log no longer says who did, which is why it is not shipped so' await 5 logged \
  'mark transfer for infant-1 by nurse, user 65534'
rm -r /etc/systemd/system/kangarood.service.d
systemctl daemon-reload
systemctl restart kangarood.service

# --- upgraded, removed, purged --------------------------------------------------------------
echo '# The ward has written this.' >> /etc/kangarood/kangarood.conf
printf '[infant bed-9]\n' > /etc/kangarood/kangarood.conf.d/ward.conf
echo kept > /var/lib/kangarood/witness
before=$(daemon_pid)
check 'the next version installs' install_package /tests/kangarood-next.deb
check 'and runs' await 20 again
check 'the configuration is kept' grep -q 'The ward has written' /etc/kangarood/kangarood.conf
check 'and in force' await 10 status_shows bed-9
check 'the state is kept' equals "$(cat /var/lib/kangarood/witness) $(marks)" 'kept 2'
systemctl disable --now --quiet kangarood.service
install_package /tests/kangarood-next.deb
check 'what was disabled stays so over an upgrade' fails systemctl is-enabled --quiet kangarood
systemctl enable --now --quiet kangarood.service

kill -TERM "$replugged" "$second"
check 'the package can be removed' dpkg --remove kangarood
check 'then nothing runs' fails pidof kangarood
check 'the configuration and the state are still there' \
  test -e /etc/kangarood/kangarood.conf -a -e /var/lib/kangarood/witness
rm /etc/kangarood/kangarood.conf.d/ward.conf
check 'the package can be purged' dpkg --purge kangarood
left() { find / -xdev -iname '*kangaroo*' -not -path '/tests/*' 2> /dev/null; }
check 'then nothing is left of it' equals "$(left)" ''
check 'nor does systemd know of it' equals \
  "$(systemctl list-units --all --plain --no-legend '*kangarood*' | wc -l)" 0
closing

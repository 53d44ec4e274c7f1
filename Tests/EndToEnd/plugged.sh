# The package on a real kernel, with adapters that are plugged in and out.
#
# Sockets 1 to 8 of the machine are those of its USB controller; `host` plugs adapters into them.
source /tests/checks.sh

place() { echo "pci-0000:00:08.0-usb-0:$1:1.0-port0"; }
name() { echo "usb-QEMU_QEMU_USB_SERIAL_$1-if00-port0"; }

# --- as the README says ------------------------------------------------------------------------
# There is no apt in this machine, and dpkg does the same for a file.
apt() { dpkg --force-confold --install "$2" > /tmp/dpkg.log 2>&1; }
mkdir -p /etc/udev/rules.d
host frames a on > /dev/null
host plug a 1 A50285BI > /dev/null
host plug b 2 FOREIGN-B > /dev/null
await 20 test -e /dev/ttyUSB1
check 'the package installs, as the README says' eval "$(sed -n 1p readme-1)"
check 'the daemon is ready' await 30 ready
check 'a plugged-in probe is given to it' eval "$(sed -n 2,3p readme-1)"
check 'by one rule' equals "$(grep -c '^SUBSYSTEM' /etc/udev/rules.d/69-kangarood-local.rules)" 1
shows() { eval "$1" | grep -q "$2"; }
check 'the status shows it' await 30 shows "$(sed -n 4p readme-1)" \
  '^usb.*A50285BI.*open.*fresh.*kmc1'
cat readme-2 >> /etc/kangarood/kangarood.conf
check 'the configuration of the README is taken' eval "$(sed -n 1p readme-3)"
check 'and in force' await 30 shows "$(sed -n 2p readme-3)" '^axilla-3a.*open.*fresh.*kmc1'
check 'the README says no more than was run' equals \
  "$(wc -l < readme-1) $(wc -l < readme-3) $(ls readme-* | wc -l)" '4 2 3'
check 'the other adapter was not opened' equals "$(host opened b)" 0
host unplug a > /dev/null
host unplug b > /dev/null

# --- the ward's own tags and configuration -----------------------------------------------------
mkdir -p /etc/sysusers.d
cat > /etc/udev/rules.d/69-kangarood-local.rules << 'RULES'
SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="WARD-*", ENV{KANGAROOD}="probe"
SUBSYSTEM=="tty", ENV{ID_PATH}=="pci-0000:00:08.0-usb-0:[78]:1.0", ENV{KANGAROOD}="probe"
RULES
printf 'u listener -\nu stranger -\ng kangaroo -\nm listener kangaroo\n' > /etc/sysusers.d/ward.conf
systemd-sysusers ward.conf 2> /dev/null
section() { # NAME DEVICE INFANT
  printf '[probe %s]\ndevice = %s\nprotocol = kmc1\ninfant = %s\nsite = axilla\n' "$@"
}
{
  printf '[infant bed-%s]\n' 1 2 3 4 7 8
  section one "$(name WARD-A)" bed-1
  section two "$(name WARD-B)" bed-2
  section gadget 'usb-*_WARD-ACM-if00' bed-3
  section four "$(name WARD-SAME)" bed-4
  section seven "$(place 7)" bed-7
  section eight "$(place 8)" bed-8
} > /etc/kangarood/kangarood.conf
udevadm control --reload

# --- started by a probe ------------------------------------------------------------------------
systemctl stop kangarood-stream.socket kangarood-control.socket kangarood.service
check 'stopped, it is down' fails ready
host plug a 1 WARD-A > /dev/null
check 'the first probe that is plugged in starts it' await 30 ready
hears() { runuser -u "$1" -- timeout 10 kangaroo watch | grep -q -m1 '"type":"live"'; }
check 'a listener is told what there is' hears listener
check 'a stranger is refused' fails hears stranger
listen /tmp/said
port() { # NAME KEYS...: the last port line of that name has them
  local line key
  line=$(grep '"type":"port"' /tmp/said | grep "\"port\":\"$1\"" | tail -n 1)
  shift
  for key; do [[ $line == *"$key"* ]] || { echo "$key is not in: $line"; return 1; }; done
}
infant() { kangaroo status | grep -q "^bed-$1 .*36\.9"; }
check 'the probe is open' await 10 port one '"link":"open"' '"match":"serial"'
check 'frames come from it' await 10 port one '"data":"fresh"'
check 'the infant has a temperature' await 40 infant 1
check 'the port is for the daemon alone' equals \
  "$(stat --format='%a %U:%G' /dev/ttyUSB0)" '660 kangarood:kangarood'
check 'the adapter holds nothing back' equals "$(cat /sys/class/tty/ttyUSB0/device/latency_timer)" 1
property() { udevadm info --query=property --property="$1" --value /dev/ttyUSB0; }
check 'ModemManager is told to leave it alone' equals \
  "$(property ID_MM_DEVICE_IGNORE)$(property ID_MM_PORT_IGNORE)" 11
check 'nothing was written to it' equals "$(host received a)" 0
check 'memory is locked' awk '/^VmLck/ { exit !($2 > 1000) }' "/proc/$(daemon_pid)/status"
echo "        exposure $(exposure), $(grep VmRSS "/proc/$(daemon_pid)/status" | tr -s '\t ' ' ')"
check 'its exposure is at most 0.8' at_most 0.8 "$(exposure)"

troubles() { kangaroo doctor | grep '^TROUBLE' | grep -v '^TROUBLE *clock: is not sync'; }
check 'the doctor finds nothing but a clock that nobody sets here' equals "$(troubles)" ''

# --- a foreign adapter -------------------------------------------------------------------------
host plug c 3 FOREIGN-C > /dev/null
check 'a foreign adapter appears' await 10 test -e /dev/ttyUSB1
host plug b 2 WARD-B > /dev/null
host frames b on > /dev/null
check 'a probe that is plugged in after it is open' await 10 port two '"link":"open"'
check 'the foreign one was not opened' equals "$(host opened c)" 0
check 'as the host would have seen' test "$(host opened b)" -gt 0
check 'nothing was written to it' equals "$(host received c)" 0
check 'it is as it was' equals "$(stat --format='%a %U:%G' /dev/ttyUSB1)" '660 root:dialout'
check 'and as slow' fails grep -q '^1$' /sys/class/tty/ttyUSB1/device/latency_timer
check 'another infant has a temperature' await 40 infant 2

# --- unplugged in the middle of a frame, and back under another name -----------------------------
lines() { wc -l < /tmp/said; }
since() { tail -n "+$1" /tmp/said; }
start=$(lines)
host half a > /dev/null
host unplug a > /dev/null
check 'a probe that is unplugged in mid-frame is gone' await 10 port one '"link":"detached"'
# The kernel's own time, since the emulated machine may be slow as a whole.
late() {
  local left told
  left=$(dmesg | sed -n 's/^\[ *\([0-9.]*\)\] usb .*USB disconnect.*/\1/p' | tail -n 1)
  told=$(since "$start" | grep -m1 '"port":"one".*"link":"detached"' |
    sed 's/.*"t":\([0-9.]*\),.*/\1/')
  awk -v "left=$left" -v "told=$told" 'BEGIN { print told - left }'
}
echo "        $(late) s after the kernel noticed"
check 'within a second' at_most 1 "$(late)"
check 'and missed' await 10 said /tmp/said '"rule":"port-lost","kind":"technical".*"infant":"bed-1"'
host plug d 4 FOREIGN-D > /dev/null
check 'another adapter takes its name' await 10 test -e /dev/ttyUSB0
host frames a on > /dev/null
host plug a > /dev/null
check 'plugged in again it is the same port under another name' \
  await 10 port one '"link":"open"' '"path":"/dev/ttyUSB3"'
check 'it is missed no longer' await 60 said /tmp/said \
  '"event":"cleared".*"rule":"port-lost".*"infant":"bed-1"'
check 'the same infant has a temperature' await 60 infant 1
check 'no physiological alarm came of it' fails grep -q '"kind":"physiological"' /tmp/said
ports() { timeout 10 kangaroo watch --types port | sed '/"type":"live"/q' | grep -c "$1"; }
check 'the port has no double' equals "$(ports "$(name WARD-A)")" 1
check 'the other probe never left' fails grep -q '"port":"two".*"link":"detached"' <(since "$start")

# --- moved to another socket ---------------------------------------------------------------------
host unplug b > /dev/null
check 'a probe is unplugged' await 5 port two '"link":"detached"'
host plug b 5 > /dev/null
check 'at another socket it is the same port' await 10 port two '"link":"open"' '"match":"serial"'
check 'with frames' await 10 port two '"data":"fresh"'
check 'the first one did not notice' port one '"link":"open"' '"data":"fresh"'

# --- two of one name, and two without any --------------------------------------------------------
host unplug c > /dev/null
host unplug d > /dev/null
host plug c 3 WARD-SAME > /dev/null
check 'a probe whose serial number is not its own is open while it is alone' \
  await 10 port four '"link":"open"'
host plug d 4 WARD-SAME > /dev/null
await 10 test -e "/dev/serial/by-path/$(place 4)"
before=$(daemon_pid)
systemctl restart kangarood
listen /tmp/said
check 'with its double, neither is read' await 10 port four '"link":"ambiguous"'
check 'and both are named by their places' port four "$(place 3)" "$(place 4)"
check 'the others are read, found where they are plugged in' await 10 port one '"link":"open"'
host unplug d > /dev/null
host unplug c > /dev/null
host plug g 7 - > /dev/null
host plug h 8 - > /dev/null
host frames g on > /dev/null
host frames h on > /dev/null
check 'two without serial numbers are told apart by their sockets' \
  await 15 port seven '"link":"open"' '"match":"path"'
check 'each as itself' await 15 port eight '"link":"open"' '"match":"path"'
check 'both have frames' await 15 port seven '"data":"fresh"'
check 'and their own infants' await 60 infant 8
host unplug g > /dev/null
host unplug h > /dev/null
check 'without them, both sockets are empty' await 5 port eight '"link":"detached"'
host plug g 8 - > /dev/null
check 'what is plugged into a socket is read as of that socket' await 10 port eight '"link":"open"'
check 'and not as of where it was' port seven '"link":"detached"'
host unplug g > /dev/null

# --- a probe that is a USB modem by its class ----------------------------------------------
modprobe dummy_hcd
modprobe g_serial use_acm=1 iSerialNumber=WARD-ACM
check 'a CDC-ACM probe appears' await 20 test -e /dev/ttyACM0
frame() { # NUMBER
  local body check=0 place
  body="KMTMP,$1,$(($1 * 1000)),AXI,36.9$((10 + $1 % 50)),0000,"
  for ((place = 0; place < ${#body}; place++)); do
    check=$((check ^ $(printf %d "'${body:place:1}")))
  done
  printf '$%s*%02X\r\n' "$body" $check
}
(
  stty raw -echo
  for ((number = 0; ; number++)); do frame $number; sleep 1; done
) < /dev/ttyGS0 > /dev/ttyGS0 2> /dev/null &
gadget=$!
check 'it is open' await 10 port gadget '"link":"open"'
check 'frames come from it' await 10 port gadget '"data":"fresh"'
kill $gadget
wait $gadget 2> /dev/null
rmmod g_serial
check 'unplugged, it is gone' await 5 port gadget '"link":"detached"'

# --- a clock that steps, a configuration that is wrong -------------------------------------
start=$(lines)
date --set="@$(($(date +%s) + 3600))" > /dev/null
check 'a step of the wall clock is told' await 5 said /tmp/said '"type":"clock".*"step_s":3[56]'
# A probe that has long been silent may fall due in these seconds: that is not the clock's doing.
check 'and raises nothing' fails grep '"event":"raised"' <(since "$start" | grep -v '"rule":"no-data"')
# The kernel's rehearsal of a suspend: everything but the machine's own sleep, of five seconds.
start=$(lines)
if echo core > /sys/power/pm_test && echo mem > /sys/power/state; then suspended=yes; fi
check 'the machine can be suspended' equals "${suspended:-no}" yes
check 'its sleep is noticed' await 20 logged 'the machine slept for'
gone_and_back() { since "$start" | sed -n '/"port":"one".*"link":"detached"/,$p' | grep -q "$1"; }
check 'the adapter, which the kernel took away, is open again' await 30 \
  gone_and_back '"port":"one".*"link":"open"'
check 'with frames' await 30 gone_and_back '"port":"one".*"data":"fresh"'
check 'the infant has a temperature' await 60 infant 1
check 'no physiological alarm came of it' fails grep -q '"kind":"physiological"' /tmp/said
cp /etc/kangarood/kangarood.conf /tmp/right.conf
sed -i 's/^infant = bed-2/infant = bed-22/' /etc/kangarood/kangarood.conf
before=$(daemon_pid)
check 'a reload with a wrong configuration fails' fails systemctl reload kangarood
check 'and says where' logged 'kangarood.conf:[0-9]*: found infant “bed-22”'
check 'the daemon goes on' equals "$(daemon_pid) $(systemctl is-active kangarood)" "$before active"
check 'with what it had' infant 2
cp /tmp/right.conf /etc/kangarood/kangarood.conf

# --- a hundred times ------------------------------------------------------------------------------
# Seven at a time, since a port that comes and goes is left alone for some seconds.
host unplug b > /dev/null
cycled='b c d e f g h'
{
  printf '[infant bed-%s]\n' 1 4
  section one "$(name WARD-A)" bed-1
  for other in $cycled; do section "cycle-$other" "$(name "WARD-CYCLE-$other")" bed-4; done
} > /etc/kangarood/kangarood.conf
check 'a reload with other probes is taken' systemctl reload kangarood
check 'those that are no longer meant are gone' await 10 equals "$(ports '"port":"gadget"')" 0
socket_of() { printf '%d' $(($(printf '%d' "'$1") - 96)); }
count() { ls "/proc/$before/$1" | wc -l; }
resident() { awk '/^RssAnon/ { print $2 }' "/proc/$before/status"; }
cycle() {
  local other
  for other in $cycled; do
    host plug $other "$(socket_of $other)" "WARD-CYCLE-$other" > /dev/null || return
  done
  for other in $cycled; do await 30 port "cycle-$other" '"link":"open"' || return; done
  for other in $cycled; do host unplug $other > /dev/null || return; done
  for other in $cycled; do await 30 port "cycle-$other" '"link":"detached"' || return; done
}
host frames b on > /dev/null
# Once before it is counted: what is allocated at the first time only is no leak.
check 'seven probes come and go' cycle
descriptors=$(count fd) threads=$(count task) memory=$(resident) devices=$(ports '"type":"port"')
size_said() { stat --format=%s /tmp/said; }
told=$(size_said)
cycles() { for ((round = 0; round < 15; round++)); do cycle || return; done; }
seconds=$SECONDS
check 'a hundred times in all, and five' cycles
echo "        $((SECONDS - seconds)) s; anonymous memory from $memory to $(resident) kB"
check 'no descriptor is left over' equals "$(count fd)" "$descriptors"
check 'no thread' equals "$(count task)" "$threads"
check 'no port' equals "$(ports '"type":"port"')" "$devices"
check 'no child' equals "$(cat /proc/"$before"/task/*/children)" ''
# What it said it keeps, up to a megabyte, for those who come back; and it has passed through the
# ring to the disk, another megabyte of which ever more is touched for the first time.
told=$((($(size_said) - told) / 1024))
check "no memory, but for twice the $told kB that it said" \
  test "$(resident)" -le $((memory + 2 * told + 64))
check 'it is still the same daemon' equals "$(daemon_pid)" "$before"

events() { kangaroo events | grep -c '"type":"alarm"'; }
kept=$(events)
check 'alarms are kept' test "$kept" -gt 0
active() {
  timeout 10 kangaroo watch --types alarm | sed '/"type":"live"/q' | grep '"event":"active"' |
    sed 's/.*"alarm":\([0-9]*\),.*/\1/' | sort
}
missed=$(active)
check 'and the probes that are not there are missed' test -n "$missed"

# --- ends -----------------------------------------------------------------------------------------
kill -KILL "$before"
check 'killed, it comes back' await 30 again
check 'with the alarms that it had kept' test "$(events)" -ge "$kept"
listen /tmp/said
check 'and finds the probe that is plugged in' await 20 port one '"link":"open"' '"data":"fresh"'
check 'what was missed is missed still, by the same number' equals \
  "$(comm -23 <(echo "$missed") <(active))" ''
before=$(daemon_pid)
kill -STOP "$before"
check 'hanging, it is ended by the watchdog and comes back' await 60 again
check 'for that very reason' bash -c \
  'journalctl --no-pager --unit=kangarood | grep -q "Failed with result .watchdog"'
listen /tmp/said
check 'and reads' await 20 port one '"link":"open"' '"data":"fresh"'
check 'nothing of all this was a physiological alarm' equals \
  "$(journal | grep -c -E 'hypothermia|cold-stress|cooling|cardia')" 0
closing

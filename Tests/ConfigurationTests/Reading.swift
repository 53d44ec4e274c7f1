import Configuration

/// What `finish` says of these files, or the problems, as the daemon prints them.
func read(_ files: (name: String, text: String)...) -> (Configuration?, [String]) {
  var parser = ConfigurationParser()
  for file in files { parser.parse(file.text, file: file.name) }
  let configuration = parser.finish()
  return (configuration, parser.problems.map(\.description))
}

/// The only file, under the name `k.conf`.
func read(_ text: String) -> (Configuration?, [String]) { read((name: "k.conf", text: text)) }

/// The example of the contract, word for word.
let example = """
  [daemon]
  socket-path = /run/kangarood/stream.sock
  control-socket-path = /run/kangarood/control.sock
  state-directory = /var/lib/kangarood

  [infant bed-3a]
  gestational-age-weeks = 31
  birth-weight-g = 1480
  born = 2026-11-20T04:10:00Z
  parent = mother-3
  bradycardia = 100                      # any default of thermoregulation.md

  [probe axilla-3a]
  device = usb-FTDI_FT232R_A50285BI-if00 # stable identity, glob allowed; never a /dev/ttyUSB number
  # path = /dev/ttyAMA0                  # instead of device: an on-board UART or a pseudo-terminal, which have no USB identity
  protocol = kmc1                        # or auto
  # line = 9600-8n1                      # overrides the model's
  # write = yes                          # only for probes that must be talked to
  infant = bed-3a
  site = axilla                          # channel-2 = foot … for probes with several

  """

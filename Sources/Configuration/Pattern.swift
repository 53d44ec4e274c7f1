extension ProbeSection {
  /// Whether this section's `device` fits an identity.
  public func claims(device identity: String) -> Bool {
    guard let device else { return false }
    return matches(Array(device.utf8)[...], Array(identity.utf8)[...])
  }
}

/// A pattern in which `*` stands for any text and `?` for any one byte.
private func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
  var pattern = pattern
  var text = text
  /// Where to go on after the last `*`, which so far has swallowed the text before.
  var retry: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
  while true {
    if pattern.first == UInt8(ascii: "*") {
      pattern = pattern.dropFirst()
      retry = (pattern, text)
    } else if let byte = text.first, let wanted = pattern.first,
      wanted == UInt8(ascii: "?") || wanted == byte
    {
      pattern = pattern.dropFirst()
      text = text.dropFirst()
    } else if pattern.isEmpty, text.isEmpty {
      return true
    } else if let last = retry, !last.text.isEmpty {
      pattern = last.pattern
      text = last.text.dropFirst()
      retry = (pattern, text)
    } else {
      return false
    }
  }
}

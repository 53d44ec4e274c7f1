extension [UInt8] {
  /// Appends a number that is not negative, with at least so many digits.
  mutating func append(number: Int, digits: Int = 1) {
    var weight = 1
    for _ in 1..<Swift.max(digits, 1) { weight *= 10 }
    while number / weight >= 10 { weight *= 10 }
    while weight > 0 {
      append(0x30 + UInt8(number / weight % 10))
      weight /= 10
    }
  }

  /// Appends thousandths as a decimal number, with three digits after the point, or two.
  mutating func append(decimal thousandths: Int, coarse: Bool) {
    if thousandths < 0 { append(UInt8(ascii: "-")) }
    let magnitude = Int(thousandths.magnitude)
    append(number: magnitude / 1000)
    append(UInt8(ascii: "."))
    if coarse {
      append(number: magnitude % 1000 / 10, digits: 2)
    } else {
      append(number: magnitude % 1000, digits: 3)
    }
  }

  /// Appends upper-case hexadecimal digits.
  mutating func append(hex number: UInt16, digits: Int) {
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let digit = UInt8(number >> UInt16(4 * place) & 15)
      append(digit < 10 ? 0x30 + digit : 0x37 + digit)
    }
  }
}

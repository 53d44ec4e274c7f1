extension [UInt8] {
  mutating func append(text: String) { append(contentsOf: text.utf8) }

  /// Appends a number that is not negative, with at least so many digits.
  mutating func append(number: Int, digits: Int = 1, paddedWith padding: UInt8 = 0x30) {
    var weight = 1
    for _ in 1..<Swift.max(digits, 1) { weight *= 10 }
    while number / weight >= 10 { weight *= 10 }
    while weight > 0 {
      let isLeading = number / weight == 0 && weight > 1
      append(isLeading ? padding : 0x30 + UInt8(number / weight % 10))
      weight /= 10
    }
  }

  /// Appends a positive or negative decimal number, rounded to one, two or three places.
  mutating func append(thousandths: Int, places: Int, digits: Int = 1) {
    if thousandths < 0 { append(UInt8(ascii: "-")) }
    append(magnitudeOf: thousandths, places: places, digits: digits)
  }

  /// The same without a sign.
  mutating func append(magnitudeOf thousandths: Int, places: Int, digits: Int = 1) {
    let magnitude = thousandths.rounded(toPlaces: places)
    append(number: magnitude / 1000, digits: digits)
    append(UInt8(ascii: "."))
    let step = places == 3 ? 1 : places == 2 ? 10 : 100
    append(number: magnitude % 1000 / step, digits: places)
  }

  /// Appends hexadecimal digits, in upper case unless told otherwise.
  mutating func append(hex number: UInt16, digits: Int, lowerCase: Bool = false) {
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let digit = UInt8(number >> UInt16(4 * place) & 15)
      append(digit < 10 ? 0x30 + digit : (lowerCase ? 0x57 : 0x37) + digit)
    }
  }
}

extension Int {
  /// The size of a number of thousandths, to the nearest tenth, hundredth or thousandth.
  fileprivate func rounded(toPlaces places: Int) -> Int {
    let step = places == 3 ? 1 : places == 2 ? 10 : 100
    return (Int(magnitude) + step / 2) / step * step
  }
}

/// Roots by Newton's method, which needs no library: the same bits on every machine.
///
/// For numbers between a millionth and a million; 40 steps are more than those need.
enum Roots {
  static func square(_ number: Double) -> Double {
    var root = 1.0
    for _ in 0..<40 { root = (root + number / root) / 2 }
    return root
  }

  static func cube(_ number: Double) -> Double {
    var root = 1.0
    for _ in 0..<40 { root = (2 * root + number / (root * root)) / 3 }
    return root
  }
}

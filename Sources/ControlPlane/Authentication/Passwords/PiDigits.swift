/// The binary digits of π behind the point, which Blowfish begins with. Computed, as a thousand constants cannot be read.
enum PiDigits {
    /// The first words of the fraction, 32 bits each: 0x243F6A88, 0x85A308D3, …
    static func fraction(words count: Int) -> [UInt32] {
        // Two words more than asked for, as every division cuts something off.
        let length = count + 3
        // Machin's formula: π = 16·arctan(1/5) − 4·arctan(1/239).
        var result = arctangent(ofOneOver: 5, times: 16, length: length)
        subtract(arctangent(ofOneOver: 239, times: 4, length: length), from: &result)
        return Array(result[1...count])
    }

    /// `factor · arctan(1/x)` as fixed-point number: word 0 stands before the point.
    private static func arctangent(ofOneOver x: UInt64, times factor: UInt32, length: Int) -> [UInt32] {
        var power = [UInt32](repeating: 0, count: length)
        power[0] = factor
        divide(&power, by: x, from: 0)
        var sum = power
        var divisor: UInt64 = 1
        var first = 0
        while true {
            divide(&power, by: x * x, from: first)
            while first < length, power[first] == 0 { first += 1 }
            guard first < length else { return sum }
            divisor += 2
            var term = power
            divide(&term, by: divisor, from: first)
            if divisor % 4 == 3 { subtract(term, from: &sum) } else { add(term, to: &sum) }
        }
    }

    private static func divide(_ number: inout [UInt32], by divisor: UInt64, from first: Int) {
        var remainder: UInt64 = 0
        for index in first..<number.count {
            let value = remainder << 32 | UInt64(number[index])
            number[index] = UInt32(truncatingIfNeeded: value / divisor)
            remainder = value % divisor
        }
    }

    private static func add(_ other: [UInt32], to number: inout [UInt32]) {
        var carry: UInt64 = 0
        for index in number.indices.reversed() {
            let sum = UInt64(number[index]) + UInt64(other[index]) + carry
            number[index] = UInt32(truncatingIfNeeded: sum)
            carry = sum >> 32
        }
    }

    private static func subtract(_ other: [UInt32], from number: inout [UInt32]) {
        var borrow: Int64 = 0
        for index in number.indices.reversed() {
            let difference = Int64(number[index]) - Int64(other[index]) - borrow
            number[index] = UInt32(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
    }
}

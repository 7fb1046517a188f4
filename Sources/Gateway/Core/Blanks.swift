extension StringProtocol {
    /// The text without the blanks around it.
    var trimmingBlanks: String {
        let front = drop(while: \.isWhitespace)
        return String(front.reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// What joins two terms of an expression, by the byte that says it.
enum ExpressionOperator: UInt8 {
  case union = 0x2C  // ,
  case difference = 0x21  // !
  case intersection = 0x26  // &
  case symmetricDifference = 0x5E  // ^
}
